import t from 'tap';
import type { ChildObject } from '../../../../policies/engine/children/blueprint-item.ts';
import { SECRETS_ANNOTATION, toSecretReaders } from '../../../../policies/engine/children/secret-readers.ts';

const metadata = (name: string) => ({ name, namespace: 'sales' });

function secret(name: string, annotations: Record<string, string> = { 'dappmesh.io/generate': 'password' }) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata(name), annotations } };
}

const VARIABLE = { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'store', key: 'password' } } };

function workload(kind: string, pod: object = { containers: [{ env: [VARIABLE] }] }): ChildObject {
  const apiVersion = kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1';
  const template = { metadata: { annotations: { own: 'x' } }, spec: pod };
  const spec = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion, kind, metadata: metadata('reader'), spec };
}

function read(
  reader: ChildObject,
  values: Record<string, string>,
  secrets: readonly ChildObject[] = [secret('store')],
) {
  const [first] = toSecretReaders([reader, ...secrets], ({ metadata: { name, annotations } }) => {
    if (values[name] !== undefined) return { password: values[name] };
    return annotations?.['dappmesh.io/generate'] === undefined ? {} : undefined;
  });
  if (first === undefined) throw new Error('there is an answer for each object');
  return first;
}

function annotationsOf({ ['spec']: spec }: ChildObject): Record<string, string> {
  return (spec as { template: { metadata: { annotations: Record<string, string> } } }).template.metadata
    .annotations;
}

t.test('pods change with the values that they read, and with nothing else', async t => {
  for (const kind of ['StatefulSet', 'Deployment', 'DaemonSet', 'Job']) {
    const digest = (value: string) => annotationsOf(read(workload(kind), { store: value }).object);
    t.match(digest('YQ=='), { own: 'x', [SECRETS_ANNOTATION]: /^[0-9a-f]{10}$/ }, kind);
    t.strictSame(digest('YQ=='), digest('YQ=='), kind);
    t.not(digest('YQ==')[SECRETS_ANNOTATION], digest('Yg==')[SECRETS_ANNOTATION], kind);
  }
});

t.test('a Job gets another name, and one that fits its pods as a label', async t => {
  const nameOf = (value: string, name = 'reader') => {
    const job = { ...workload('Job'), metadata: metadata(name) };
    return read(job, { store: value }).object.metadata.name;
  };
  t.match(nameOf('YQ=='), /^reader-[0-9a-f]{10}$/);
  t.not(nameOf('YQ=='), nameOf('Yg=='));
  const long = 'a'.repeat(62);
  t.equal(nameOf('YQ==', `${long}b`).length, 63);
  t.not(nameOf('YQ==', `${long}b`), nameOf('YQ==', `${long}c`), 'what was cut counts');
  t.match(nameOf('YQ==', `${'a'.repeat(51)}-b`), /^a{51}-[0-9a-f]{10}$/);
});

t.test('what reads values that are not there yet is not made', async t => {
  const pending = read(workload('Job'), {});
  t.strictSame(pending.undecided, [secret('store')]);
  t.equal(pending.object.metadata.name, 'reader');
  t.strictSame(read(workload('Job'), { store: 'YQ==' }).undecided, []);
});

t.test('a value that is copied counts, and keeps nothing waiting', async t => {
  const copy = secret('store', { 'dappmesh.io/copy': 'password=logistics/source/password' });
  const before = read(workload('Job'), {}, [copy]);
  t.strictSame(before.undecided, []);
  const after = read(workload('Job'), { store: 'YQ==' }, [copy]);
  t.not(before.object.metadata.name, after.object.metadata.name);
});

t.test('a Secret is read as a variable, as all variables, and as files', async t => {
  const container = (fields: object) => ({ initContainers: [fields], containers: [] });
  for (const [title, pod] of Object.entries({
    variable: container({ env: [VARIABLE] }),
    variables: container({ envFrom: [{ secretRef: { name: 'store' } }] }),
    files: { volumes: [{ name: 'a', secret: { secretName: 'store' } }] },
    'projected files': { volumes: [{ projected: { sources: [{ secret: { name: 'store' } }] } }] },
  }))
    t.equal(read(workload('Deployment', pod), {}).undecided.length, 1, title);
});

t.test('everything else comes back as it is', async t => {
  const foreign = { ...secret('store'), metadata: { ...secret('store').metadata, namespace: 'logistics' } };
  const given = { ...secret('store', {}), stringData: { password: 'given' } };
  for (const [title, reader, secrets] of [
    ['pods of a schedule', workload('CronJob'), [secret('store')]],
    ['pods without secrets', workload('Deployment', { containers: [{ env: null }] }), [secret('store')]],
    ['another namespace', workload('Deployment'), [foreign]],
    ['values of the blueprint', workload('Deployment'), [given]],
    ['no pods', { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('a') }, [secret('store')]],
  ] as const)
    t.equal(read(reader, {}, [...secrets]).object, reader, title);
});
