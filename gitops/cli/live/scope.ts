// The part of a live mesh that is about one domain or one product, with what it depends on and who depends on it.

import type { Overview } from './overview.ts';

/** What a person may have meant. */
export interface Scope {
  readonly domains: ReadonlySet<string>;
  /** `namespace/name`. */
  readonly products: ReadonlySet<string>;
}

/** `sales`, `domain/sales`, `orders`, `sales/orders`, `product/orders`; undefined when there is no such thing. */
export function findScope(overview: Overview, name: string): Scope | undefined {
  const [prefix, rest] = splitKind(name);
  const domains = overview.domains.filter(domain => prefix !== 'product' && domain.name === rest);
  const products = overview.products.filter(
    product =>
      (prefix !== 'domain' && (product.name === rest || keyOf(product) === rest)) ||
      domains.some(domain => domain.name === product.domain),
  );
  if (domains.length === 0 && products.length === 0) return undefined;
  return { domains: new Set(domains.map(domain => domain.name)), products: new Set(products.map(keyOf)) };
}

/** Keeps what is in the scope. An agreement is in it on either side. */
export function narrow(overview: Overview, { domains, products }: Scope): Overview {
  const targets = new Set([
    ...[...domains].map(name => `Domain/${name}`),
    ...[...products].map(key => `DataProduct/${key}`),
  ]);
  const isIn = (namespace: string, product: string): boolean => products.has(`${namespace}/${product}`);
  return {
    meshes: [],
    domains: overview.domains.filter(({ name }) => domains.has(name)),
    products: overview.products.filter(product => products.has(keyOf(product))),
    ports: overview.ports.filter(({ namespace, product }) => isIn(namespace, product)),
    uses: overview.uses.filter(
      ({ consumer, provider }) =>
        isIn(consumer.namespace, consumer.product) || isIn(provider.namespace, provider.product),
    ),
    contracts: overview.contracts.filter(({ namespace, product }) => isIn(namespace, product)),
    engines: [],
    agreements: overview.agreements.filter(({ namespace, product }) => isIn(namespace, product)),
    exemptions: overview.exemptions.filter(({ target }) => targets.has(target)),
  };
}

function splitKind(name: string): ['domain' | 'product' | undefined, string] {
  const match = /^(?:(domains?)|(products?|dp|dataproducts?))\/(.+)$/i.exec(name);
  if (match === null) return [undefined, name];
  return [match[1] === undefined ? 'product' : 'domain', match[3] ?? ''];
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
