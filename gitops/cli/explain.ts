// `dappmesh explain CODE`: what a code means, why it is there and what to do about it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Policy } from '../../policies/engine/policy.ts';
import { type CatalogueEntry, toCatalogue } from './catalogue.ts';
import { CannotJudgeError, messageOf } from './failure.ts';
import { DEFAULT_BUNDLE, missingBundle } from './judge/open-engine.ts';
import { harmlessJson } from './output/escape.ts';
import { type Paint, paintFor } from './output/text.ts';
import type { Shell } from './shell.ts';

export interface ExplainOptions {
  readonly bundle?: string;
  readonly output: 'text' | 'json';
}

const ROOT = resolve(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'gitops/examples');

/** Explains one code, or lists all of them. Throws CannotJudgeError for a code that is none. */
export async function explain(
  code: string | undefined,
  options: ExplainOptions,
  shell: Shell,
): Promise<void> {
  const file = options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle);
  const catalogue = toCatalogue(await readPolicies(file));
  if (code === undefined) return list([...catalogue.values()], options, shell);
  const entry = catalogue.get(code.toUpperCase());
  if (entry === undefined) {
    const remedy = `did you mean ${closest(code.toUpperCase(), [...catalogue.keys()])}? dappmesh explain lists all codes`;
    throw new CannotJudgeError(`${JSON.stringify(code)} is no code`, remedy);
  }
  const example = findExample(entry.code);
  if (options.output === 'json') {
    shell.stdout.write(`${harmlessJson({ ...entry, example: example?.text ?? null })}\n`);
  } else shell.stdout.write(entryText(entry, example, paintFor(shell.stdout)));
}

async function readPolicies(file: string): Promise<readonly Policy[]> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw missingBundle(file, error);
  });
  const { loadBundle } = await import('../../policies/engine/bundle.ts');
  try {
    return (await loadBundle(bytes)).policies;
  } catch (error) {
    throw new CannotJudgeError(`the policy bundle cannot be used: ${messageOf(error)}`, 'run: make build', {
      cause: error,
    });
  }
}

function list(entries: readonly CatalogueEntry[], { output }: ExplainOptions, { stdout }: Shell): void {
  if (output === 'json') return void stdout.write(`${harmlessJson(entries)}\n`);
  const paint = paintFor(stdout);
  const width = Math.max(...entries.map(({ code }) => code.length));
  for (const { code, title } of entries) stdout.write(`${paint('bold', code.padEnd(width))}  ${title}\n`);
}

function entryText(entry: CatalogueEntry, example: Example | undefined, paint: Paint): string {
  const { push, admission, audit } = entry.enforce;
  const rows = [
    ['remedy', entry.remedy],
    ['severity', entry.severity],
    ['enforced', `push ${push}, admission ${admission}, audit ${audit}`],
    ['kinds', entry.kinds.join(', ')],
    ['defined in', entry.source],
  ];
  const lines = rows.map(([label = '', value = '']) => `${paint('dim', `${label}:`.padEnd(12))} ${value}`);
  const head = [`${paint('bold', entry.code)}  ${entry.title}`, '', entry.description, '', ...lines];
  if (example === undefined) return `${head.join('\n')}\n`;
  const body = example.text.trimEnd().replaceAll(/^(?=.)/gm, '  ');
  return [...head, '', `${paint('dim', 'refused, for example:')} ${example.path}`, '', body, ''].join('\n');
}

interface Example {
  readonly path: string;
  readonly text: string;
}

/** The refused manifest that is named by the code, beside any of the examples. */
function findExample(code: string): Example | undefined {
  if (!existsSync(EXAMPLES)) return undefined;
  const folders = ['', ...readdirSync(EXAMPLES)].map(name => join(EXAMPLES, name, 'refused'));
  const file = folders.map(folder => join(folder, `${code}.yaml`)).find(path => existsSync(path));
  return file === undefined ? undefined : { path: relative(ROOT, file), text: readFileSync(file, 'utf8') };
}

function closest(code: string, codes: readonly string[]): string {
  const ranked = codes.map(candidate => ({ candidate, distance: distance(code, candidate) }));
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.candidate ?? '';
}

/** Levenshtein's: how many characters to add, drop or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, left] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, right] of b.split('').entries()) {
      const replaced = (row[j] ?? 0) + (left === right ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
