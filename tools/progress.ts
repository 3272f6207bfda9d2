// Progress of something slow: one line that is rewritten on a terminal, a line now and then elsewhere.

const TERMINAL_MS = 500;
/** In a log file or a CI page, often enough to see that it lives, seldom enough to read past. */
const LOG_MS = 15_000;

export interface Progress {
  /** One line, outside of any start and end. */
  say(text: string): void;
  start(text: string): void;
  /** What is happening right now; shown with the next line. */
  update(text: string): void;
  end(text: string): void;
}

/** Writes progress to `output`, each line led by `label`. `NO_COLOR` is respected. */
export function createProgress(output: NodeJS.WriteStream, label: string, env = process.env): Progress {
  const terminal = output.isTTY === true;
  const coloured = terminal && !env['NO_COLOR'];
  let startedAt = Date.now();
  let activity = '';
  let timer: NodeJS.Timeout | undefined;

  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  const write = (text: string, colour: number, ending = '\n') => {
    const line = `${label}  ${text}`;
    if (!terminal) return void output.write(`${line}\n`);
    const rest = clip(line, output.columns || 100).slice(label.length);
    output.write(`\r\u001b[K${coloured ? `\u001b[${colour}m${label}\u001b[0m` : label}${rest}${ending}`);
  };
  const tick = () => write([elapsed(), activity].filter(part => part !== '').join('  '), 36, '');

  return {
    say: text => write(text, 36),
    start(text) {
      startedAt = Date.now();
      write(text, 36, terminal ? '' : '\n');
      timer = setInterval(tick, terminal ? TERMINAL_MS : LOG_MS);
      timer.unref();
    },
    update(text) {
      activity = text;
    },
    end(text) {
      clearInterval(timer);
      write(`${text} in ${elapsed()}`, text === 'failed' ? 31 : 32);
    },
  };
}

/** A line that wraps cannot be rewritten. */
function clip(line: string, columns: number): string {
  return line.length < columns ? line : line.slice(0, columns - 1);
}
