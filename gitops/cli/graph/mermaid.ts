// The graph as a Mermaid flowchart, as GitHub and GitLab draw it in Markdown.

import { printable } from '../output/escape.ts';
import type { Flow, MeshGraph, ProductNode } from './mesh-graph.ts';
import { createIds, missingEnds } from './node-ids.ts';

/** One subgraph per domain with its products and their ports; dotted edges where an agreement is not in use. */
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
    '',
  ].join('\n');
}

type Ids = ReturnType<typeof createIds>;

function productLines({ namespace, name, version, ports }: ProductNode, id: Ids): string[] {
  const product = id('product', namespace, name);
  return [
    `    ${product}["${label(name)}<br/>${label(version)}"]`,
    ...ports.flatMap(port => {
      const node = id('port', namespace, name, port.name);
      const contract = port.contract === '' ? '' : `<br/>${label(port.contract)}`;
      return [
        `    ${node}(["${label(port.name)} ${label(port.type)}${contract}"])`,
        `    ${product} --- ${node}`,
      ];
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
  const edge = isUsed ? '-->' : '-.->';
  return `  ${start} ${edge}${text === '' ? '' : `|"${label(text)}"|`} ${id('product', to.namespace, to.product)}`;
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
