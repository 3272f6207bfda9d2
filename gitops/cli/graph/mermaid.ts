// The graph as a Mermaid flowchart, as GitHub and GitLab draw it in Markdown.

import { printable } from '../output/escape.ts';
import { flowText, isBroken, LOOKS, type Look, lookOf, markText } from './live-marks.ts';
import type { Flow, MeshGraph, ProductNode } from './mesh-graph.ts';
import { createIds, type Ids, missingEnds, startOf } from './node-ids.ts';

/**
 * One subgraph per domain with its products and their ports; dotted edges where an agreement is not in use. Live state
 * is in the words of a node or edge, and in its colour.
 */
export function toMermaid(graph: MeshGraph): string {
  const id = createIds();
  const ends = graph.flows.flatMap(({ from, to }) => [from, to]);
  const missing = missingEnds(ends, graph.products);
  return [
    'flowchart LR',
    ...domainsOf(graph.products).flatMap(({ domain, products }) => [
      `  subgraph ${id('domain', domain)}["${label(domain)}"]`,
      ...products.flatMap(product => productLines(product, id)),
      '  end',
    ]),
    ...missing.map(
      ({ namespace, name }) =>
        `  ${id('product', namespace, name)}["${label(`${namespace}/${name} (not in the tree)`)}"]`,
    ),
    ...[...new Set(graph.sources.map(({ system }) => system))].map(
      system => `  ${id('source', system)}[("${label(system)}")]`,
    ),
    ...graph.sources.map(
      ({ system, to }) => `  ${id('source', system)} --> ${id('product', to.namespace, to.product)}`,
    ),
    ...graph.flows.map(flow => flowLine(flow, graph, id)),
    ...classLines(graph.products, id),
    ...brokenLines(graph),
    '',
  ].join('\n');
}

function productLines(node: ProductNode, id: Ids): string[] {
  const { namespace, name, version, ports } = node;
  const product = id('product', namespace, name);
  return [
    `    ${product}["${[name, version, ...markText(node)].map(label).join('<br/>')}"]`,
    ...ports.flatMap(port => {
      const oval = id('port', namespace, name, port.name);
      const contract = port.contract === '' ? '' : `<br/>${label(port.contract)}`;
      return [
        `    ${oval}(["${label(port.name)} ${label(port.type)}${contract}"])`,
        `    ${product} --- ${oval}`,
      ];
    }),
  ];
}

function flowLine(flow: Flow, graph: MeshGraph, id: Ids): string {
  const { to, isUsed } = flow;
  const start = startOf(flow, graph, id);
  const text = flowText(flow);
  const edge = isUsed ? '-->' : '-.->';
  return `  ${start} ${edge}${text === '' ? '' : `|"${label(text)}"|`} ${id('product', to.namespace, to.product)}`;
}

/** A class per look that occurs, with the products that have it. */
function classLines(products: readonly ProductNode[], id: Ids): string[] {
  const byLook = Map.groupBy(products, lookOf);
  return (Object.keys(LOOKS) as Look[]).flatMap(look => {
    const nodes = byLook.get(look)?.map(({ namespace, name }) => id('product', namespace, name)) ?? [];
    if (nodes.length === 0) return [];
    const { fill, stroke } = LOOKS[look];
    return [
      `  classDef ${look} fill:${fill},stroke:${stroke},color:#1b1b1b`,
      `  class ${nodes.join(',')} ${look}`,
    ];
  });
}

/** Mermaid styles edges by their number: those of ports and sources come first. */
function brokenLines({ products, sources, flows }: MeshGraph): string[] {
  const first = products.reduce((sum, { ports }) => sum + ports.length, sources.length);
  const broken = flows.flatMap((flow, i) => (isBroken(flow) ? [first + i] : []));
  return broken.length === 0 ? [] : [`  linkStyle ${broken.join(',')} stroke:${LOOKS.notReady.stroke}`];
}

/** Products by domain, both sorted by name. */
export function domainsOf(products: readonly ProductNode[]): { domain: string; products: ProductNode[] }[] {
  const byDomain = Object.groupBy(products, ({ domain }) => domain);
  return Object.keys(byDomain)
    .sort()
    .map(domain => ({ domain, products: byDomain[domain] ?? [] }));
}

/** Mermaid's entity codes for everything that it, Markdown or HTML could take for markup. */
function label(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} .,:/_-]/gu, character => `#${character.codePointAt(0)};`);
}
