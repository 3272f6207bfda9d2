// A live mesh at a glance: one row per thing that people ask about. What `dappmesh get` and `dappmesh status` show,
// from specs and status alone.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { kindInfo } from '../../../schemas/kinds.ts';
import { type Flow, toGraph } from '../graph/mesh-graph.ts';
import type { LiveObjects } from '../live-objects.ts';
import { compareText, fieldsOf, itemsOf, textOf } from './fields.ts';
import { type ObjectState, stateOf } from './object-state.ts';
import { standingOf } from './standing.ts';

export interface MeshRow extends ObjectState {
  readonly name: string;
  readonly domains: number;
}

export interface DomainRow extends ObjectState {
  readonly name: string;
  readonly mesh: string;
  readonly namespaces: readonly string[];
  readonly products: number;
}

export interface ProductRow extends ObjectState {
  readonly namespace: string;
  readonly name: string;
  readonly domain: string;
  readonly version: string;
  readonly phase: string;
}

export interface PortRow {
  readonly namespace: string;
  readonly product: string;
  readonly port: string;
  readonly type: string;
  readonly version: string;
  readonly contract: string;
  readonly engineClass: string;
  /** Address; empty until the product is built. */
  readonly endpoint: string;
  /** Agreements in force on the port. */
  readonly consumers: number;
}

/** Who uses, or wants to use, a port. */
export interface UseRow {
  readonly consumer: { readonly namespace: string; readonly product: string };
  readonly provider: { readonly namespace: string; readonly product: string; readonly port: string };
  readonly agreement: string;
  /** `in force`, `expired`, `requested`, … */
  readonly standing: string;
  /** When access ends; empty when that is open. */
  readonly until: string;
  /** Whether the consumer declares the input. */
  readonly isUsed: boolean;
}

export interface ContractRow extends ObjectState {
  readonly namespace: string;
  readonly name: string;
  readonly product: string;
  readonly id: string;
  readonly version: string;
  readonly odcsStatus: string;
}

/** What the reconciler says about an agreement; who uses what is in the uses. */
export interface AgreementRow extends ObjectState {
  readonly namespace: string;
  readonly name: string;
  /** The providing product. */
  readonly product: string;
}

export interface EngineRow {
  readonly name: string;
  readonly role: string;
  readonly blueprint: string;
}

export interface ExemptionRow extends ObjectState {
  readonly namespace: string;
  readonly name: string;
  readonly policy: string;
  /** `DataProduct/sales/orders`, `Domain/sales`. */
  readonly target: string;
  readonly expires: string;
}

export interface Overview {
  readonly meshes: readonly MeshRow[];
  readonly domains: readonly DomainRow[];
  readonly products: readonly ProductRow[];
  readonly ports: readonly PortRow[];
  readonly uses: readonly UseRow[];
  readonly contracts: readonly ContractRow[];
  readonly agreements: readonly AgreementRow[];
  readonly engines: readonly EngineRow[];
  readonly exemptions: readonly ExemptionRow[];
}

/** Every row sorted by namespace and name. */
export function toOverview(live: LiveObjects, now: Date): Overview {
  const objects = [...live.values()].sort((a, b) => compareText(orderOf(a), orderOf(b)));
  const of = (kind: string): MeshObject[] => objects.filter(object => object.kind === kind);
  const uses = toGraph(objects).flows.map(flow => toUse(flow, now));
  const inForce = Map.groupBy(
    uses.filter(({ standing }) => standing === 'in force'),
    ({ provider }) => portKey(provider.namespace, provider.product, provider.port),
  );
  const products = of('DataProduct');
  return {
    meshes: of('Mesh').map(mesh => toMesh(mesh, of('Domain'))),
    domains: of('Domain').map(domain => toDomain(domain, products)),
    products: products.map(toProduct),
    ports: products.flatMap(product =>
      toPorts(product, (namespace, name, port) => inForce.get(portKey(namespace, name, port))?.length ?? 0),
    ),
    uses: uses.sort((a, b) => compareText(useOrder(a), useOrder(b))),
    contracts: of('DataContract').map(toContract),
    agreements: of('AccessAgreement').map(toAgreement),
    engines: of('EngineClass').map(toEngine),
    exemptions: of('PolicyExemption').map(toExemption),
  };
}

function toMesh(object: MeshObject, domains: readonly MeshObject[]): MeshRow {
  const { name } = object.metadata;
  const count = domains.filter(({ spec }) => textOf(spec?.['meshRef']) === name).length;
  return { name, domains: count, ...stateOf(object) };
}

function toDomain(object: MeshObject, products: readonly MeshObject[]): DomainRow {
  const { name } = object.metadata;
  const { meshRef, namespaces } = fieldsOf(object.spec);
  return {
    name,
    mesh: textOf(meshRef),
    namespaces: Array.isArray(namespaces) ? namespaces.map(textOf) : [],
    products: products.filter(({ spec }) => textOf(spec?.['domainRef']) === name).length,
    ...stateOf(object),
  };
}

function toProduct(object: MeshObject): ProductRow {
  const { domainRef, version, lifecycle } = fieldsOf(object.spec);
  return {
    ...nameOf(object),
    domain: textOf(domainRef),
    version: textOf(version),
    phase: textOf(fieldsOf(lifecycle)['phase']),
    ...stateOf(object),
  };
}

function toPorts(
  object: MeshObject,
  consumersOf: (namespace: string, product: string, port: string) => number,
): PortRow[] {
  const { namespace, name: product } = nameOf(object);
  const { endpoints, engines } = fieldsOf(object['status']);
  const urls = new Map(itemsOf(endpoints).map(item => [textOf(item['port']), textOf(item['url'])]));
  // A storage may have the name of a port; the role of a port is its type.
  const classes = new Map(
    itemsOf(engines).map(item => [
      `${textOf(item['role'])}/${textOf(item['name'])}`,
      textOf(item['engineClass']),
    ]),
  );
  return itemsOf(fieldsOf(object.spec)['outputPorts']).map(item => {
    const port = textOf(item['name']);
    const { id, version } = fieldsOf(item['contractRef']);
    return {
      namespace,
      product,
      port,
      type: textOf(item['type']),
      version: textOf(item['version']),
      contract: `${textOf(id)} ${textOf(version)}`.trim(),
      engineClass: classes.get(`${textOf(item['type'])}/${port}`) ?? textOf(item['engineClass']),
      endpoint: urls.get(port) ?? '',
      consumers: consumersOf(namespace, product, port),
    };
  });
}

function toUse(flow: Flow, now: Date): UseRow {
  const { from, to, agreement, end, isUsed } = flow;
  return { consumer: to, provider: from, agreement, standing: standingOf(flow, now), until: end, isUsed };
}

function toContract(object: MeshObject): ContractRow {
  const { productRef, odcs } = fieldsOf(object.spec);
  const { id, version, status } = fieldsOf(odcs);
  return {
    ...nameOf(object),
    product: textOf(productRef),
    id: textOf(id),
    version: textOf(version),
    odcsStatus: textOf(status),
    ...stateOf(object),
  };
}

function toAgreement(object: MeshObject): AgreementRow {
  const { provider } = fieldsOf(object.spec);
  return { ...nameOf(object), product: textOf(fieldsOf(provider)['product']), ...stateOf(object) };
}

function toEngine(object: MeshObject): EngineRow {
  const { role, blueprint } = fieldsOf(object.spec);
  return { name: object.metadata.name, role: textOf(role), blueprint: textOf(blueprint) };
}

function toExemption(object: MeshObject): ExemptionRow {
  const { policy, target, expires } = fieldsOf(object.spec);
  const { kind, name, namespace = object.metadata.namespace } = fieldsOf(target);
  const isNamespaced = kindInfo(textOf(kind))?.scope === 'Namespaced';
  return {
    ...nameOf(object),
    policy: textOf(policy),
    target: (isNamespaced ? [kind, namespace, name] : [kind, name]).map(textOf).join('/'),
    expires: textOf(expires),
    ...stateOf(object),
  };
}

function nameOf({ metadata }: MeshObject): { namespace: string; name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

function orderOf(object: MeshObject): string {
  return `${object.metadata.namespace ?? ''}\n${object.metadata.name}`;
}

function useOrder({ consumer, provider, agreement }: UseRow): string {
  return [
    consumer.namespace,
    consumer.product,
    provider.namespace,
    provider.product,
    provider.port,
    agreement,
  ].join('\n');
}

function portKey(namespace: string, product: string, port: string): string {
  return `${namespace}/${product}/${port}`;
}
