// Entries of `spec.enforcement` that change nothing, told to those who write them: enforcement.ts passes over them.

import { type Override, overridesOf, STRENGTH } from './enforcement.ts';
import { POINTS, type Policy } from './policy.ts';
import type { MeshObject } from './review.ts';
import type { Path } from './verdict.ts';

export interface IdleOverride {
  readonly path: Path;
  readonly message: string;
}

/** What in the enforcement of a Mesh or Domain no policy of the bundle heeds, each with its place. */
export function idleOverrides(object: MeshObject, policies: readonly Policy[]): IdleOverride[] {
  if (object.kind !== 'Mesh' && object.kind !== 'Domain') return [];
  return overridesOf(object).flatMap(({ index, override }) => {
    const policy = policies.find(({ code }) => code === override.code);
    const place = ['spec', 'enforcement', index] as const;
    if (policy === undefined) {
      return [{ path: [...place, 'code'], message: `no policy has the code ${override.code ?? 'none'}` }];
    }
    return POINTS.filter(point => relaxes(override, policy, point)).flatMap(point => {
      const change = `${policy.code} is ${policy.enforce[point]} at ${point}, and ${override[point]} relaxes it`;
      if (object.kind === 'Domain') {
        return [{ path: [...place, point], message: `${change}: a Domain may only tighten` }];
      }
      if (override.until !== undefined) return [];
      return [{ path: [...place, point], message: `${change}: without until it has no effect` }];
    });
  });
}

function relaxes(override: Override, policy: Policy, point: (typeof POINTS)[number]): boolean {
  const wanted = override[point];
  return wanted !== undefined && STRENGTH[wanted] < STRENGTH[policy.enforce[point]];
}
