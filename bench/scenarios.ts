// All scenarios, in the order in which they run: an empty control plane first, the most memory last.

import type { Scenario } from './scenario.ts';
import { admission } from './scenarios/admission.ts';
import { evaluation } from './scenarios/evaluation.ts';
import { memory } from './scenarios/memory.ts';
import { unchanged } from './scenarios/unchanged.ts';

export const SCENARIOS: readonly Scenario[] = [evaluation, admission, unchanged, memory];
