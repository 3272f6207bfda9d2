// The reference of all policies and blueprints, made from their METADATA: nothing in it is written a second time.

import { ruleFile } from '../engine/loading/metadata.ts';
import {
  type Blueprint,
  type EnforcementLevel,
  isPolicy,
  POINTS,
  type Policy,
  type Rule,
} from '../engine/verdict/policy.ts';

export const REFERENCE_FILE = 'docs/policies.md';

const LETTERS: Readonly<Record<EnforcementLevel, string>> = { deny: 'denies', warn: 'warns', off: '–' };

/** Gives the text of `docs/policies.md`. */
export function generateReference(rules: readonly Rule[]): string {
  const policies = rules.filter(isPolicy);
  const blueprints = rules.filter(rule => !isPolicy(rule));
  const governance = policies.filter(({ family }) => family === 'governance');
  const defaults = policies.filter(({ family }) => family === 'defaults');
  return `${[
    '# Policies',
    'Generated from the METADATA of `policies/`; change it there and run `make gen`.',
    'What a policy does at push (git hook, `dappmesh check`), at admission (webhook) and at audit is its default: ' +
      'a Mesh may tighten it or, with a date, relax it; a Domain may only tighten it.',
    '## Governance',
    table(governance),
    ...governance.map(section),
    '## Defaults',
    'What an object says when it says nothing. Only absent fields are filled, never anything in a list.',
    ...defaults.map(section),
    '## Blueprints',
    'Which Kubernetes objects an admitted object gets. Engines are described in [engines.md](engines.md).',
    ...blueprints.map(blueprintSection),
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
    `- source: [${policy.name}](../${ruleFile(policy)})`,
  ];
  return [`### ${heading(policy)}`, policy.description, facts.join('\n')].join('\n\n');
}

function blueprintSection(blueprint: Blueprint): string {
  const { name, title, description, kinds, makes, inventory } = blueprint;
  const listed = (items: readonly string[]) => items.map(item => `\`${item}\``).join(', ');
  const facts = [
    `- for: ${kinds.join(', ')}`,
    ...(makes.length === 0 ? [] : [`- makes: ${listed(makes)}`]),
    ...(inventory.length === 0 ? [] : [`- reads: ${listed(inventory)}`]),
    `- source: [${name}](../${ruleFile(blueprint)})`,
  ];
  return [`### ${name}`, `${title}. ${description}`, facts.join('\n')].join('\n\n');
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
