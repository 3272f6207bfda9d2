// The example mesh, as it stands in git and once more on the engines that operators run.

import { join } from 'node:path';
import {
  buildReview,
  type MeshObject,
  type NamedContract,
  type Question,
} from '../../../policies/engine/verdict/review.ts';
import { isOurs, kindInfo } from '../../../schemas/kinds.ts';
import { readManifests } from '../../gitops/read-manifests.ts';

const RETAIL = join(import.meta.dirname, '../../../gitops/examples/retail');

export interface MeshOf {
  readonly title: string;
  readonly objects: readonly MeshObject[];
  /** Whether everything that is named is there and fits: then nothing is waited for. */
  readonly isWhole: boolean;
  /** API groups of the operators that it takes. */
  readonly operators: readonly string[];
}

/** While all agreements of the example are in force. */
export const NOW = new Date('2026-06-01T12:00:00Z');

/** By role: an EngineClass for each blueprint whose custom resources an operator turns into something that runs. */
const OPERATOR_CLASSES: Readonly<Record<string, Fields>> = {
  operational: { blueprint: 'cloudnative-pg', parameters: { instances: 1 } },
  analytics: { blueprint: 'cloudnative-pg' },
  stream: {
    blueprint: 'strimzi-topic',
    parameters: { cluster: 'events', endpoint: 'kafka://{cluster}-kafka-bootstrap.{namespace}.svc:9093' },
  },
  observability: { blueprint: 'prometheus' },
  certificate: { blueprint: 'cert-manager', parameters: { issuer: 'mesh' } },
};

type Fields = Readonly<Record<string, unknown>>;

/** The example with other defaults, whose products take them and publish a stream where they have several ports. */
function onOperators(objects: readonly MeshObject[]): MeshObject[] {
  const classes = Object.entries(OPERATOR_CLASSES).map(([role, spec]) => ({
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'EngineClass',
    metadata: { name: `operated-${role}` },
    spec: { role, ...spec },
  }));
  const defaults = Object.fromEntries(classes.map(({ metadata, spec }) => [spec.role, metadata.name]));
  const changed = objects.map(object => {
    if (object.kind === 'DataProduct') return onDefaults(object);
    if (object.kind !== 'Mesh') return object;
    return withSpec(object, {
      engineDefaults: { ...(object.spec?.['engineDefaults'] as Fields), ...defaults },
    });
  });
  return [...classes, ...changed];
}

function onDefaults(product: MeshObject): MeshObject {
  const ports = entriesOf(product, 'outputPorts').map(withoutClass);
  const [first, ...others] = ports;
  return withSpec(product, {
    storage: entriesOf(product, 'storage').map(withoutClass),
    outputPorts: others.length === 0 ? ports : [{ ...first, type: 'stream' }, ...others],
  });
}

function withoutClass(entry: Fields): Fields {
  return Object.fromEntries(Object.entries(entry).filter(([field]) => field !== 'engineClass'));
}

function entriesOf(object: MeshObject, field: string): Fields[] {
  return (object.spec?.[field] ?? []) as Fields[];
}

function withSpec(object: MeshObject, fields: Fields): MeshObject {
  return { ...object, spec: { ...object.spec, ...fields } };
}

/** What the reconciler asks about one of the objects. */
export function questionOf(object: MeshObject, objects: readonly MeshObject[]): Question {
  return buildReview({
    object,
    oldObject: null,
    operation: 'CREATE',
    resource: kindInfo(object.kind)?.plural ?? '',
    point: 'audit',
    now: NOW,
    ...(object.kind === 'DataProduct' ? { contracts: contractsOf(object, objects) } : {}),
  });
}

function contractsOf({ metadata }: MeshObject, objects: readonly MeshObject[]): NamedContract[] {
  return objects
    .filter(({ kind, metadata: { namespace }, spec }) => {
      return (
        kind === 'DataContract' && namespace === metadata.namespace && spec?.['productRef'] === metadata.name
      );
    })
    .map(contract => ({ name: contract.metadata.name, spec: contract.spec }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const manifests = await readManifests(RETAIL);
const retail = manifests.map(({ object }) => object).filter(object => isOurs(object.apiVersion));

export const MESHES: readonly MeshOf[] = [
  { title: 'on embedded engines', objects: retail, isWhole: true, operators: [] },
  {
    title: 'on operators',
    objects: onOperators(retail),
    isWhole: false,
    operators: ['cert-manager.io', 'kafka.strimzi.io', 'monitoring.coreos.com', 'postgresql.cnpg.io'],
  },
];
