// The reference of all policies, made from their METADATA: nothing in it is written a second time.

import { policyFile } from '../engine/metadata.ts';
import { type EnforcementLevel, POINTS, type Policy } from '../engine/policy.ts';

export const REFERENCE_FILE = 'docs/policies.md';

const LETTERS: Readonly<Record<EnforcementLevel, string>> = { deny: 'denies', warn: 'warns', off: '–' };

/** Gives the text of `docs/policies.md`. */
export function generateReference(policies: readonly Policy[]): string {
  const governance = policies.filter(({ family }) => family === 'governance');
  const defaults = policies.filter(({ family }) => family === 'defaults');
  return `${[
    '# Policies',
    'Generated from the METADATA of `policies/`; change it there and run `node policies/bundle/generate.ts`.',
    'What a policy does at push (git hook, `dappmesh check`), at admission (webhook) and at audit is its default: ' +
      'a Mesh may tighten it or, with a date, relax it; a Domain may only tighten it.',
    '## Governance',
    table(governance),
    ...governance.map(section),
    '## Defaults',
    'What an object says when it says nothing. Only absent fields are filled, never anything in a list.',
    ...defaults.map(section),
  ].join('\n\n')}\n`;
}

function table(policies: readonly Policy[]): string {
  const rows = policies.map(policy => {
    const levels = POINTS.map(point => LETTERS[policy.enforce[point]]);
    const cells = [`[${policy.code}](#${anchor(policy)})`, policy.title, policy.kinds.join(', '), ...levels];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| code | title | kinds | push | admission | audit |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function section(policy: Policy): string {
  const facts = [
    `- kinds: ${policy.kinds.join(', ')}, on ${policy.operations.join(', ')}`,
    ...(policy.family === 'governance'
      ? [`- severity: ${policy.severity}`, `- remedy: ${policy.remedy}`]
      : []),
    `- reads: ${policy.scope.join(', ')}${readPaths(policy)}`,
    `- source: [${policy.name}](../${policyFile(policy)})`,
  ];
  return [`### ${heading(policy)}`, policy.description, facts.join('\n')].join('\n\n');
}

function readPaths(policy: Policy): string {
  const paths = [...policy.inventory, ...policy.metadata].map(path => `\`${path}\``);
  return paths.length === 0 ? '' : ` (${paths.join(', ')})`;
}

/** The three defaults share a code, so their names tell them apart. */
function heading(policy: Policy): string {
  return `${policy.code} ${policy.name}`;
}

/** As GitHub makes anchors of headings. */
function anchor(policy: Policy): string {
  return heading(policy).toLowerCase().replaceAll(' ', '-');
}
