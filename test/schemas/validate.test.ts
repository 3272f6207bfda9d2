import { createRequire } from 'node:module';
import t from 'tap';
import { KINDS } from '../../schemas/kinds.ts';
import { validateObject, validateOdcs } from '../../schemas/validate.ts';
import { REFUSALS } from './refused-objects.ts';
import { VALID_OBJECTS, VALID_ODCS } from './valid-objects.ts';
import { withChange } from './with-change.ts';

t.test('a valid object of each kind has no findings', async t => {
  for (const { kind } of KINDS) t.same(validateObject(kind, VALID_OBJECTS[kind]), [], kind);
});

t.test('an invalid object is told the field, the value and what is allowed, once', async t => {
  for (const [kind, change, to, place, message] of REFUSALS) {
    const object = withChange(VALID_OBJECTS[kind as keyof typeof VALID_OBJECTS], change, to);
    const findings = validateObject(kind, object).map(finding => [finding.path.join('.'), finding.message]);
    t.same(findings, [[place, message]], `${kind} ${change} = ${JSON.stringify(to)}`);
  }
});

t.test('envelope faults are found, unknown fields among them (CVE-2025-29778)', async t => {
  const cases: [change: string, to: unknown, place: string, message: string][] = [
    ['apiVersion', 'dappmesh.io/v1', 'apiVersion', 'must be "dappmesh.io/v1alpha1", is "dappmesh.io/v1"'],
    ['kind', 'Domain', 'kind', 'must be "Mesh", is "Domain"'],
    ['spec', undefined, 'spec', 'is required'],
    ['spec', null, 'spec', 'must be a map, is null'],
    ['metadata', {}, 'metadata', 'needs at least one of name, generateName'],
    ['metadata.lables', {}, 'metadata.lables', 'is no known field; did you mean "labels"?'],
    ['metadata.labels', { tier: 1 }, 'metadata.labels.tier', 'must be a text, is the number 1'],
    ['spce', {}, 'spce', 'is no known field; did you mean "spec"?'],
  ];
  for (const [change, to, place, message] of cases) {
    const findings = validateObject('Mesh', withChange(VALID_OBJECTS.Mesh, change, to));
    t.same(findings, [{ path: place.split('.'), message }], change);
  }
});

t.test('an object without a name is valid when the API server is to make one', async t => {
  t.same(validateObject('Mesh', withChange(VALID_OBJECTS.Mesh, 'metadata', { generateName: 'retail-' })), []);
});

t.test('an object as the API server returns it is valid', async t => {
  const metadata = {
    ...VALID_OBJECTS.Mesh.metadata,
    uid: 'f1b0',
    resourceVersion: '7',
    generation: 2,
    creationTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['dappmesh.io/consumers'],
    ownerReferences: [{ kind: 'Mesh' }],
    managedFields: [{ manager: 'kubectl', fieldsV1: {} }],
  };
  const status = {
    observedGeneration: 2,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        lastTransitionTime: '2026-01-01T00:00:00Z',
        reason: 'Succeeded',
        message: '',
      },
    ],
  };
  t.same(validateObject('Mesh', { ...VALID_OBJECTS.Mesh, metadata, status }), []);
});

t.test('what is no object at all is refused, not thrown over', async t => {
  for (const value of [null, undefined, 7, 'text', []]) {
    for (const { kind } of KINDS) t.equal(validateObject(kind, value).length, 1, `${kind} ${String(value)}`);
    t.equal(validateOdcs(value).length, 1);
  }
});

t.test('all faults are reported at once, in order of place', async t => {
  let object: unknown = VALID_OBJECTS.DataProduct;
  object = withChange(object, 'spec.version', 1);
  object = withChange(object, 'spec.outputPorts.0.name', 'X');
  object = withChange(object, 'spec.inputPorts.1.from.major', 'one');
  const places = validateObject('DataProduct', object).map(({ path }) => path.join('.'));
  t.same(places, ['spec.inputPorts.1.from.major', 'spec.outputPorts.0.name', 'spec.version']);
});

t.test('findings are bounded, and say so', async t => {
  const tags = Array.from({ length: 60 }, (_, i) => i);
  const findings = validateObject('DataProduct', withChange(VALID_OBJECTS.DataProduct, 'spec.tags', tags));
  t.equal(findings.length, 50);
  t.match(findings.at(-1), { path: [], message: /further faults/ });
});

t.test('a key that only looks like an index stays a text', async t => {
  const findings = validateObject('Mesh', withChange(VALID_OBJECTS.Mesh, 'metadata.labels', { 0: 1 }));
  t.same(findings[0]?.path, ['metadata', 'labels', '0']);
});

t.test('names of Object.prototype are unknown fields like any other', async t => {
  const spec: unknown = JSON.parse('{"constructor": {}, "__proto__": {}, "toString": 1}');
  const places = validateObject('Mesh', { ...VALID_OBJECTS.Mesh, spec }).map(({ path }) => path.at(-1));
  t.same(places, ['__proto__', 'constructor', 'toString']);
});

t.test('a kind of somebody else is an error of the caller', async t => {
  t.throws(() => validateObject('Pod', {}), RangeError);
});

t.test('nothing is compiled at run time', async t => {
  for (const { kind } of KINDS) validateObject(kind, VALID_OBJECTS[kind]);
  validateOdcs(VALID_ODCS);
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter(path => path.includes('/ajv/'));
  t.same(
    loaded.filter(path => !path.includes('/ajv/dist/runtime/')),
    [],
  );
});
