// The questions that would otherwise be scans over the inventory, answered as look-ups:
// `data.index.<question>` is a tree of keys whose leaves are `true`.
// Each entry holds the keys of the object that makes it, so no two objects share an entry.

import type { MeshObject } from '../engine/verdict/review.ts';
import { propertyMarks } from './property-marks.ts';

/** A place in `data.index`: question first, then keys. */
export type IndexEntry = readonly string[];

export const INDEX_NAMES = [
  'contracts_of_product',
  'classes_of_contract',
  'tags_of_contract',
  'products_by_domain',
  'agreements_by_provider',
  'agreements_by_consumer',
  'consumers_of_port',
  'input_edges',
] as const;

/** The entries that one object contributes. Fields of the wrong type contribute nothing. */
export function indexEntries(object: MeshObject): IndexEntry[] {
  const { name, namespace = '' } = object.metadata;
  const spec = object.spec ?? {};
  switch (object.kind) {
    case 'DataContract':
      return [...entry('contracts_of_product', namespace, spec['productRef'], name), ...markEntries(object)];
    case 'DataProduct':
      return [...entry('products_by_domain', spec['domainRef'], name, namespace), ...inputEntries(object)];
    case 'AccessAgreement': {
      const provider = fieldsOf(spec['provider']);
      const consumer = fieldsOf(spec['consumer']);
      return [
        ...entry('agreements_by_provider', namespace, provider['product'], name),
        ...entry('agreements_by_consumer', consumer['namespace'], consumer['product'], namespace, name),
      ];
    }
    default:
      return [];
  }
}

function markEntries(object: MeshObject): IndexEntry[] {
  const { name, namespace = '' } = object.metadata;
  const { classes, tags } = propertyMarks(object.spec?.['odcs']);
  return [
    ...[...classes].flatMap(value => entry('classes_of_contract', namespace, name, value)),
    ...[...tags].flatMap(value => entry('tags_of_contract', namespace, name, value)),
  ];
}

function inputEntries(object: MeshObject): IndexEntry[] {
  const { name, namespace = '' } = object.metadata;
  const ports = object.spec?.['inputPorts'];
  if (!Array.isArray(ports)) return [];
  return ports.flatMap(port => {
    const from = fieldsOf(fieldsOf(port)['from']);
    return [
      ...entry('consumers_of_port', from['namespace'], from['product'], from['port'], namespace, name),
      ...entry('input_edges', namespace, name, from['namespace'], from['product']),
    ];
  });
}

function entry(question: (typeof INDEX_NAMES)[number], ...keys: unknown[]): IndexEntry[] {
  const texts = keys.flatMap(key => (typeof key === 'string' ? [key.toWellFormed()] : []));
  return texts.length === keys.length ? [[question, ...texts]] : [];
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
