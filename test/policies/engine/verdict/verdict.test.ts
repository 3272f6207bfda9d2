import fc from 'fast-check';
import { Pointer } from 'rfc6902';
import t from 'tap';
import {
  compareFindings,
  type Finding,
  type Path,
  toDottedPath,
  toJsonPointer,
} from '../../../../policies/engine/verdict/verdict.ts';

const paths: readonly (readonly [path: Path, dotted: string, pointer: string])[] = [
  [[], '', ''],
  [['spec', 'outputPorts', 0, 'name'], 'spec.outputPorts[0].name', '/spec/outputPorts/0/name'],
  [
    ['metadata', 'labels', 'dappmesh.io/domain'],
    'metadata.labels["dappmesh.io/domain"]',
    '/metadata/labels/dappmesh.io~1domain',
  ],
  [['a~b/c', ''], '["a~b/c"][""]', '/a~0b~1c/'],
  [['0', 0], '["0"][0]', '/0/0'],
  [['x-y', '_z', '9'], 'x-y._z["9"]', '/x-y/_z/9'],
];
for (const [path, dotted, pointer] of paths) {
  t.test(`a path is shown as ${dotted || 'nothing'} and as ${pointer || 'nothing'}`, async t => {
    t.equal(toDottedPath(path), dotted);
    t.equal(toJsonPointer(path), pointer);
  });
}

t.test('a JSON Pointer leads back to the place it was made of', async () => {
  fc.assert(
    fc.property(
      fc.array(
        // The library that reads the pointer back refuses the names of prototypes.
        fc.string().filter(key => !['__proto__', 'constructor', 'prototype'].includes(key)),
        { minLength: 1 },
      ),
      keys => {
        const object: Record<string, unknown> = {};
        let node = object;
        for (const key of keys.slice(0, -1)) node = node[key] = {} as Record<string, unknown>;
        node[keys.at(-1) ?? ''] = 'here';
        return Pointer.fromJSON(toJsonPointer(keys)).get(object) === 'here';
      },
    ),
  );
});

const anyFinding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constantFrom('DM-A', 'DM-B'),
  severity: fc.constant('low'),
  enforcement: fc.constantFrom('deny', 'warn'),
  kind: fc.constantFrom('Mesh', 'DataProduct'),
  namespace: fc.constantFrom('', 'sales'),
  name: fc.constantFrom('a', 'b', 'B', 'ä'),
  path: fc.array(fc.oneof(fc.constantFrom('a', '10', '9'), fc.nat(12)), { maxLength: 3 }),
  message: fc.constantFrom('x', 'y'),
  remedy: fc.constant(''),
  details: fc.constant({}),
});

t.test('findings have one order, whatever order they came in', async () => {
  fc.assert(
    fc.property(fc.array(anyFinding, { maxLength: 20 }), findings => {
      const sorted = findings.toSorted(compareFindings);
      return JSON.stringify(sorted) === JSON.stringify(findings.toReversed().toSorted(compareFindings));
    }),
    { numRuns: 1000 },
  );
});

t.test('denials come first, and list items by their number', async t => {
  const base: Finding = {
    code: 'DM-A',
    severity: 'low',
    enforcement: 'warn',
    kind: 'Mesh',
    namespace: '',
    name: 'a',
    path: [],
    message: '',
    remedy: '',
    details: {},
  };
  const findings = [10, 9, 2].map(i => ({ ...base, path: ['ports', i] }));
  const sorted = [...findings, { ...base, enforcement: 'deny' as const, name: 'z' }].toSorted(
    compareFindings,
  );
  t.strictSame(
    sorted.map(({ name, path }) => [name, ...path]),
    [['z'], ['a', 'ports', 2], ['a', 'ports', 9], ['a', 'ports', 10]],
  );
});
