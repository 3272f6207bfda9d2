// The reviews that servers are asked, with what they must say.

import { CLEAN, type Expectation } from '../servers/prove.ts';
import { EXPECTED, OWNER, STRANGER } from './candidates.ts';
import type { Mesh } from './mesh.ts';
import { createReview, unchangedReview } from './reviews.ts';

/** Candidates that no scenario changes anything for. */
const STEADY = 16;

/** CREATEs, compliant and violating ones in turn. */
export function createTraffic({ candidates }: Mesh): Expectation[] {
  return candidates.slice(0, STEADY).flatMap(({ compliant, violating }) => [
    { review: createReview(compliant, OWNER), says: CLEAN },
    { review: createReview(violating, STRANGER), says: EXPECTED },
  ]);
}

/** UPDATEs that change nothing. Half of the objects violate policies, and must be allowed all the same. */
export function unchangedTraffic({ candidates }: Mesh): Expectation[] {
  return candidates.slice(0, STEADY).flatMap(({ compliant, violating }) => [
    { review: unchangedReview(compliant, OWNER), says: CLEAN },
    { review: unchangedReview(violating, STRANGER), says: CLEAN },
  ]);
}
