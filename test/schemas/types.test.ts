import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What the strict compiler says about `source`, as it would in this repository. */
async function compile(folder: string, source: string): Promise<string> {
  const types = relative(folder, join(ROOT, 'schemas/generated/types'));
  const prelude = `
    import type { DataProduct } from '${types}/data-product.ts';
    import type { DappMeshObject } from '${types}/objects.ts';
    const apiVersion = 'dappmesh.io/v1alpha1';
    const metadata = { name: 'orders' };`;
  const config = {
    extends: join(relative(folder, ROOT), 'tsconfig.json'),
    include: ['sample.ts', types],
    exclude: [],
  };
  await writeFile(join(folder, 'sample.ts'), prelude + source);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(ROOT, 'node_modules/typescript/lib/tsc.js');
  const result = await run(process.execPath, [tsc, '-p', folder, '--noEmit']).catch(error => error);
  return String(result.stdout) + String(result.stderr);
}

t.test('the generated types compile and take a valid object', async t => {
  const output = await compile(
    t.testdir(),
    `
    export const product: DataProduct = {
      apiVersion, kind: 'DataProduct', metadata,
      spec: { domainRef: 'sales', outputPorts: [{ name: 'events', type: 'stream', parameters: { any: [1] } }] },
    };
    export function domainOf(object: DappMeshObject): string {
      return object.kind === 'DataProduct' ? object.spec.domainRef : object.kind;
    }`,
  );
  t.equal(output, '');
});

t.test('a misspelt field, a wrong value and a missing field are type errors', async t => {
  const output = await compile(
    t.testdir(),
    `
    export const a: DataProduct = { apiVersion, kind: 'DataProduct', metadata, spec: { domainRef: 'x', owners: {} } };
    export const b: DataProduct = { apiVersion, kind: 'DataProduct', metadata, spec: { domainRef: 'x', lifecycle: { phase: 'gone' } } };
    export const c: DataProduct = { apiVersion, kind: 'DataProduct', metadata, spec: {} };`,
  );
  t.match(output, /'owners' does not exist/);
  t.match(output, /'"gone"' is not assignable/);
  t.match(output, /'domainRef' is missing/);
});
