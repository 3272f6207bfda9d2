// Prints the story as it happens: what is to be seen, the command as one would type it, and its real output.

import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';

export interface Step {
  /** As shown; paths of the temporary folder are left out. */
  readonly show: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the story when the exit code is another. `refused` is any code but 0. */
  readonly expect?: 'success' | 'refused';
  /** Texts that the output must hold, so that the demo cannot tell what did not happen. */
  readonly contains?: readonly string[];
  /** Lines of output to show; the rest is counted. */
  readonly lines?: number;
  /** Shows the last lines instead of the first. */
  readonly ending?: boolean;
}

const DEFAULT_LINES = 40;
const POLL_MS = 200;
const startedAt = performance.now();
const told: string[] = [];

/** A chapter of the story with one or two sentences of what it shows. */
export function chapter(title: string, text: string): void {
  console.log(`\n${style(['bold', 'cyan'], `── ${title} ──`)} ${style('dim', elapsed())}`);
  console.log(text);
  told.push(title);
}

/** What has been shown. */
export function summary(): void {
  console.log(`\n${style(['bold', 'cyan'], '── Summary ──')} ${style('dim', elapsed())}`);
  for (const title of told) console.log(`  ${style('green', '✓')} ${title}`);
}

/** Something that happened without a command. */
export function note(text: string): void {
  console.log(style('dim', `  ${text}`));
}

/** Runs a command, shows it with its output, and gives the output. Throws when it did not go as expected. */
export async function run(step: Step): Promise<string> {
  console.log(`\n${style('bold', '$')} ${style('bold', step.show)}`);
  const { code, output } = await execute(step);
  print(output, step);
  if ((code === 0) !== (step.expect !== 'refused')) {
    throw new Error(`"${step.show}" ended with exit code ${code}`);
  }
  for (const text of step.contains ?? []) {
    if (!output.includes(text)) throw new Error(`"${step.show}" did not say "${text}"`);
  }
  return output;
}

/** Waits until `look` gives something true, and gives that. Throws after so many seconds. */
export async function until<Found>(
  what: string,
  seconds: number,
  look: () => Promise<Found | undefined | false>,
): Promise<Found> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`after ${seconds} s it was not so that ${what}`);
    await sleep(POLL_MS);
  }
}

function execute({ command: [name, ...args], cwd, env }: Step): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

function print(output: string, { lines: limit = DEFAULT_LINES, ending = false }: Step): void {
  if (output.trim() === '') return;
  const lines = output
    .trimEnd()
    .split('\n')
    .map(line => line.trimEnd());
  const hidden = Math.max(0, lines.length - limit);
  if (ending && hidden > 0) note(`… ${hidden} lines before`);
  for (const line of ending ? lines.slice(hidden) : lines.slice(0, limit)) console.log(`  ${line}`);
  if (!ending && hidden > 0) note(`… ${hidden} more lines`);
}

function elapsed(): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** Colours only on a terminal, and not with NO_COLOR. */
function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}
