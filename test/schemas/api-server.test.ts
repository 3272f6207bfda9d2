// The generated CRDs on a real API server: accepted, defaulting, refusing what the validators refuse.

import { join } from 'node:path';
import t from 'tap';
import { KINDS } from '../../schemas/kinds.ts';
import { startControlPlane } from '../../tools/control-plane.ts';
import { REFUSALS } from './refused-objects.ts';
import { VALID_OBJECTS } from './valid-objects.ts';
import { withChange } from './with-change.ts';

const CRDS = join(import.meta.dirname, '../../gitops/manifest/crds');
const plane = await startControlPlane();
t.teardown(() => plane.stop());

async function apply(object: unknown, ...options: string[]) {
  const args = ['apply', '--server-side', '--force-conflicts', ...options, '-f', '-'];
  return plane.kubectl(args, { input: JSON.stringify(object) });
}

async function read(...args: string[]) {
  const { stdout } = await plane.kubectl(['get', ...args, '-o', 'json']);
  return JSON.parse(stdout);
}

t.test('the definitions are accepted and established, names and all', async t => {
  t.match(await plane.kubectl(['apply', '--server-side', '-k', CRDS]), { code: 0 });
  const names = KINDS.map(({ plural }) => `crd/${plural}.dappmesh.io`);
  const wait = ['wait', '--for=condition=Established', '--timeout=120s', ...names];
  t.match(await plane.kubectl(wait), { code: 0 });
  for (const { status } of (await read('crd')).items) {
    t.same(
      status.conditions.map(
        (condition: { type: string; status: string }) => `${condition.type}=${condition.status}`,
      ),
      ['NamesAccepted=True', 'Established=True'],
    );
  }
});

t.test('a valid object of each kind is stored as it was sent, with its defaults', async t => {
  await plane.kubectl(['create', 'namespace', 'sales']);
  for (const { kind, plural } of KINDS) {
    const object = VALID_OBJECTS[kind];
    t.match(await apply(object, '--validate=strict'), { code: 0, stderr: '' }, kind);
    const stored = await read(plural, object.metadata.name, '--namespace=sales');
    t.match(stored.spec, object.spec, kind);
    if (kind === 'EngineClass') t.notOk(stored.status);
    else t.same(stored.status, { observedGeneration: -1 }, kind);
  }
});

t.test('defaults appear where the author wrote nothing', async t => {
  const { spec } = await read('product', 'orders', '--namespace=sales');
  t.equal(spec.suspend, false);
  const agreement = withChange(VALID_OBJECTS.AccessAgreement, 'spec.state', undefined);
  await apply(withChange(agreement, 'metadata.name', 'requested'));
  t.match((await read('agreement', 'requested', '--namespace=sales')).spec, {
    state: 'requested',
    rawAccess: false,
  });
});

t.test('short names and the category find the objects', async t => {
  for (const { kind, shortNames } of KINDS) {
    for (const name of shortNames) {
      const { items } = await read(name, '--all-namespaces');
      t.match(items[0], { kind }, name);
    }
  }
  const { items } = await read('dappmesh', '--all-namespaces');
  const found = new Set(items.map((item: { kind: string }) => item.kind));
  t.same(found, new Set(KINDS.map(({ kind }) => kind)));
});

t.test(
  'the API server refuses what the validators refuse, and prunes unknown fields unless asked not to',
  async t => {
    for (const [kind, change, to, , , apiServer] of REFUSALS) {
      const object = withChange(VALID_OBJECTS[kind as keyof typeof VALID_OBJECTS], change, to);
      const label = `${kind} ${change} = ${JSON.stringify(to)}`;
      // Create, not apply: a merge with what is stored would put back what the change leaves out.
      const create = (validate: string) =>
        plane.kubectl(['create', '--dry-run=server', `--validate=${validate}`, '-f', '-'], {
          input: JSON.stringify(withChange(object, 'metadata.name', 'other')),
        });
      t.match(await create('strict'), { code: 1 }, label);
      t.match(await create('ignore'), { code: apiServer === 'refuses' ? 1 : 0 }, `${label}, not strict`);
    }
  },
);

t.test('a rule between fields is told in the words of the schema', async t => {
  const changed = withChange(VALID_OBJECTS.DataProduct, 'spec.lifecycle.endOfLife', '2026-01-01T00:00:00Z');
  const { code, stderr } = await apply(changed);
  t.equal(code, 1);
  t.match(stderr, 'endOfSupport must not be later than endOfLife');
});

t.test('unknown fields of a contract document are kept', async t => {
  const odcs = { anything: { at: ['all', 1, null] }, version: 1 };
  const contract = withChange(VALID_OBJECTS.DataContract, 'spec.odcs', odcs);
  t.match(await apply(withChange(contract, 'metadata.name', 'odd')), { code: 0 });
  t.same((await read('contract', 'odd', '--namespace=sales')).spec.odcs, odcs);
});

t.test('two managers may each own items of one list', async t => {
  const port = (name: string) =>
    withChange(VALID_OBJECTS.DataProduct, 'spec', {
      domainRef: 'sales',
      managementPorts: [{ name, type: 'control' }],
    });
  for (const name of ['first', 'second']) {
    const object = withChange(port(name), 'metadata.name', 'shared');
    t.match(await apply(object, `--field-manager=${name}`), { code: 0 });
  }
  const { spec } = await read('product', 'shared', '--namespace=sales');
  t.same(
    spec.managementPorts.map(({ name }: { name: string }) => name),
    ['first', 'second'],
  );
});
