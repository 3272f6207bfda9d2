// The children as the watches have them, packed, and found by owner.

import { type KubernetesObject, type ObjectRef, refOf } from '../../cluster/kubernetes-object.ts';
import { OWNER_KIND_LABEL, OWNER_NAME_LABEL, toLabelValue } from '../../policies/engine/children/child.ts';
import { controllerOf } from '../../policies/engine/children/controller-reference.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { isOurs, kindInfo } from '../../schemas/kinds.ts';
import type { ObservedChild } from '../deps.ts';
import { type Key, type KeyText, keyOfObject, toText } from '../key.ts';
import { createPacking, type Packing } from './packing.ts';

export interface Children {
  readonly child: (ref: ObjectRef) => ObservedChild | undefined;
  readonly childrenOf: (owner: MeshObject) => readonly ObservedChild[];
  readonly size: () => number;
  /** Takes the newest state; gives the owners, the one before too. */
  readonly apply: (object: KubernetesObject, ours: boolean) => readonly Key[];
  /** Gives the owner it had. */
  readonly remove: (ref: ObjectRef) => readonly Key[];
  /** Removes all of a kind that is no longer served; gives them and their owners. */
  readonly removeKind: (
    apiVersion: string,
    kind: string,
  ) => readonly (readonly [ObjectRef, readonly Key[]])[];
}

/** One child. There are some twenty to a product, so what several have in common stands once. */
interface Entry {
  readonly kind: Kind;
  readonly name: ScopedName;
  packed: string;
  ours: boolean;
  owner: Owner | undefined;
}

interface Kind {
  readonly packing: Packing;
  readonly entries: Map<ScopedName, Entry>;
}

interface Owner {
  readonly id: OwnerId;
  readonly key: Key;
  readonly children: Entry[];
}

/** `sales/orders`, `/sales` in cluster scope. */
type ScopedName = `${string}/${string}`;
/** The key of an owner after its uid, or after nothing where only labels name it. */
type OwnerId = `${string} ${KeyText}`;

/** Makes an empty one. */
export function createChildren(): Children {
  const kinds = new Map<string, Kind>();
  const owners = new Map<OwnerId, Owner>();

  const entryOf = (ref: ObjectRef) => kinds.get(typeOf(ref))?.entries.get(nameOf(ref));
  function kindOf(ref: ObjectRef): Kind {
    const kind = kinds.get(typeOf(ref)) ?? { packing: createPacking(), entries: new Map() };
    kinds.set(typeOf(ref), kind);
    return kind;
  }
  function join(entry: Entry, id: OwnerId, key: Key): void {
    const owner = owners.get(id) ?? { id, key, children: [] };
    owners.set(id, owner);
    owner.children.push(entry);
    entry.owner = owner;
  }
  function leave(entry: Entry): void {
    const { owner } = entry;
    if (owner === undefined) return;
    owner.children.splice(owner.children.indexOf(entry), 1);
    if (owner.children.length === 0) owners.delete(owner.id);
    entry.owner = undefined;
  }
  function drop(ref: ObjectRef): readonly Key[] {
    const entry = entryOf(ref);
    if (entry === undefined) return [];
    const former = keysOf(entry);
    entry.kind.entries.delete(entry.name);
    leave(entry);
    return former;
  }
  return {
    child(ref) {
      const entry = entryOf(ref);
      return entry && observed(entry);
    },
    childrenOf: owner =>
      [controlledBy(owner), labelledBy(owner)].flatMap(id => owners.get(id)?.children.map(observed) ?? []),
    size: () => [...kinds.values()].reduce((sum, { entries }) => sum + entries.size, 0),
    apply(object, ours) {
      const kind = kindOf(refOf(object));
      const name = nameOf(refOf(object));
      const packed = kind.packing.pack(object);
      const entry = kind.entries.get(name) ?? { kind, name, packed, ours, owner: undefined };
      kind.entries.set(name, Object.assign(entry, { packed, ours }));
      const former = keysOf(entry);
      const owner = ownerOf(object);
      if (entry.owner?.id === owner?.id) return former;
      leave(entry);
      if (owner !== undefined) join(entry, owner.id, owner.key);
      return [...former, ...keysOf(entry)];
    },
    remove: drop,
    removeKind(apiVersion, kind) {
      const names = [...(kinds.get(`${apiVersion}/${kind}`)?.entries.keys() ?? [])];
      return names.map(text => {
        const [namespace = '', name = ''] = text.split('/');
        const ref = { apiVersion, kind, name, ...(namespace === '' ? {} : { namespace }) };
        return [ref, drop(ref)] as const;
      });
    },
  };
}

function observed({ kind, packed, ours }: Entry): ObservedChild {
  return { object: kind.packing.unpack(packed) as KubernetesObject, ours };
}

function keysOf({ owner }: Entry): readonly Key[] {
  return owner === undefined ? [] : [owner.key];
}

/** The controller, else what the labels say; none where that is no object of DappMesh. */
function ownerOf({ metadata }: KubernetesObject): Pick<Owner, 'id' | 'key'> | undefined {
  const controller = controllerOf(metadata);
  const kind = controller?.kind ?? metadata.labels?.[OWNER_KIND_LABEL] ?? '';
  const name = controller?.name ?? metadata.labels?.[OWNER_NAME_LABEL] ?? '';
  if (kindInfo(kind) === undefined || (controller !== undefined && !isOurs(controller.apiVersion)))
    return undefined;
  const namespace = kindInfo(kind)?.scope === 'Namespaced' ? (metadata.namespace ?? '') : '';
  const key = { kind, namespace, name };
  return { id: `${controller?.uid ?? ''} ${toText(key)}`, key };
}

function controlledBy(owner: MeshObject): OwnerId {
  const { uid } = owner.metadata;
  // An object without a uid was never stored, and controls nothing.
  return `${typeof uid === 'string' ? uid : '?'} ${toText(keyOfObject(owner))}`;
}

function labelledBy({ kind, metadata: { namespace = '', name } }: MeshObject): OwnerId {
  return ` ${toText({ kind, namespace, name: toLabelValue(name) })}`;
}

function typeOf({ apiVersion, kind }: Pick<ObjectRef, 'apiVersion' | 'kind'>): string {
  return `${apiVersion}/${kind}`;
}

function nameOf({ namespace = '', name }: ObjectRef): ScopedName {
  return `${namespace}/${name}`;
}
