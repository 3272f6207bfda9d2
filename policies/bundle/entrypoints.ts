// Generates the Rego that collects, per kind, what all its policies say in one evaluation: calling each by itself
// would parse the input once per policy.

import type { Operation, Policy } from '../engine/policy.ts';
import type { SourceFile } from './sources.ts';

interface Collector {
  readonly family: Policy['family'];
  readonly package: string;
  /** Field of the answer, and rule of each policy. */
  readonly result: string;
  readonly key: (policy: Policy) => string;
}

const COLLECTORS: readonly Collector[] = [
  { family: 'governance', package: 'verdict', result: 'violations', key: policy => policy.code },
  { family: 'defaults', package: 'fill', result: 'additions', key: policy => policy.name },
];

/** Gives the modules `dappmesh.verdict` and `dappmesh.fill`, with a rule for each of `kinds`. */
export function generateEntrypoints(policies: readonly Policy[], kinds: readonly string[]): SourceFile[] {
  return COLLECTORS.map(collector => ({
    file: `generated/${collector.package}.rego`,
    text: moduleText(
      collector,
      policies.filter(policy => policy.family === collector.family),
      kinds,
    ),
  }));
}

/** The entrypoints of the generated modules, and of each policy for when its fault has to be told from others'. */
export function entrypointNames(policies: readonly Policy[], kinds: readonly string[]): string[] {
  const collecting = COLLECTORS.flatMap(({ package: name }) => kinds.map(kind => `dappmesh/${name}/${kind}`));
  return [...collecting, ...policies.map(policy => policy.entrypoint)];
}

function moduleText(collector: Collector, policies: readonly Policy[], kinds: readonly string[]): string {
  const header = [
    '# Generated from the METADATA of the policies.',
    `package dappmesh.${collector.package}`,
    ...policies.map(policy => `import data.${policy.entrypoint.replace(/\/\w+$/, '').replaceAll('/', '.')}`),
  ];
  const rules = kinds.map(kind => kindRules(collector, policies, kind));
  return `${[...header, ...rules].join('\n\n')}\n`;
}

/** `uid` is undefined when the input did not arrive, and with it the whole answer: an engine error, not an approval. */
function kindRules(collector: Collector, policies: readonly Policy[], kind: string): string {
  const judging = policies.filter(policy => policy.kinds.includes(kind));
  const operations: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE'];
  return operations
    .map(operation => {
      const answers = judging
        .filter(policy => policy.operations.includes(operation))
        .map(policy => `\t\t"${collector.key(policy)}": ${packageName(policy)}.${collector.result},\n`);
      const body = answers.length === 0 ? '{}' : `{\n${answers.join('')}\t}`;
      return (
        `${kind} := {\n\t"uid": input.request.uid,\n\t"${collector.result}": ${body},\n} if {\n` +
        `\tinput.request.operation == "${operation}"\n}`
      );
    })
    .join('\n\n');
}

function packageName(policy: Policy): string {
  return policy.name.replaceAll('-', '_');
}
