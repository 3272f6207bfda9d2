// The tree as the inventory that policies see. It remembers what the engine holds, so that nothing of one tree is left
// when the next one is judged: an engine has one of these.
// Whoever pushes writes exemptions as they like, so they count as they stood before the change, and new ones not yet.

import { isMadeFor } from '../../../policies/engine/verdict/enforcement.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { withIdleExemption } from '../../../policies/engine/verdict/to-finding.ts';
import type { Finding } from '../../../policies/engine/verdict/verdict.ts';
import type { Inventory } from '../../../policies/inventory/inventory.ts';
import { keyOf } from '../tree.ts';

export class LoadedInventory {
  readonly #inventory: Inventory;
  #objects = new Map<string, MeshObject>();
  #newExemptions: readonly MeshObject[] = [];

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Makes the inventory hold exactly these objects, of which `before` were there before the change. */
  replace(now: Iterable<MeshObject>, before: Iterable<MeshObject>): void {
    const objects = new Map<string, MeshObject>();
    const base = [...before];
    const known = new Map(base.filter(isExemption).map(object => [idOf(object), object]));
    const newExemptions: MeshObject[] = [];
    for (const object of now) {
      const counted = isExemption(object) ? known.get(idOf(object)) : object;
      if (counted === undefined) newExemptions.push(object);
      else objects.set(idOf(object), counted);
    }
    this.#newExemptions = newExemptions;
    for (const [key, { kind, metadata }] of this.#objects) {
      if (!objects.has(key)) this.#inventory.remove(kind, metadata.namespace ?? '', metadata.name);
    }
    for (const [key, object] of objects) if (this.#objects.get(key) !== object) this.#inventory.apply(object);
    this.#objects = objects;
    this.#inventory.rebase(base);
  }

  /** Replaces one object, as when its defaults have been filled in. */
  update(object: MeshObject): void {
    if (isExemption(object)) return;
    this.#inventory.apply(object);
    this.#objects.set(idOf(object), object);
  }

  /** Says of a denial that an exemption has been made for it, which does not count yet. */
  withNewExemption(finding: Finding): Finding {
    const made = this.#newExemptions.find(
      ({ metadata, spec }) =>
        finding.enforcement === 'deny' &&
        metadata.namespace === finding.namespace &&
        isMadeFor(spec ?? {}, finding.code, finding),
    );
    if (made === undefined) return finding;
    const fault = 'the base revision does not have it';
    return { ...finding, remedy: withIdleExemption(finding.remedy, made.metadata.name, fault) };
  }
}

function isExemption({ kind }: MeshObject): boolean {
  return kind === 'PolicyExemption';
}

function idOf({ kind, metadata }: MeshObject): string {
  return keyOf(kind, metadata.namespace, metadata.name);
}
