// The mesh as a graph: products with their ports and contracts, agreements and inputs as edges. Sorted, so that the
// same tree always gives the same drawing.

import type { MeshObject } from '../../../policies/engine/review.ts';
import { isMap } from '../read/manifests.ts';

export interface ProductNode {
  readonly namespace: string;
  readonly name: string;
  readonly domain: string;
  readonly version: string;
  readonly phase: string;
  readonly ports: readonly PortNode[];
}

export interface PortNode {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  /** `id version` of the contract that the port names; empty when it names none. */
  readonly contract: string;
}

/** Data that flows, or may flow, from a port to a product. */
export interface Flow {
  readonly from: { readonly namespace: string; readonly product: string; readonly port: string };
  readonly to: { readonly namespace: string; readonly product: string };
  /** Name of the agreement; empty for an input without one. */
  readonly agreement: string;
  /** State of the agreement; empty when it is not in the tree. */
  readonly state: string;
  /** Whether the consumer declares the input; else there is only the agreement. */
  readonly isUsed: boolean;
}

export interface ContractNode {
  readonly namespace: string;
  readonly name: string;
  readonly product: string;
  readonly id: string;
  readonly version: string;
  readonly status: string;
}

/** Data from outside of the mesh. */
export interface SourceFlow {
  readonly system: string;
  readonly to: { readonly namespace: string; readonly product: string };
}

export interface MeshGraph {
  readonly products: readonly ProductNode[];
  readonly contracts: readonly ContractNode[];
  readonly flows: readonly Flow[];
  readonly sources: readonly SourceFlow[];
}

/** Draws what the objects say, whether or not it is acceptable. */
export function toGraph(objects: Iterable<MeshObject>): MeshGraph {
  const all = [...objects].sort((a, b) => compare(idOf(a), idOf(b)));
  const products = all.filter(({ kind }) => kind === 'DataProduct');
  const agreements = all.filter(({ kind }) => kind === 'AccessAgreement').map(toAgreement);
  const inputs = products.flatMap(toInputs);
  const used = inputs.flatMap(({ flow }) => flow ?? []).map(flow => withState(flow, agreements));
  const unused = agreements.filter(agreement => !used.some(flow => isOf(flow, agreement)));
  return {
    products: products.map(toProduct),
    contracts: all.filter(({ kind }) => kind === 'DataContract').map(toContract),
    flows: [...used, ...unused].sort((a, b) => compare(JSON.stringify(a), JSON.stringify(b))),
    sources: inputs.flatMap(({ source }) => source ?? []),
  };
}

function toProduct(object: MeshObject): ProductNode {
  const spec = map(object.spec);
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    domain: text(spec['domainRef']),
    version: text(spec['version']),
    phase: text(map(spec['lifecycle'])['phase']),
    ports: items(spec['outputPorts']).map(port => ({
      name: text(port['name']),
      type: text(port['type']),
      version: text(port['version']),
      contract: contractOf(port),
    })),
  };
}

function contractOf(port: Record<string, unknown>): string {
  const { id, version } = map(port['contractRef']);
  return `${text(id)} ${text(version)}`.trim();
}

function toContract(object: MeshObject): ContractNode {
  const spec = map(object.spec);
  const odcs = map(spec['odcs']);
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    product: text(spec['productRef']),
    id: text(odcs['id']),
    version: text(odcs['version']),
    status: text(odcs['status']),
  };
}

function toInputs(object: MeshObject): { flow?: Flow; source?: SourceFlow }[] {
  const to = { namespace: namespaceOf(object), product: object.metadata.name };
  return items(map(object.spec)['inputPorts']).map(input => {
    const from = map(input['from']);
    if (from['sourceSystem'] !== undefined) return { source: { system: text(from['sourceSystem']), to } };
    const place = {
      namespace: text(from['namespace']),
      product: text(from['product']),
      port: text(from['port']),
    };
    return { flow: { from: place, to, agreement: text(input['agreementRef']), state: '', isUsed: true } };
  });
}

function toAgreement(object: MeshObject): Flow {
  const { provider, consumer, state } = map(object.spec);
  return {
    from: {
      namespace: namespaceOf(object),
      product: text(map(provider)['product']),
      port: text(map(provider)['port']),
    },
    to: { namespace: text(map(consumer)['namespace']), product: text(map(consumer)['product']) },
    agreement: object.metadata.name,
    state: text(state),
    isUsed: false,
  };
}

function withState(flow: Flow, agreements: readonly Flow[]): Flow {
  return { ...flow, state: agreements.find(agreement => isOf(flow, agreement))?.state ?? '' };
}

function isOf(flow: Flow, agreement: Flow): boolean {
  return flow.agreement === agreement.agreement && flow.from.namespace === agreement.from.namespace;
}

function idOf(object: MeshObject): string {
  return `${object.kind}\n${namespaceOf(object)}\n${object.metadata.name}`;
}

function namespaceOf({ metadata }: MeshObject): string {
  return metadata.namespace ?? '';
}

function items(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(map) : [];
}

function map(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
