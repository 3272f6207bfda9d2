// What one evaluation has to answer: for a family, kind and operation, which policies must have a result.
// A fixed table per bundle; nothing in a request can name an entrypoint.

import { KINDS } from '../../../schemas/kinds.ts';
import { OPERATIONS, type Operation, type Rule } from './policy.ts';

export interface Plan {
  readonly family: Rule['family'];
  readonly kind: string;
  readonly operation: Operation;
  /** Collecting entrypoint: `dappmesh/verdict/DataProduct`. */
  readonly entrypoint: string;
  readonly rules: readonly Rule[];
}

/** Package of the collecting entrypoints, and the field of their answer that holds the items by rule. */
export const COLLECTORS = {
  governance: { package: 'verdict', field: 'violations' },
  defaults: { package: 'fill', field: 'additions' },
  blueprints: { package: 'blueprint', field: 'output' },
} as const satisfies Record<Rule['family'], { package: string; field: string }>;

export const FAMILIES: readonly Rule['family'][] = ['governance', 'defaults', 'blueprints'];

/** Key of a plan in its table. */
export function planKey(family: Rule['family'], kind: string, operation: Operation): string {
  return `${family}/${kind}/${operation}`;
}

/** The table of all plans, families × kinds × operations; a kind that no rule answers for has plans without rules. */
export function toPlans(rules: readonly Rule[]): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>();
  for (const family of FAMILIES) {
    const members = rules.filter(rule => rule.family === family);
    for (const { kind } of KINDS) {
      for (const operation of OPERATIONS) {
        const answering = members.filter(
          rule => rule.kinds.includes(kind) && rule.operations.includes(operation),
        );
        plans.set(planKey(family, kind, operation), {
          family,
          kind,
          operation,
          entrypoint: `dappmesh/${COLLECTORS[family].package}/${kind}`,
          rules: answering,
        });
      }
    }
  }
  return plans;
}

/** The name under which a rule's result stands in the collected answer. */
export function resultKey(rule: Rule): string {
  return rule.family === 'governance' ? rule.code : rule.name;
}
