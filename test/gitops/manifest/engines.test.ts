// The engine classes that are shipped: each names a blueprint that is there, says what may be set, and fits itself.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { parse } from 'yaml';
import { inspectRules } from '../../../policies/bundle/inspect.ts';
import { ROOT } from '../../../policies/bundle/sources.ts';
import { isPolicy } from '../../../policies/engine/verdict/policy.ts';
import { validateObject } from '../../../schemas/validate.ts';
import { readManifests } from '../read-manifests.ts';

const ENGINES = join(ROOT, 'gitops/manifest/engines');
const EXAMPLE = join(ROOT, 'gitops/examples/retail/mesh/engines');

interface Spec {
  readonly role: string;
  readonly blueprint: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly parametersSchema: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** Blueprints that build whole products, domains and meshes, and no engine. */
const WITHOUT_CLASS = ['exemption-end', 'product', 'product-access', 'product-inputs', 'relaxation-end'];

const shipped = await readManifests(ENGINES);
const specs = new Map(shipped.map(({ object }) => [object.metadata.name, object.spec as unknown as Spec]));

t.test('every file holds the class of its name, and the kustomization lists each', async t => {
  const { resources } = parse(await readFile(join(ENGINES, 'Kustomization'), 'utf8')) as {
    resources: string[];
  };
  const files = (await readdir(ENGINES)).filter(file => file !== 'Kustomization').toSorted();
  t.strictSame(resources.toSorted(), files);
  t.strictSame(
    shipped.map(({ object }) => `${object.metadata.name}.yaml`),
    files,
  );
});

t.test('every class is as its schema says', t => {
  for (const { file, object } of shipped) t.strictSame(validateObject('EngineClass', object), [], file);
  t.end();
});

t.test('there is a class for each blueprint of an engine, and a blueprint for each class', async t => {
  const rules = await inspectRules(['policies/blueprints']);
  const blueprints = rules
    .filter(rule => !isPolicy(rule) && rule.kinds.includes('DataProduct'))
    .map(({ name }) => name)
    .filter(name => !WITHOUT_CLASS.includes(name));
  const named = new Set([...specs.values()].map(({ blueprint }) => blueprint));
  t.strictSame([...named].toSorted(), blueprints.toSorted());
});

t.test('what a class sets itself is what it would let a product set', t => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  for (const [name, { parameters = {}, parametersSchema }] of specs) {
    const allowed = parametersSchema.properties ?? {};
    const own = Object.fromEntries(Object.entries(parameters).filter(([key]) => key in allowed));
    const validate = ajv.compile(parametersSchema);
    t.ok(validate(own), `${name}: ${ajv.errorsText(validate.errors)}`);
    t.notOk(validate({ unheardOf: 'x' }), `${name} lets nothing be set that nobody knows`);
  }
  t.end();
});

t.test('what opens a product to operators is never the product to say', t => {
  for (const [name, { parametersSchema }] of specs) {
    for (const parameter of ['operatorNamespace', 'prometheusNamespace', 'issuer'])
      t.notOk(parameter in (parametersSchema.properties ?? {}), `${name} ${parameter}`);
  }
  t.end();
});

t.test('the classes of the example are those that are shipped under the same name', async t => {
  const byName = new Map(shipped.map(({ object }) => [object.metadata.name, object]));
  const examples = await readManifests(EXAMPLE);
  t.ok(examples.length > 0);
  for (const { file, object } of examples) t.strictSame(object, byName.get(object.metadata.name), file);
});
