// What one evaluation has to answer: for a family, kind and operation, which policies must have a result.
// A fixed table per bundle; nothing in a request can name an entrypoint.

import { KINDS } from '../../schemas/kinds.ts';
import { OPERATIONS, type Operation, type Policy } from './policy.ts';

export interface Plan {
  readonly family: Policy['family'];
  readonly kind: string;
  readonly operation: Operation;
  /** Collecting entrypoint: `dappmesh/verdict/DataProduct`. */
  readonly entrypoint: string;
  readonly policies: readonly Policy[];
}

const COLLECTOR: Readonly<Record<Policy['family'], string>> = { governance: 'verdict', defaults: 'fill' };

/** Key of a plan in its table. */
export function planKey(family: Policy['family'], kind: string, operation: Operation): string {
  return `${family}/${kind}/${operation}`;
}

/** The table of all plans, families × kinds × operations; a kind that no policy judges has plans without policies. */
export function toPlans(policies: readonly Policy[]): ReadonlyMap<string, Plan> {
  const plans = new Map<string, Plan>();
  for (const family of ['governance', 'defaults'] as const) {
    const members = policies.filter(policy => policy.family === family);
    for (const { kind } of KINDS) {
      for (const operation of OPERATIONS) {
        const judging = members.filter(
          policy => policy.kinds.includes(kind) && policy.operations.includes(operation),
        );
        plans.set(planKey(family, kind, operation), {
          family,
          kind,
          operation,
          entrypoint: `dappmesh/${COLLECTOR[family]}/${kind}`,
          policies: judging,
        });
      }
    }
  }
  return plans;
}

/** The name under which a policy's result stands in the collected answer. */
export function resultKey(policy: Policy): string {
  return policy.family === 'governance' ? policy.code : policy.name;
}
