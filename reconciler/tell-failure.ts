// A reconcile that fails again and again → the status that says so.

import type { MeshObject } from '../policies/engine/verdict/review.ts';
import type { Deps } from './deps.ts';
import { isOutside, NotLeadingError } from './faults.ts';
import type { Key } from './key.ts';
import { writeStatus } from './status.ts';

/** Failures in a row before people are told. */
const TOLD_AFTER = 3;
/** What telling may take beyond the time of the reconcile. */
const TELL_MS = 5_000;

/** After some failures in a row the status says so. Best effort: what failed may well fail this, too. */
export async function tellFailure(
  key: Key,
  owner: MeshObject,
  error: unknown,
  deps: Deps,
  signal: AbortSignal,
): Promise<void> {
  if (error instanceof NotLeadingError || deps.failures(key) + 1 < TOLD_AFTER) return;
  const message =
    isOutside(error) && error instanceof Error ? error.message : 'an unexpected error; see the log';
  try {
    await writeStatus(owner, { state: { kind: 'retrying', message } }, deps, tellingSignal(signal));
  } catch (err) {
    deps.log.debug({ err, key }, 'the failure could not be told in status');
  }
}

/** A reconcile that has run out of time may still say so; one that is ended from outside says nothing more. */
function tellingSignal(signal: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(TELL_MS);
  return signal.aborted ? limit : AbortSignal.any([signal, limit]);
}
