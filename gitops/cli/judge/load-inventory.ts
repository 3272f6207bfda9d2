// The tree as the inventory that policies see. It remembers what the engine holds, so that nothing of one tree is left
// when the next one is judged: an engine has one of these.

import type { MeshObject } from '../../../policies/engine/review.ts';
import type { Inventory } from '../../../policies/inventory/inventory.ts';
import { keyOf } from '../tree.ts';

export class LoadedInventory {
  readonly #inventory: Inventory;
  #objects = new Map<string, MeshObject>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Makes the inventory hold exactly these objects, of which `before` were there before the change. */
  replace(now: Iterable<MeshObject>, before: Iterable<MeshObject>): void {
    const objects = new Map<string, MeshObject>();
    for (const object of now) objects.set(idOf(object), object);
    for (const [key, { kind, metadata }] of this.#objects) {
      if (!objects.has(key)) this.#inventory.remove(kind, metadata.namespace ?? '', metadata.name);
    }
    for (const [key, object] of objects) if (this.#objects.get(key) !== object) this.#inventory.apply(object);
    this.#objects = objects;
    this.#inventory.rebase(before);
  }

  /** Replaces one object, as when its defaults have been filled in. */
  update(object: MeshObject): void {
    this.#inventory.apply(object);
    this.#objects.set(idOf(object), object);
  }
}

function idOf({ kind, metadata }: MeshObject): string {
  return keyOf(kind, metadata.namespace, metadata.name);
}
