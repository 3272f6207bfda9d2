// All scenarios, in the order in which they run: an empty control plane first, the most memory last.

import type { Scenario } from './scenario.ts';
import { admission } from './scenarios/admission.ts';
import { check } from './scenarios/check.ts';
import { churn } from './scenarios/churn.ts';
import { evaluation } from './scenarios/evaluation.ts';
import { handoff } from './scenarios/handoff.ts';
import { memory } from './scenarios/memory.ts';
import { reconcile } from './scenarios/reconcile.ts';
import { sizes } from './scenarios/sizes.ts';
import { startup } from './scenarios/startup.ts';
import { unchanged } from './scenarios/unchanged.ts';

export const SCENARIOS: readonly Scenario[] = [
  startup,
  evaluation,
  admission,
  unchanged,
  churn,
  memory,
  sizes,
  check,
  handoff,
  reconcile,
];
