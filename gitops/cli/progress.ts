// A line that tells a waiting person that something happens. Never for programs, never for short waits.

export interface Progress {
  /** One more is done. */
  readonly tick: () => void;
  /** Removes the line. */
  readonly end: () => void;
}

const PATIENCE_MS = 2000;
const INTERVAL_MS = 100;

/** Writes to the stream only if it is a terminal, and only after two seconds. */
export function startProgress(stream: NodeJS.WriteStream, now: () => number = Date.now): Progress {
  let done = 0;
  let shownAt = now() + PATIENCE_MS - INTERVAL_MS;
  let isShown = false;
  return {
    tick() {
      done++;
      if (!stream.isTTY || now() - shownAt < INTERVAL_MS) return;
      shownAt = now();
      isShown = true;
      stream.write(`\r${done} objects judged`);
    },
    end() {
      if (isShown) stream.write('\r\u001b[K');
    },
  };
}
