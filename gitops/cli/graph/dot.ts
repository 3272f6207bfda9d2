// The graph for Graphviz.

import { printable } from '../output/escape.ts';
import { domainsOf } from './mermaid.ts';
import type { Flow, MeshGraph, ProductNode } from './mesh-graph.ts';
import { createIds, missingEnds } from './node-ids.ts';

/** One cluster per domain; dashed edges where an agreement is not in use. */
export function toDot(graph: MeshGraph): string {
  const id = createIds();
  const ends = graph.flows.flatMap(({ from, to }) => [from, to]);
  return [
    'digraph mesh {',
    '  rankdir=LR;',
    '  node [shape=box];',
    ...domainsOf(graph.products).flatMap(({ domain, products }) => [
      `  subgraph cluster_${id('domain', domain)} {`,
      `    label=${quoted(domain)};`,
      ...products.flatMap(product => productLines(product, id)),
      '  }',
    ]),
    ...missingEnds(ends, graph.products).map(
      ({ namespace, name }) =>
        `  ${id('product', namespace, name)} [label=${quoted(`${namespace}/${name} (not in the tree)`)}, style=dashed];`,
    ),
    ...[...new Set(graph.sources.map(({ system }) => system))].map(
      system => `  ${id('source', system)} [label=${quoted(system)}, shape=cylinder];`,
    ),
    ...graph.sources.map(
      ({ system, to }) => `  ${id('source', system)} -> ${id('product', to.namespace, to.product)};`,
    ),
    ...graph.flows.map(flow => flowLine(flow, graph, id)),
    '}',
    '',
  ].join('\n');
}

type Ids = ReturnType<typeof createIds>;

function productLines({ namespace, name, version, ports }: ProductNode, id: Ids): string[] {
  const product = id('product', namespace, name);
  return [
    `    ${product} [label=${quoted(`${name}\n${version}`)}];`,
    ...ports.flatMap(port => {
      const node = id('port', namespace, name, port.name);
      const text = `${port.name} ${port.type}${port.contract === '' ? '' : `\n${port.contract}`}`;
      return [`    ${node} [label=${quoted(text)}, shape=oval];`, `    ${product} -> ${node} [dir=none];`];
    }),
  ];
}

function flowLine({ from, to, agreement, state, isUsed }: Flow, graph: MeshGraph, id: Ids): string {
  const provider = graph.products.find(
    ({ namespace, name }) => namespace === from.namespace && name === from.product,
  );
  const hasPort = provider?.ports.some(({ name }) => name === from.port) ?? false;
  const start = hasPort
    ? id('port', from.namespace, from.product, from.port)
    : id('product', from.namespace, from.product);
  const text = [agreement, state].filter(part => part !== '').join(', ');
  const attributes = [text === '' ? '' : `label=${quoted(text)}`, isUsed ? '' : 'style=dashed'].filter(
    part => part !== '',
  );
  const list = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
  return `  ${start} -> ${id('product', to.namespace, to.product)}${list};`;
}

/** A quoted string of the DOT language; a line break in it is ours. */
function quoted(text: string): string {
  const lines = text.split('\n').map(line => printable(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${lines.join('\\n')}"`;
}
