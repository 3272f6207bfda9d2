// A line that tells a waiting person that something happens. Never for programs, never for short waits.

export interface Progress {
  /** Says what is going on from now on, `reading the cluster`, and counts anew. */
  readonly phase: (what: string) => void;
  /** One more is done. */
  readonly tick: () => void;
  /** Removes the line. */
  readonly end: () => void;
}

const PATIENCE_MS = 2000;
const INTERVAL_MS = 100;

/** Writes to the stream only if it is a terminal, and only after two seconds, whether or not anything gets done. */
export function startProgress(stream: NodeJS.WriteStream, now: () => number = Date.now): Progress {
  let done = 0;
  let what = 'reading';
  let shownAt = now() + PATIENCE_MS - INTERVAL_MS;
  let isShown = false;
  const show = (): void => {
    if (!stream.isTTY || now() - shownAt < INTERVAL_MS) return;
    shownAt = now();
    isShown = true;
    stream.write(`\r${done === 0 ? '' : `${done} `}${what}\u001b[K`);
  };
  // A cluster that does not answer ticks never.
  const timer = setInterval(show, PATIENCE_MS);
  timer.unref();
  return {
    phase(next) {
      what = next;
      done = 0;
      show();
    },
    tick() {
      done++;
      show();
    },
    end() {
      clearInterval(timer);
      if (isShown) stream.write('\r\u001b[K');
      isShown = false;
    },
  };
}
