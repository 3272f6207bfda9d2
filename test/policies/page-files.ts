// What a page of the documents tells its reader to write, so that a test can do as it says.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../../policies/bundle/sources.ts';

/** The files that a page shows: their name in backquotes on a line of its own, then the fenced text. */
export async function readPageFiles(page: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(ROOT, page), 'utf8');
  const shown = text.matchAll(/^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$/gms);
  return new Map(Array.from(shown, ([, file = '', content = '']) => [file, content]));
}

/** Writes them below a folder. */
export async function writePageFiles(files: ReadonlyMap<string, string>, folder: string): Promise<void> {
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
}
