// Arbitrary objects for the inventory, with few names so that they collide, and odd ones so that keys are tried.

import fc from 'fast-check';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { INVENTORY_KINDS } from '../../../policies/inventory/projection.ts';

export const NAMES: readonly string[] = [
  'orders',
  'stock',
  '__proto__',
  'constructor',
  '',
  'a.b/c~d',
  'a\nb',
  'b\nc',
  '"quoted"\\',
  'größe',
  '💥',
  'orders\u0000',
  'x'.repeat(300),
];

export const anyName = fc.constantFrom(...NAMES);

const anyInput = fc.record({ from: fc.record({ namespace: anyName, product: anyName, port: anyName }) });

const anyTag = fc.oneof(anyName, fc.constantFrom('PII', ' Pii\t', 'pii'));

const anySpec = fc.record(
  {
    domainRef: anyName,
    productRef: anyName,
    version: fc.string({ unit: 'grapheme' }),
    meshRef: anyName,
    inputPorts: fc.oneof(fc.array(anyInput, { maxLength: 4 }), fc.jsonValue({ maxDepth: 2 })),
    provider: fc.record({ product: anyName, port: anyName }),
    consumer: fc.oneof(fc.record({ namespace: anyName, product: anyName }), fc.constant(null)),
    enforcement: fc.jsonValue({ maxDepth: 3 }),
    odcs: fc.record({
      tags: fc.array(anyTag),
      schema: fc.array(
        fc.record({
          tags: fc.array(anyTag),
          properties: fc.array(fc.record({ classification: anyName, tags: fc.array(anyTag) })),
        }),
        { maxLength: 2 },
      ),
    }),
  },
  { requiredKeys: [] },
);

/** Any object of a kind that the inventory keeps. */
export const anyObject: fc.Arbitrary<MeshObject> = fc.record({
  apiVersion: fc.constant('dappmesh.io/v1alpha1'),
  kind: fc.constantFrom(...Object.keys(INVENTORY_KINDS)),
  metadata: fc.record({ name: anyName, namespace: anyName }),
  spec: anySpec,
});
