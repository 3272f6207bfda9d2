// The mesh as a graph: products with their ports and contracts, agreements and inputs as edges. Sorted, so that the
// same tree always gives the same drawing.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { compareText, type Fields, fieldsOf, itemsOf, textOf } from '../live/fields.ts';
import { standingOf } from '../live/standing.ts';

/** What the cluster says about a product; null: nobody knows. */
export interface LiveMark {
  readonly inCluster: boolean;
  readonly ready: boolean | null;
  readonly compliant: boolean | null;
}

/** Marks are absent in a drawing of a tree alone. */
export interface ProductNode extends Partial<LiveMark> {
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
  /** From when until when it gives access; empty when it does not say. */
  readonly start: string;
  readonly end: string;
  /** Whether it gives access now: `in force`, `expired`, … Only in a drawing of live state. */
  readonly standing?: string;
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

/** What is known besides the objects themselves. */
export interface LiveState {
  readonly now: Date;
  /** Of a product, by what the cluster says. */
  markOf(product: MeshObject): LiveMark;
}

/** Draws what the objects say, whether or not it is acceptable. With live state, the drawing says how they are. */
export function toGraph(objects: Iterable<MeshObject>, live?: LiveState): MeshGraph {
  const all = [...objects].sort((a, b) => compareText(idOf(a), idOf(b)));
  const products = all.filter(({ kind }) => kind === 'DataProduct');
  const agreements = all.filter(({ kind }) => kind === 'AccessAgreement').map(toAgreement);
  const inputs = products.flatMap(toInputs);
  const byKey = new Map(agreements.map(agreement => [agreementKey(agreement), agreement]));
  const used = inputs.flatMap(({ flow }) => flow ?? []).map(flow => withTerm(flow, byKey));
  const inUse = new Set(used.map(agreementKey));
  const unused = agreements.filter(agreement => !inUse.has(agreementKey(agreement)));
  return {
    products: products.map(product => toProduct(product, live)),
    contracts: all.filter(({ kind }) => kind === 'DataContract').map(toContract),
    flows: [...used, ...unused]
      .map(flow => (live === undefined ? flow : { ...flow, standing: standingOf(flow, live.now) }))
      .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
    sources: inputs.flatMap(({ source }) => source ?? []),
  };
}

function toProduct(object: MeshObject, live: LiveState | undefined): ProductNode {
  const spec = fieldsOf(object.spec);
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    domain: textOf(spec['domainRef']),
    version: textOf(spec['version']),
    phase: textOf(fieldsOf(spec['lifecycle'])['phase']),
    ports: itemsOf(spec['outputPorts']).map(port => ({
      name: textOf(port['name']),
      type: textOf(port['type']),
      version: textOf(port['version']),
      contract: contractOf(port),
    })),
    ...live?.markOf(object),
  };
}

function contractOf(port: Fields): string {
  const { id, version } = fieldsOf(port['contractRef']);
  return `${textOf(id)} ${textOf(version)}`.trim();
}

function toContract(object: MeshObject): ContractNode {
  const spec = fieldsOf(object.spec);
  const odcs = fieldsOf(spec['odcs']);
  return {
    namespace: namespaceOf(object),
    name: object.metadata.name,
    product: textOf(spec['productRef']),
    id: textOf(odcs['id']),
    version: textOf(odcs['version']),
    status: textOf(odcs['status']),
  };
}

const NO_TERM = { state: '', start: '', end: '' };

function toInputs(object: MeshObject): { flow?: Flow; source?: SourceFlow }[] {
  const to = { namespace: namespaceOf(object), product: object.metadata.name };
  return itemsOf(fieldsOf(object.spec)['inputPorts']).map(input => {
    const from = fieldsOf(input['from']);
    if (from['sourceSystem'] !== undefined) return { source: { system: textOf(from['sourceSystem']), to } };
    const place = {
      namespace: textOf(from['namespace']),
      product: textOf(from['product']),
      port: textOf(from['port']),
    };
    return { flow: { from: place, to, agreement: textOf(input['agreementRef']), ...NO_TERM, isUsed: true } };
  });
}

function toAgreement(object: MeshObject): Flow {
  const { provider, consumer, state, start, end } = fieldsOf(object.spec);
  return {
    from: {
      namespace: namespaceOf(object),
      product: textOf(fieldsOf(provider)['product']),
      port: textOf(fieldsOf(provider)['port']),
    },
    to: {
      namespace: textOf(fieldsOf(consumer)['namespace']),
      product: textOf(fieldsOf(consumer)['product']),
    },
    agreement: object.metadata.name,
    state: textOf(state),
    start: textOf(start),
    end: textOf(end),
    isUsed: false,
  };
}

function withTerm(flow: Flow, agreements: ReadonlyMap<string, Flow>): Flow {
  const { state, start, end } = agreements.get(agreementKey(flow)) ?? NO_TERM;
  return { ...flow, state, start, end };
}

/** An agreement is in the namespace of the provider; an input without one has the empty name. */
function agreementKey({ from, agreement }: Flow): string {
  return `${from.namespace}/${agreement}`;
}

function idOf(object: MeshObject): string {
  return `${object.kind}\n${namespaceOf(object)}\n${object.metadata.name}`;
}

function namespaceOf({ metadata }: MeshObject): string {
  return metadata.namespace ?? '';
}
