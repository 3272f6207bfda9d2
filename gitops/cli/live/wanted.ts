// What `dappmesh get` was asked for: kinds, names, or both, in the words that kubectl knows.

import { KINDS } from '../../../schemas/kinds.ts';
import { CannotJudgeError } from '../failure.ts';
import type { Overview } from './overview.ts';
import type { Section } from './tables.ts';

export interface Wanted {
  readonly sections: readonly Section[];
  /** `orders`, `sales/orders`; none: everything. */
  readonly names: readonly string[];
}

/** What is shown when no kind is named, and what is there is shown. */
const GLANCE: readonly Section[] = ['meshes', 'domains', 'products', 'ports', 'uses', 'exemptions'];

const SECTION_OF_KIND: Readonly<Record<string, Section>> = {
  Mesh: 'meshes',
  Domain: 'domains',
  DataProduct: 'products',
  DataContract: 'contracts',
  AccessAgreement: 'uses',
  EngineClass: 'engines',
  PolicyExemption: 'exemptions',
};

/** Every word that names a section: of its kind, plural, singular and short names, and what is no kind at all. */
export const WORDS: ReadonlyMap<string, Section> = new Map([
  ...KINDS.flatMap(({ kind, plural, singular, shortNames }) => {
    const section = SECTION_OF_KIND[kind];
    const words = [plural, singular, ...shortNames, ...shortNames.map(name => `${name}s`)];
    return section === undefined ? [] : words.map(word => [word, section] as const);
  }),
  ...(['ports', 'port'] as const).map(word => [word, 'ports'] as const),
  ...(['uses', 'consumers', 'consumer'] as const).map(word => [word, 'uses'] as const),
]);

/** Takes `products`, `product orders`, `product/orders`, `orders`, `sales/orders`, in any mixture. */
export function parseWanted(args: readonly string[]): Wanted {
  const sections: Section[] = [];
  const names: string[] = [];
  for (const arg of args) {
    const [first = '', ...rest] = arg.split('/');
    const section = WORDS.get(first.toLowerCase());
    if (section === undefined) names.push(arg);
    else {
      sections.push(section);
      if (rest.length > 0) names.push(rest.join('/'));
    }
  }
  const all = [...new Set(WORDS.values())];
  const fallback = names.length === 0 ? GLANCE : all;
  return { sections: sections.length === 0 ? fallback : all.filter(each => sections.includes(each)), names };
}

/** Keeps the rows that are named. Throws CannotJudgeError for a name that nothing has. */
export function pick(overview: Overview, { sections, names }: Wanted): Overview {
  const found = new Set<string>();
  const isWanted = (...own: readonly string[]): boolean => {
    const hits = names.filter(name => own.includes(name));
    for (const hit of hits) found.add(hit);
    return names.length === 0 || hits.length > 0;
  };
  const rows = keepRows(overview, isWanted, sections);
  const missing = names.filter(name => !found.has(name));
  if (missing.length === 0) return rows;
  const where = sections.length === 1 ? `there is no ${sections[0]} row` : 'there is nothing';
  throw new CannotJudgeError(
    `${where} named ${missing.map(name => JSON.stringify(name)).join(', ')}`,
    `kinds are ${[...new Set(WORDS.values())].join(', ')}; dappmesh get shows what is there`,
  );
}

type IsWanted = (...own: readonly string[]) => boolean;

function keepRows(overview: Overview, isWanted: IsWanted, sections: readonly Section[]): Overview {
  const has = (section: Section): boolean => sections.includes(section);
  const named = ({ namespace, name }: { readonly namespace: string; readonly name: string }): boolean =>
    isWanted(name, `${namespace}/${name}`);
  return {
    meshes: overview.meshes.filter(({ name }) => has('meshes') && isWanted(name)),
    domains: overview.domains.filter(({ name }) => has('domains') && isWanted(name)),
    products: overview.products.filter(row => has('products') && named(row)),
    ports: overview.ports.filter(
      ({ namespace, product, port }) =>
        has('ports') &&
        isWanted(
          product,
          port,
          `${namespace}/${product}`,
          `${product}/${port}`,
          `${namespace}/${product}/${port}`,
        ),
    ),
    uses: overview.uses.filter(
      ({ consumer, provider, agreement }) =>
        has('uses') &&
        isWanted(
          agreement,
          `${provider.namespace}/${agreement}`,
          consumer.product,
          `${consumer.namespace}/${consumer.product}`,
          provider.product,
          `${provider.namespace}/${provider.product}`,
          `${provider.namespace}/${provider.product}/${provider.port}`,
        ),
    ),
    contracts: overview.contracts.filter(
      row => has('contracts') && (named(row) || isWanted(row.id, row.product)),
    ),
    agreements: overview.agreements.filter(row => has('uses') && named(row)),
    engines: overview.engines.filter(({ name }) => has('engines') && isWanted(name)),
    exemptions: overview.exemptions.filter(row => has('exemptions') && named(row)),
  };
}
