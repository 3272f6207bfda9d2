// Any number of products, as a domain with many of them would have: each with its contract and with an agreement
// for the port that it reads. They are copies of one product of the example.

import type { MeshObject } from '../../policies/engine/review.ts';
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
  const product = pick(example, 'DataProduct', 'inventory');
  const contract = pick(example, 'DataContract', 'inventory-v1-0-0');
  const agreement = pick(example, 'AccessAgreement', 'inventory-catalog');
  for (let number = 0; number < count; number++) {
    const name = productName(number);
    const namespace = namespaceOf(number);
    const contractId = `bench.${name}`;
    yield productFor(product, { name, namespace, contractId });
    yield contractFor(contract, { name, namespace, contractId });
    yield respecified(renamed(agreement, `${name}-catalog`), { consumer: { namespace, product: name } });
  }
}

/** `stock-00042`. */
export function productName(number: number): string {
  return `stock-${String(number).padStart(5, '0')}`;
}

/** `bench-000`, a hundred products in each. */
export function namespaceOf(number: number): string {
  return `bench-${String(Math.floor(number / PER_NAMESPACE)).padStart(3, '0')}`;
}

function productFor(
  template: MeshObject,
  { name, namespace, contractId }: { name: string; namespace: string; contractId: string },
): MeshObject {
  return respecified(renamed(template, name, namespace), {
    domainRef: DOMAIN,
    inputPorts: listOf(template, 'inputPorts').map(port =>
      port['agreementRef'] === undefined ? port : { ...port, agreementRef: `${name}-catalog` },
    ),
    outputPorts: listOf(template, 'outputPorts').map(port => ({
      ...port,
      contractRef: { id: contractId, version: '1.0.0' },
    })),
  });
}
