// What an object of DappMesh names, others of its kind and namespaces: the edges along which a change makes itself felt.
// Pure.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { kindInfo } from '../../schemas/kinds.ts';
import { type KeyText, toText } from '../key.ts';

/** The kind in keys of namespaces, where those meet who have nothing else in common. */
export const NAMESPACE = 'Namespace';

/** What an object names, whether it exists or not. Fields of the wrong type name nothing. */
export function linksOf(object: MeshObject): KeyText[] {
  const spec = object.spec ?? {};
  const { namespace } = object.metadata;
  switch (object.kind) {
    case 'Domain':
      return distinct([
        ...link('Mesh', undefined, spec['meshRef']),
        ...itemsOf(spec['namespaces']).flatMap(namespaceLink),
      ]);
    case 'DataProduct':
      return distinct([
        ...link('Domain', undefined, spec['domainRef']),
        ...itemsOf(spec['inputPorts']).flatMap(port => inputLinks(fieldsOf(port))),
      ]);
    case 'DataContract':
      return link('DataProduct', namespace, spec['productRef']);
    case 'AccessAgreement':
      return distinct([
        ...link('DataProduct', namespace, fieldsOf(spec['provider'])['product']),
        ...productLink(spec['consumer']),
        ...namespaceLink(fieldsOf(spec['consumer'])['namespace']),
      ]);
    case 'PolicyExemption': {
      const target = fieldsOf(spec['target']);
      // Without a namespace it means its own, as whoever applies it has it.
      return link(target['kind'], target['namespace'] ?? namespace, target['name']);
    }
    default:
      return [];
  }
}

/** The product that an input reads, and the agreement beside that product. */
function inputLinks({ from, agreementRef }: Readonly<Record<string, unknown>>): KeyText[] {
  return [...productLink(from), ...link('AccessAgreement', fieldsOf(from)['namespace'], agreementRef)];
}

function productLink(value: unknown): KeyText[] {
  const { namespace, product } = fieldsOf(value);
  return link('DataProduct', namespace, product);
}

function namespaceLink(name: unknown): KeyText[] {
  return typeof name === 'string' ? [toText({ kind: NAMESPACE, namespace: '', name })] : [];
}

function link(kind: unknown, namespace: unknown, name: unknown): KeyText[] {
  if (typeof kind !== 'string' || typeof name !== 'string') return [];
  const info = kindInfo(kind);
  if (info === undefined) return [];
  if (info.scope === 'Cluster') return [toText({ kind, namespace: '', name })];
  return typeof namespace === 'string' ? [toText({ kind, namespace, name })] : [];
}

function distinct(links: readonly KeyText[]): KeyText[] {
  return [...new Set(links)];
}

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
