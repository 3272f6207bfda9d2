// The figures as a file, with all tables beside them: what a figure was made of can be looked up later.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Figures } from '../figures.ts';
import type { Table } from './table.ts';

const FOLDER = join(import.meta.dirname, '../out');

/** Writes `latest.json`, or `partial.json` when scenarios were left out: a part must not pass for the whole. */
export async function writeFigures(
  figures: Figures,
  tables: readonly Table[],
  run: { complete: boolean; seconds: number; startedAt: Date; busyBefore: number },
): Promise<string> {
  const path = join(FOLDER, run.complete ? 'latest.json' : 'partial.json');
  const [cpu] = cpus();
  const machine = { node: process.version, cpu: cpu?.model, cores: cpus().length };
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path, `${JSON.stringify({ ...figures, run: { ...run, ...machine }, tables }, null, 2)}\n`);
  return path;
}
