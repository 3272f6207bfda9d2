import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import t from 'tap';
import { generateKinds } from '../../schemas/generate/kinds-table.ts';
import { mapSchema, readSchemas, type SchemaNode, type Schemas } from '../../schemas/generate/schema.ts';
import { findStale, generateAll } from '../../schemas/generate.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'schemas');

// That what is committed is current is one of the checks (test/run/checks.ts).
t.test('generating twice gives the same bytes', async t => {
  const once = await generateAll(await readSchemas(FOLDER));
  t.same([...(await generateAll(await readSchemas(FOLDER)))], [...once]);
});

t.test('a missing, a changed and a left-over file are stale', async t => {
  const files = await generateAll(await readSchemas(FOLDER));
  const root = t.testdir();
  for (const [path, content] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  t.same(await findStale(root, files), []);
  await rm(join(root, 'schemas/generated/kinds.ts'));
  await writeFile(join(root, 'gitops/manifest/crds/meshes.yaml'), 'kind: Nothing\n');
  await writeFile(join(root, 'schemas/generated/types/old.ts'), '');
  t.same(await findStale(root, files), [
    'gitops/manifest/crds/meshes.yaml',
    'schemas/generated/kinds.ts',
    'schemas/generated/types/old.ts',
  ]);
});

t.test('a schema that no list names is refused', async t => {
  const folder = t.testdir();
  await cp(FOLDER, folder, { recursive: true });
  await writeFile(join(folder, 'portal.schema.json'), '{}');
  await t.rejects(readSchemas(folder), /portal\.schema\.json/);
});

t.test('every property of every schema has a description', async t => {
  const schemas = await readSchemas(FOLDER);
  for (const { kind, resolved } of schemas.kinds) t.same(undescribed(resolved, kind), []);
});

function undescribed(node: SchemaNode, path: string): string[] {
  const own = (node.description ?? '').trim() === '' && !path.endsWith('[]') ? [path] : [];
  const inner = Object.entries(node.properties ?? {}).flatMap(([name, child]) =>
    undescribed(child, `${path}.${name}`),
  );
  return [...own, ...inner, ...(node.items === undefined ? [] : undescribed(node.items, `${path}[]`))];
}

t.test('every object is closed or declared free, and every list and text of a spec is bounded', async t => {
  const schemas = await readSchemas(FOLDER);
  for (const { kind, resolved } of schemas.kinds) {
    mapSchema(resolved.properties?.['spec'] ?? {}, node => {
      if (node.type === 'object')
        t.type(node.additionalProperties, 'boolean', `${kind}: ${node.description}`);
      if (node.type === 'array') t.type(node.maxItems, 'number', `${kind}: ${node.description}`);
      const bounded = node.type !== 'string' || node.enum !== undefined || node.maxLength !== undefined;
      t.ok(bounded, `${kind}: ${node.description}`);
      return node;
    });
  }
});

t.test('a default inside a list item is refused, because GitOps tools would see drift', async t => {
  const items: SchemaNode = { type: 'object', properties: { retries: { type: 'integer', default: 0 } } };
  const spec: SchemaNode = { type: 'object', properties: { flows: { type: 'array', items } } };
  const schemas = await readSchemas(FOLDER);
  const [first] = schemas.kinds;
  const changed = { ...schemas, kinds: [{ ...first, resolved: { properties: { spec } } }] } as Schemas;
  t.throws(() => generateKinds(changed), /no defaults inside list items/);
});

t.test('a reference page names every field', async t => {
  const page = await readFile(join(ROOT, 'docs/reference/kinds/data-product.md'), 'utf8');
  for (const field of [
    'spec.domainRef',
    'spec.outputPorts[].contractRef.version',
    'status.conditions[].reason',
  ]) {
    t.match(page, `| \`${field}\` |`);
  }
});
