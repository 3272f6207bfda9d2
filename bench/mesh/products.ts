// Any number of products, as a domain with many of them would have: each with its contract and with an agreement
// for the port that it reads. They are copies of one product of the example.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { pick } from './example.ts';
import { contractFor, listOf, renamed, respecified } from './rename.ts';

const DOMAIN = 'bench';
const PER_NAMESPACE = 100;

/** The Domain of all products made here. */
export function benchDomain(example: readonly MeshObject[], count: number): MeshObject {
  const namespaces = Array.from({ length: Math.ceil(count / PER_NAMESPACE) }, (_, i) =>
    namespaceOf(i * PER_NAMESPACE),
  );
  return respecified(renamed(pick(example, 'Domain', 'logistics'), DOMAIN), { namespaces });
}

/** Product, contract, agreement; product, contract, agreement; … */
export function* makeProducts(example: readonly MeshObject[], count: number): Generator<MeshObject> {
  const contract = pick(example, 'DataContract', 'inventory-v1-0-0');
  const agreement = pick(example, 'AccessAgreement', 'inventory-catalog');
  for (let number = 0; number < count; number++) {
    const name = productName(number);
    const namespace = namespaceOf(number);
    yield productAt(example, number);
    yield contractFor(contract, { name, namespace, contractId: contractIdOf(name) });
    yield respecified(renamed(agreement, `${name}-catalog`), { consumer: { namespace, product: name } });
  }
}

/** The product of that number, always the same. */
export function productAt(example: readonly MeshObject[], number: number): MeshObject {
  const template = pick(example, 'DataProduct', 'inventory');
  const name = productName(number);
  return respecified(renamed(template, name, namespaceOf(number)), {
    domainRef: DOMAIN,
    inputPorts: listOf(template, 'inputPorts').map(port =>
      port['agreementRef'] === undefined ? port : { ...port, agreementRef: `${name}-catalog` },
    ),
    outputPorts: listOf(template, 'outputPorts').map(port => ({
      ...port,
      contractRef: { id: contractIdOf(name), version: '1.0.0' },
    })),
  });
}

function contractIdOf(name: string): string {
  return `bench.${name}`;
}

/** `stock-00042`. */
function productName(number: number): string {
  return `stock-${String(number).padStart(5, '0')}`;
}

/** `bench-000`, a hundred products in each. */
function namespaceOf(number: number): string {
  return `bench-${String(Math.floor(number / PER_NAMESPACE)).padStart(3, '0')}`;
}
