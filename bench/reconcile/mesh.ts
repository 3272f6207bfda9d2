// The mesh that is reconciled from empty: many products, each with its contract and with one consumer, the next one.
// Nobody has thousands of consumers in it, as no provider of a real mesh would.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { pick, readExample } from '../mesh/example.ts';
import { benchDomain, makeProducts } from '../mesh/products.ts';
import { listOf, renamed, respecified } from '../mesh/rename.ts';

/** Port of the example's product that all products here are copies of. */
const PORT = 'stock';

/** Vocabulary, engines and domain, then product, contract and agreement of each product. */
export async function* reconciledMesh(count: number): AsyncGenerator<MeshObject> {
  const example = await readExample();
  yield* example.filter(({ kind }) => kind === 'Mesh' || kind === 'EngineClass');
  yield benchDomain(example, count);
  const template = pick(example, 'AccessAgreement', 'sales-insights-stock');
  let previous: MeshObject | undefined;
  for (const object of makeProducts(example, count)) {
    if (object.kind === 'AccessAgreement') continue;
    if (object.kind !== 'DataProduct') {
      yield object;
      continue;
    }
    yield withoutAgreements(object);
    if (previous !== undefined) yield agreementBetween(template, previous, object);
    previous = object;
  }
}

function withoutAgreements(product: MeshObject): MeshObject {
  return respecified(product, {
    inputPorts: listOf(product, 'inputPorts').filter(port => port['agreementRef'] === undefined),
  });
}

function agreementBetween(template: MeshObject, provider: MeshObject, consumer: MeshObject): MeshObject {
  const { name, namespace = '' } = provider.metadata;
  return respecified(renamed(template, `${consumer.metadata.name}-${PORT}`, namespace), {
    provider: { product: name, port: PORT, major: 1 },
    consumer: { namespace: consumer.metadata.namespace, product: consumer.metadata.name },
  });
}
