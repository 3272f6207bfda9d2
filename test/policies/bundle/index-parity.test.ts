// The host's indexes, kept object by object, equal what a scan in Rego finds in the same objects.

import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { runOpa } from '../../../policies/bundle/opa.ts';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { dataOf, WHOLE } from './module.ts';

interface Property {
  classification?: string;
  tags?: string[];
  properties?: Property[];
  items?: Property;
}

const tags = fc.array(fc.constantFrom('pii', ' PII ', 'key'), { maxLength: 2 });
const name = fc.constantFrom('a', 'b', 'c');
const classification = fc.constantFrom('', 'internal', 'personal');
const { property } = fc.letrec<{ property: Property }>(tie => ({
  property: fc.record(
    {
      classification,
      tags,
      properties: fc.array(tie('property'), { maxLength: 2 }),
      items: tie('property'),
    },
    { requiredKeys: [] },
  ),
}));
const contract: fc.Arbitrary<MeshObject> = fc
  .record({ name, namespace: name, product: name, tags, properties: fc.array(property, { maxLength: 3 }) })
  .map(parts => ({
    apiVersion: 'dappmesh.io/v1alpha1',
    kind: 'DataContract',
    metadata: { name: parts.name, namespace: parts.namespace },
    spec: {
      productRef: parts.product,
      odcs: { tags: parts.tags, schema: [{ name: 'table', tags: parts.tags, properties: parts.properties }] },
    },
  }));

t.test('indexes of random contracts equal the scan', async t => {
  const meshes = fc.sample(fc.array(contract, { maxLength: 6 }), { numRuns: 60, seed: 20260601 });
  const datas = (await Promise.all(meshes.map(objects => dataOf(objects, WHOLE)))) as {
    inventory: object;
    index: Record<string, object>;
  }[];
  const dir = t.testdir({ 'input.json': JSON.stringify(datas.map(({ inventory }) => inventory)) });
  const query = '[data.dappmesh.governance.lib.fixture.index_of(objects) | some objects in input]';
  const answer = await runOpa([
    'eval',
    '--format=raw',
    '--data=policies/governance/lib',
    `--input=${join(dir, 'input.json')}`,
    query,
  ]);
  for (const [i, scanned] of (JSON.parse(answer) as Record<string, object>[]).entries()) {
    for (const [question, found] of Object.entries(scanned)) {
      t.strictSame(datas[i]?.index[question], found, `${question} of ${JSON.stringify(meshes[i])}`);
    }
  }
});
