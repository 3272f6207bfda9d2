// The graph for Graphviz.

import { printable } from '../output/escape.ts';
import { flowText, isBroken, LOOKS, lookOf, markText } from './live-marks.ts';
import { domainsOf } from './mermaid.ts';
import type { Flow, MeshGraph, ProductNode } from './mesh-graph.ts';
import { createIds, type Ids, missingEnds, startOf } from './node-ids.ts';

/** One cluster per domain; dashed edges where an agreement is not in use; live state in words and colours. */
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

function productLines(node: ProductNode, id: Ids): string[] {
  const { namespace, name, version, ports } = node;
  const product = id('product', namespace, name);
  const text = [name, version, ...markText(node)].join('\n');
  return [
    `    ${product} [label=${quoted(text)}${lookAttributes(node)}];`,
    ...ports.flatMap(port => {
      const oval = id('port', namespace, name, port.name);
      const text = `${port.name} ${port.type}${port.contract === '' ? '' : `\n${port.contract}`}`;
      return [`    ${oval} [label=${quoted(text)}, shape=oval];`, `    ${product} -> ${oval} [dir=none];`];
    }),
  ];
}

function lookAttributes(node: ProductNode): string {
  const look = lookOf(node);
  if (look === undefined) return '';
  const { fill, stroke } = LOOKS[look];
  return `, class="${look}", style=filled, fillcolor="${fill}", color="${stroke}"`;
}

function flowLine(flow: Flow, graph: MeshGraph, id: Ids): string {
  const { to, isUsed } = flow;
  const start = startOf(flow, graph, id);
  const text = flowText(flow);
  const attributes = [
    text === '' ? '' : `label=${quoted(text)}`,
    isUsed ? '' : 'style=dashed',
    isBroken(flow) ? `color="${LOOKS.notReady.stroke}"` : '',
  ].filter(part => part !== '');
  const list = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
  return `  ${start} -> ${id('product', to.namespace, to.product)}${list};`;
}

/** A quoted string of the DOT language; a line break in it is ours. */
function quoted(text: string): string {
  const lines = text.split('\n').map(line => printable(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'));
  return `"${lines.join('\\n')}"`;
}
