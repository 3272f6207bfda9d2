// `dappmesh explain CODE`: what a code means, why it is there and what to do about it.

import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { closestName } from '../../schemas/closest-name.ts';
import { type CatalogueEntry, toCatalogue } from './catalogue.ts';
import { CannotJudgeError } from './failure.ts';
import { DEFAULT_BUNDLE, openBundle } from './judge/open-engine.ts';
import { harmlessJson } from './output/escape.ts';
import { type Paint, paintFor } from './output/text.ts';
import type { Shell } from './shell.ts';

export interface ExplainOptions {
  readonly bundle?: string;
  readonly output: 'text' | 'json';
}

const ROOT = resolve(import.meta.dirname, '../..');
const REFUSED = join(ROOT, 'gitops/examples/refused');

/** Explains one code, or lists all of them. Throws CannotJudgeError for a code that is none. */
export async function explain(
  code: string | undefined,
  options: ExplainOptions,
  shell: Shell,
): Promise<void> {
  const file = options.bundle === undefined ? DEFAULT_BUNDLE : resolve(shell.cwd, options.bundle);
  const catalogue = toCatalogue((await openBundle(file)).policies);
  if (code === undefined) return list([...catalogue.values()], options, shell);
  const entry = catalogue.get(code.toUpperCase());
  if (entry === undefined) {
    const meant = closestName(code, [...catalogue.keys()]);
    const guess = meant === undefined ? '' : `did you mean ${meant}? `;
    throw new CannotJudgeError(
      `${JSON.stringify(code)} is no code`,
      `${guess}dappmesh explain lists all codes`,
    );
  }
  const example = findExample(entry.code);
  if (options.output === 'json') {
    shell.stdout.write(`${harmlessJson({ ...entry, example: example?.text ?? null })}\n`);
  } else shell.stdout.write(entryText(entry, example, paintFor(shell.stdout)));
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

/** The refused manifest that is named by the code. */
function findExample(code: string): Example | undefined {
  const file = join(REFUSED, `${code}.yaml`);
  return existsSync(file) ? { path: relative(ROOT, file), text: readFileSync(file, 'utf8') } : undefined;
}
