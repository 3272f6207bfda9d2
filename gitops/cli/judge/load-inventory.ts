// The tree as the inventory that policies see. The engine keeps it between the trees of one run.

import type { MeshObject } from '../../../policies/engine/review.ts';
import type { Inventory } from '../../../policies/inventory/inventory.ts';
import { keyOf } from '../tree.ts';

export class LoadedInventory {
  readonly #inventory: Inventory;
  #objects = new Map<string, MeshObject>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Makes the inventory hold exactly these objects. Later ones win over earlier ones of the same name. */
  replace(...layers: readonly Iterable<MeshObject>[]): void {
    const objects = new Map<string, MeshObject>();
    for (const layer of layers) {
      for (const object of layer) objects.set(keyOf(object.kind, object.metadata.namespace, object.metadata.name), object);
    }
    for (const [key, { kind, metadata }] of this.#objects) {
      if (!objects.has(key)) this.#inventory.remove(kind, metadata.namespace ?? '', metadata.name);
    }
    for (const [key, object] of objects) if (this.#objects.get(key) !== object) this.#inventory.apply(object);
    this.#objects = objects;
  }

  /** Replaces one object, as when its defaults have been filled in. */
  update(object: MeshObject): void {
    this.#inventory.apply(object);
    this.#objects.set(keyOf(object.kind, object.metadata.namespace, object.metadata.name), object);
  }
}
