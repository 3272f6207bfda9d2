// `make bench`: the speeds of the design, side by side with a ceiling and with a peer of the same run.

import { type Figures, merge } from './figures.ts';
import { busyShare } from './machine/usage.ts';
import { helpText, parseOptions, UsageError } from './options.ts';
import { goalTable } from './report/goals.ts';
import { renderTable, type Table } from './report/table.ts';
import { writeFigures } from './report/write.ts';
import { SCENARIOS } from './scenarios.ts';
import { openStand } from './stand.ts';

/** Share of the cores that may be busy before the bench begins. */
const QUIET = 0.1;
const QUIET_LOOK_MS = 1000;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') process.stdout.write(helpText());
  else await run(options);
} catch (error) {
  const isUsage = error instanceof UsageError;
  process.stderr.write(
    `${error instanceof Error ? (isUsage ? error.message : error.stack) : String(error)}\n`,
  );
  process.exitCode = isUsage ? 2 : 1;
}

async function run({ only, seconds }: { only: readonly string[]; seconds: number }): Promise<void> {
  const startedAt = new Date();
  const busyBefore = await busyShare(QUIET_LOOK_MS);
  if (busyBefore > QUIET)
    say(`this machine is ${Math.round(busyBefore * 100)} % busy already: figures will be worse`);
  const chosen = SCENARIOS.filter(({ name }) => only.length === 0 || only.includes(name));
  const stand = await openStand({ seconds, say });
  let figures: Figures = {};
  const tables: Table[] = [];
  try {
    for (const scenario of chosen) {
      say(scenario.title);
      const outcome = await scenario.run(stand);
      figures = merge(figures, outcome.figures);
      tables.push(...outcome.tables);
      for (const table of outcome.tables) process.stdout.write(renderTable(table));
    }
  } finally {
    await stand.close();
  }
  process.stdout.write(renderTable(goalTable(figures)));
  const complete = chosen.length === SCENARIOS.length;
  const path = await writeFigures(figures, tables, { complete, seconds, startedAt, busyBefore });
  say(`written to ${path} after ${Math.round((Date.now() - startedAt.getTime()) / 1000)} s`);
}

/** Progress goes to standard error: what is measured can be kept by itself. */
function say(line: string): void {
  process.stderr.write(`· ${line}\n`);
}
