// The finalizer of what somebody still uses: there while it is held, gone with the last holder.
// After an uninstall nobody takes it off. This does, and the object goes:
//   kubectl patch dataproduct orders -n sales --type=merge -p '{"metadata":{"finalizers":null}}'

import { FIELD_MANAGER } from '../policies/engine/children/field-manager.ts';
import { IN_USE_FINALIZER } from '../policies/engine/children/in-use.ts';
import type { MeshObject } from '../policies/engine/verdict/review.ts';
import type { Deps } from './deps.ts';
import { isNotFound, NotLeadingError } from './faults.ts';
import { refOfChild, uidOf } from './gather.ts';
import { isNewer } from './resource-version.ts';

type FinalizerDeps = Pick<Deps, 'cluster' | 'written' | 'mayWrite' | 'metrics'>;

/** The finalizers and version of an object, as of our own last write where the store is behind it. */
export function finalizersOf(
  owner: MeshObject,
  { written }: Pick<Deps, 'written'>,
): { readonly finalizers: readonly string[]; readonly resourceVersion: string } {
  const { finalizers = [], resourceVersion } = owner.metadata;
  const version = typeof resourceVersion === 'string' ? resourceVersion : '';
  const known = written.owner(uidOf(owner));
  if (known === undefined || !isNewer(known.resourceVersion, version))
    return { finalizers, resourceVersion: version };
  return { finalizers: known.finalizers ?? finalizers, resourceVersion: known.resourceVersion };
}

/**
 * Puts the finalizer on or takes it off. A 409 is thrown: the object has changed, and what holds it may have, too.
 * One that is gone needs none.
 */
export async function keepFinalizer(
  owner: MeshObject,
  isHeld: boolean,
  deps: FinalizerDeps,
  signal: AbortSignal,
): Promise<void> {
  const { finalizers, resourceVersion } = finalizersOf(owner, deps);
  if (finalizers.includes(IN_USE_FINALIZER) === isHeld) return;
  if (!deps.mayWrite()) throw new NotLeadingError();
  const others = finalizers.filter(finalizer => finalizer !== IN_USE_FINALIZER);
  const wanted = isHeld ? [...others, IN_USE_FINALIZER] : others;
  const fields = { metadata: { resourceVersion, finalizers: wanted } };
  deps.metrics.wrote(owner.kind, 'finalizer');
  try {
    const ref = refOfChild(owner);
    const patch = () =>
      deps.cluster.patch(ref, { type: 'merge', fields }, { fieldManager: FIELD_MANAGER, signal });
    await deps.written.writeOwner(uidOf(owner), patch, { finalizers: wanted });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
