// What is built for the owners → the plan: compared with a cluster, or not.

import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import { finishChild, givesAccess } from '../../../policies/engine/children/child.ts';
import { toSecretReaders } from '../../../policies/engine/children/secret-readers.ts';
import { isMissingReference, type Policy } from '../../../policies/engine/verdict/policy.ts';
import { inLanes } from '../in-lanes.ts';
import { textOf } from '../live/fields.ts';
import type { LocatedFinding } from '../located-finding.ts';
import { keyOf } from '../tree.ts';
import type { BuiltOwner } from './build-owners.ts';
import { type Asked, compare, uncompared } from './compare.ts';
import type { PlannedObject, PlannedOwner } from './planned.ts';
import { type Children, type Extent, pruneOf } from './prune.ts';
import { dataThatLives } from './secrets.ts';
import { typeKey } from './served.ts';

export interface PlanParts {
  readonly owners: readonly BuiltOwner[];
  readonly findings: readonly LocatedFinding[];
  readonly policies: readonly Policy[];
  /** Absent: nobody is asked. */
  readonly cluster?: Asked & {
    readonly children: Children;
    /** Kinds that the API server does not have. */
    readonly unserved: ReadonlySet<string>;
  };
  readonly onProgress?: () => void;
}

const LANES = 16;

/** Plans every owner. Throws when the cluster cannot be asked. */
export async function makePlan(parts: PlanParts): Promise<PlannedOwner[]> {
  const missing = missingReferences(parts);
  const unserved = parts.cluster?.unserved ?? new Set<string>();
  const known = parts.owners.map(owner =>
    parts.cluster === undefined ? owner : withSecretDigests(owner, parts.cluster.children),
  );
  const owners = known.map(owner =>
    toOwner(owner, [...(missing.get(owner.manifest.key) ?? []), ...unservedOf(owner, unserved)]),
  );
  const planned = owners.map(({ owner, extent }) => ({
    owner,
    objects: owner.built.objects.map(object => ({ child: finishChild(object, owner.object), extent })),
  }));
  const compared = new Map<object, PlannedObject>();
  await inLanes(
    planned.flatMap(({ objects }) => objects),
    LANES,
    async item => {
      compared.set(item, await planChild(item, parts.cluster));
      parts.onProgress?.();
    },
  );
  return owners.map(({ owner, entry, extent }, i) => ({
    ...entry,
    objects: [
      ...(planned[i]?.objects ?? []).flatMap(item => compared.get(item) ?? []),
      ...(parts.cluster === undefined || extent === 'nothing' ? [] : pruneOf(owner, parts.cluster, extent)),
    ],
  }));
}

/** The objects as the reconciler makes them: their pods say which values of Secrets they read. */
function withSecretDigests(owner: BuiltOwner, children: Children): BuiltOwner {
  const living = (children.get(textOf(owner.object.metadata['uid'])) ?? []).filter(
    ({ kind }) => kind === 'Secret',
  );
  const readers = toSecretReaders(owner.built.objects, secret =>
    dataThatLives(
      secret,
      living.find(({ metadata }) => metadata.name === secret.metadata.name),
    ),
  );
  return { ...owner, built: { ...owner.built, objects: readers.map(({ object }) => object) } };
}

type Entry = Omit<PlannedOwner, 'objects'>;

/** While an owner waits, only what may take access away is changed and removed; while it is suspended, nothing. */
function toOwner(
  owner: BuiltOwner,
  missing: PlannedOwner['waitsFor'],
): { owner: BuiltOwner; entry: Entry; extent: Extent } {
  const { kind, metadata, spec } = owner.object;
  const { holds, until, status, faults } = owner.built;
  const waitsFor = [...missing, ...owner.built.waitsFor];
  const suspended = spec?.['suspend'] === true;
  const { name, namespace = '' } = metadata;
  const { shown: file } = owner.manifest;
  return {
    owner,
    entry: { kind, namespace, name, file, suspended, waitsFor, holds, until, status, faults },
    extent: suspended || faults.length > 0 ? 'nothing' : waitsFor.length > 0 ? 'access' : 'all',
  };
}

async function planChild(
  { child, extent }: { child: ChildObject; extent: Extent },
  cluster: PlanParts['cluster'],
): Promise<PlannedObject> {
  if (extent === 'all') return cluster === undefined ? uncompared(child, 'make') : compare(child, cluster);
  const isTried =
    extent === 'access' && givesAccess(child) && cluster?.unserved.has(typeKey(child)) === false;
  const tried = isTried ? await compare(child, cluster) : undefined;
  // Labels give no access.
  const isAccess = tried?.changes.some(({ path }) => path[0] !== 'metadata') === true;
  return (tried?.action === 'change' && isAccess) || tried?.action === 'same'
    ? tried
    : uncompared(child, 'wait');
}

/** The reconciler waits for references that are missing, as audit finds them; the tree's check finds the same. */
function missingReferences({ findings, policies }: PlanParts): Map<string, PlannedOwner['waitsFor']> {
  const codes = new Set(policies.filter(isMissingReference).map(({ code }) => code));
  const found = findings.filter(({ code, enforcement }) => codes.has(code) && enforcement === 'deny');
  const byOwner = Map.groupBy(found, ({ kind, namespace, name }) => keyOf(kind, namespace, name));
  return new Map(
    [...byOwner].map(([key, list]) => [key, list.map(({ path, message }) => ({ path, message }))]),
  );
}

function unservedOf({ built }: BuiltOwner, unserved: ReadonlySet<string>): PlannedOwner['waitsFor'] {
  const messages = built.objects
    .filter(object => unserved.has(typeKey(object)))
    .map(({ kind, apiVersion }) => `the API server does not serve ${kind} in ${apiVersion}`);
  return [...new Set(messages)].map(message => ({ path: [], message }));
}
