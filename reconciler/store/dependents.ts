// Which objects are reconciled when another one changes. Pure: it only walks the links between objects.

import { KINDS } from '../../schemas/kinds.ts';
import { type Key, type KeyText, toKey, toText } from '../key.ts';
import { NAMESPACE } from './links.ts';

export interface Graph {
  /** What an object names. */
  readonly linksOf: (key: Key) => readonly KeyText[];
  /** Who names an object, whether it exists or not. */
  readonly linkedTo: (key: Key) => Iterable<KeyText>;
  readonly keys: (kind: string) => Iterable<Key>;
}

/** Kinds that are reconciled: all but the one without a status. */
export const RECONCILED_KINDS: readonly string[] = KINDS.map(info => info.kind).filter(
  kind => kind !== 'EngineClass',
);

/** From a Mesh over its domains and their products to contracts, agreements and exemptions. */
const DEPTH: Readonly<Record<string, number>> = { Mesh: 3, Domain: 2 };

/**
 * Takes an object that appeared, changed or went, with what it names (before and after), and gives who may have to
 * change with it. A missing reference heals because whoever names an object is among them.
 */
export function dependentsOf(key: Key, links: readonly KeyText[], graph: Graph): Key[] {
  const found = new Set<KeyText>([...links, ...graph.linkedTo(key)]);
  const visit = (keys: Iterable<KeyText>) => {
    for (const text of keys) found.add(text);
  };
  switch (key.kind) {
    case 'Domain':
      for (const namespace of ofKind(NAMESPACE, links)) visit(domainsAround(namespace, graph));
      visit(downFrom(key, DEPTH[key.kind] ?? 0, graph));
      break;
    case 'Mesh':
      visit(downFrom(key, DEPTH[key.kind] ?? 0, graph));
      break;
    case 'EngineClass':
      // Its users are found by role as well as by name: all may be.
      for (const kind of ['Mesh', 'DataProduct'])
        for (const user of graph.keys(kind)) found.add(toText(user));
      break;
    case 'DataProduct':
      // The other ends of its agreements.
      for (const text of graph.linkedTo(key))
        if (text.startsWith('AccessAgreement/')) visit(graph.linksOf(toKey(text)));
      break;
    case 'DataContract':
      // Versions of one contract are compared with each other; who reads the product looks for its contracts.
      for (const product of links)
        for (const kind of ['DataContract', 'DataProduct'])
          visit(ofKind(kind, graph.linkedTo(toKey(product))));
      break;
    case 'AccessAgreement':
      for (const product of links) visit(domainsOf(product, graph));
      break;
    default:
  }
  found.delete(toText(key));
  return [...found].map(toKey).filter(({ kind }) => RECONCILED_KINDS.includes(kind));
}

/** Everything that names the object, or names what names it, so many steps far. */
function downFrom(key: Key, depth: number, graph: Graph): Set<KeyText> {
  const found = new Set<KeyText>();
  let edge: KeyText[] = [toText(key)];
  for (let step = 0; step < depth; step++) {
    edge = edge.flatMap(text => [...graph.linkedTo(toKey(text))]).filter(text => !found.has(text));
    for (const text of edge) found.add(text);
  }
  return found;
}

/** Those that claim a namespace, and those of the products that are read from there: its people may look at them. */
function domainsAround(namespace: KeyText, graph: Graph): KeyText[] {
  const there = [...graph.linkedTo(toKey(namespace))];
  const products = ofKind('AccessAgreement', there).flatMap(text => graph.linksOf(toKey(text)));
  return [
    ...ofKind('Domain', there),
    ...ofKind('DataProduct', products).flatMap(text => domainsOf(text, graph)),
  ];
}

function domainsOf(product: KeyText, graph: Graph): KeyText[] {
  return ofKind('Domain', graph.linksOf(toKey(product)));
}

function ofKind(kind: string, keys: Iterable<KeyText>): KeyText[] {
  return [...keys].filter(text => text.startsWith(`${kind}/`));
}
