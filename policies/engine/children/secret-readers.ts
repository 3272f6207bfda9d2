// Pods that read generated or copied values are made anew when these change: a program reads its password when it
// starts, and a Job that has run does not run again by itself. What a schedule makes reads what is there by then.

import { createHash } from 'node:crypto';
import type { ChildObject } from './blueprint-item.ts';

/** Keys of a Secret, separated by commas, whose values the reconciler makes up. */
export const GENERATE_ANNOTATION = 'dappmesh.io/generate';
/** What a Secret copies, separated by commas: `password=logistics/shipments-parcels/sales.orders.parcels`. */
export const COPY_ANNOTATION = 'dappmesh.io/copy';

/** On a pod: digest of the values that it reads. */
export const SECRETS_ANNOTATION = 'dappmesh.io/secrets';

/** What keeps its pods until their template changes; a Job cannot be changed at all, so its name does. */
const MAKERS: ReadonlySet<string> = new Set([
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/StatefulSet',
  'batch/v1/Job',
]);

const DIGEST_LENGTH = 10;
/** The name of a Job is a label of its pods (63 characters), with `-` and the digest at its end. */
const JOB_STEM_LENGTH = 63 - 1 - DIGEST_LENGTH;

/** One object that an owner asks for. */
export interface SecretReader {
  readonly object: ChildObject;
  /** Secrets that its pods read and whose values are not known yet: until then it is not made. */
  readonly undecided: readonly ChildObject[];
}

/** The `data` that a Secret has once it is applied; undefined while nobody can tell. Asked once of each Secret at most. */
export type DataOf = (secret: ChildObject) => Fields | undefined;

type Fields = Readonly<Record<string, unknown>>;

/** Takes all that one owner asks for; gives it in that order, with the digests of what pods read. */
export function toSecretReaders(objects: readonly ChildObject[], dataOf: DataOf): SecretReader[] {
  const secrets = objects.filter(isDecidedHere);
  const told = new Map<ChildObject, Fields | undefined>();
  const tell = (secret: ChildObject): Fields | undefined => {
    if (!told.has(secret)) told.set(secret, dataOf(secret));
    return told.get(secret);
  };
  return objects.map(object => {
    const names = MAKERS.has(`${object.apiVersion}/${object.kind}`) ? secretNames(object['spec']) : new Set();
    const read = secrets.filter(
      ({ metadata }) => names.has(metadata.name) && metadata.namespace === object.metadata.namespace,
    );
    const known = read.map(secret => ({ secret, data: tell(secret) }));
    const undecided = known.filter(({ data }) => data === undefined).map(({ secret }) => secret);
    if (read.length === 0 || undecided.length > 0) return { object, undecided };
    const values = known.flatMap(({ secret, data = {} }) =>
      Object.entries(data).map(([key, value]) => `${secret.metadata.name}/${key}=${String(value)}`),
    );
    return { object: withDigest(object, values.toSorted().join(' ')), undecided };
  });
}

/** A Secret with values that no blueprint can know. */
function isDecidedHere({ apiVersion, kind, metadata: { annotations = {} } }: ChildObject): boolean {
  return (
    apiVersion === 'v1' &&
    kind === 'Secret' &&
    (GENERATE_ANNOTATION in annotations || COPY_ANNOTATION in annotations)
  );
}

/** Names of the Secrets that a spec refers to, in variables and volumes alike. */
function secretNames(value: unknown): ReadonlySet<unknown> {
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(
    Object.entries(value).flatMap(([field, inner]) => {
      const isReference = field === 'secretKeyRef' || field === 'secretRef' || field === 'secret';
      const { name, secretName } = isReference ? fieldsOf(inner) : {};
      return [name, secretName, ...secretNames(inner)];
    }),
  );
}

function withDigest(object: ChildObject, values: string): ChildObject {
  const spec = fieldsOf(object['spec']);
  const template = fieldsOf(spec['template']);
  const metadata = fieldsOf(template['metadata']);
  const digest = shortDigest(`${object.metadata.name} ${values}`);
  const annotations = { ...fieldsOf(metadata['annotations']), [SECRETS_ANNOTATION]: digest };
  const stamped = {
    ...object,
    spec: { ...spec, template: { ...template, metadata: { ...metadata, annotations } } },
  };
  if (object.kind !== 'Job') return stamped;
  const stem = object.metadata.name.slice(0, JOB_STEM_LENGTH).replace(/[-.]+$/, '');
  return { ...stamped, metadata: { ...object.metadata, name: `${stem}-${digest}` } };
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
