// Custom resources as the API server stores them: JSON, with what it adds on creation.

import { createHash } from 'node:crypto';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { GROUP, kindInfo } from '../../schemas/kinds.ts';

const TIME = '2026-01-01T00:00:00Z';

/** Where it stands in etcd. */
export function keyOf({ kind, metadata }: MeshObject): string {
  const plural = kindInfo(kind)?.plural ?? kind;
  const name = metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
  return `/registry/${GROUP}/${plural}/${name}`;
}

/** The same uid every time. The field managers are there too: they are a good part of what is listed. */
export function storedText(object: MeshObject): string {
  const managedFields = [
    {
      manager: 'kustomize-controller',
      operation: 'Apply',
      apiVersion: object.apiVersion,
      time: TIME,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': fieldSet(object.spec) },
    },
  ];
  const metadata = {
    ...object.metadata,
    uid: uidOf(keyOf(object)),
    generation: 1,
    creationTimestamp: TIME,
    managedFields,
  };
  return `${JSON.stringify({ ...object, metadata })}\n`;
}

function fieldSet(spec: MeshObject['spec']): Record<string, unknown> {
  return Object.fromEntries(Object.keys(spec ?? {}).map(field => [`f:${field}`, {}]));
}

function uidOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
