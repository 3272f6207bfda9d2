// Generates the Rego that collects, per family and kind, what all its rules say in one evaluation: calling each by
// itself would parse the input once per rule.

import { COLLECTORS, FAMILIES, resultKey } from '../engine/verdict/plan.ts';
import { OPERATIONS, type Rule } from '../engine/verdict/policy.ts';
import type { SourceFile } from './sources.ts';

/** Gives the modules `dappmesh.verdict`, `dappmesh.fill` and `dappmesh.blueprint`, with a rule for each of `kinds`. */
export function generateEntrypoints(rules: readonly Rule[], kinds: readonly string[]): SourceFile[] {
  return FAMILIES.map(family => ({
    file: `generated/${COLLECTORS[family].package}.rego`,
    text: moduleText(
      family,
      rules.filter(rule => rule.family === family),
      kinds,
    ),
  }));
}

/** The entrypoints of the generated modules, and of each rule for when its fault has to be told from others'. */
export function entrypointNames(rules: readonly Rule[], kinds: readonly string[]): string[] {
  const collecting = FAMILIES.flatMap(family =>
    kinds.map(kind => `dappmesh/${COLLECTORS[family].package}/${kind}`),
  );
  return [...collecting, ...rules.map(rule => rule.entrypoint)];
}

function moduleText(family: Rule['family'], rules: readonly Rule[], kinds: readonly string[]): string {
  const header = [
    '# Generated from the METADATA of the rules.',
    `package dappmesh.${COLLECTORS[family].package}`,
    ...rules.map(rule => `import data.${rule.entrypoint.replace(/\/\w+$/, '').replaceAll('/', '.')}`),
  ];
  const collected = kinds.map(kind => kindRules(family, rules, kind));
  return `${[...header, ...collected].join('\n\n')}\n`;
}

/** `uid` is undefined when the input did not arrive, and with it the whole answer: an engine error, not an approval. */
function kindRules(family: Rule['family'], rules: readonly Rule[], kind: string): string {
  const { field } = COLLECTORS[family];
  const answering = rules.filter(rule => rule.kinds.includes(kind));
  return OPERATIONS.map(operation => {
    const answers = answering
      .filter(rule => rule.operations.includes(operation))
      .map(rule => `\t\t"${resultKey(rule)}": ${packageName(rule)}.${field},\n`);
    const body = answers.length === 0 ? '{}' : `{\n${answers.join('')}\t}`;
    return (
      `${kind} := {\n\t"uid": input.request.uid,\n\t"${field}": ${body},\n} if {\n` +
      `\tinput.request.operation == "${operation}"\n}`
    );
  }).join('\n\n');
}

function packageName(rule: Rule): string {
  return rule.name.replaceAll('-', '_');
}
