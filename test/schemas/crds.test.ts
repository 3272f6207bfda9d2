import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { generateCrds } from '../../schemas/generate/crds.ts';
import { mapSchema, readSchemas, type SchemaNode } from '../../schemas/generate/schema.ts';
import { RULES } from '../../schemas/rules.ts';

interface Crd {
  kind: string;
  metadata: { name: string };
  spec: {
    scope: string;
    names: { kind: string; plural: string; categories: string[] };
    versions: {
      subresources?: object;
      additionalPrinterColumns: { name: string }[];
      schema: { openAPIV3Schema: SchemaNode };
    }[];
  };
}

const schemas = await readSchemas(join(import.meta.dirname, '../../schemas'));
const files = generateCrds(schemas);
const crds = [...files.values()]
  .map(text => parse(text) as Crd)
  .filter(({ kind }) => kind !== 'Kustomization');

t.test('the kustomization lists every definition', async t => {
  const { resources } = parse(files.get('gitops/manifest/crds/Kustomization') ?? '') as {
    resources: string[];
  };
  t.same(resources.sort(), crds.map(({ spec }) => `${spec.names.plural}.yaml`).sort());
});

t.test('every kind shows Ready, Status and Age, and fresh objects are not yet observed', async t => {
  for (const { spec } of crds) {
    const [version] = spec.versions;
    const columns = version?.additionalPrinterColumns.map(({ name }) => name) ?? [];
    t.same(spec.names.categories, ['dappmesh']);
    t.equal(columns.at(-1), 'Age');
    if (spec.names.kind === 'EngineClass') {
      t.notOk(version?.schema.openAPIV3Schema.properties?.['status']);
      continue;
    }
    t.same(columns.slice(-3), ['Ready', 'Status', 'Age']);
    t.same(version?.subresources, { status: {} });
    t.same(version?.schema.openAPIV3Schema.properties?.['status']?.default, { observedGeneration: -1 });
  }
});

t.test('nothing inside spec.odcs is validated', async t => {
  const contract = crds.find(({ spec }) => spec.names.kind === 'DataContract');
  const spec = contract?.spec.versions[0]?.schema.openAPIV3Schema.properties?.['spec'];
  const { description: _, ...odcs } = spec?.properties?.['odcs'] ?? {};
  t.same(odcs, { type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
});

t.test('no rule compares with the old object or speaks of immutability', async t => {
  // The API server answers 422 where such a rule fails; Flux with `force` then deletes the live object.
  const text = [...files.values()].join('');
  t.notMatch(text, /oldSelf|immutable|map\[/);
});

t.test('every rule has a twin for push', async t => {
  const names = new Set<string>();
  for (const { resolved } of schemas.kinds) {
    mapSchema(resolved, node => {
      for (const { name } of node['x-dappmesh-rules'] ?? []) names.add(name);
      return node;
    });
  }
  t.same([...names].sort(), Object.keys(RULES).sort());
});
