import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import t from 'tap';
import { createAuthority, signLeaf } from '../../../webhook/certificates/authority.ts';
import {
  ensureAuthorities,
  type SecretDeps,
  toAuthorities,
} from '../../../webhook/certificates/authority-secret.ts';
import { createObjectStore, type ObjectStore } from '../object-store.ts';

const PATH = '/api/v1/namespaces/dappmesh-system/secrets/ca';
const NOW = new Date('2026-01-31T12:00:00Z');

function depsOf(cluster: ObjectStore, now = NOW): SecretDeps {
  return { cluster, namespace: 'dappmesh-system', name: 'ca', now: () => now };
}

t.test('whoever comes first makes the Secret, the others read it', async t => {
  const store = createObjectStore();
  const first = await ensureAuthorities(depsOf(store));
  const writes = store.requests.length;
  t.strictSame(await ensureAuthorities(depsOf(store)), first);
  t.equal(store.requests.length, writes + 1, 'one read');
  t.strictSame([...store.objects.keys()], [PATH]);
});

t.test('ten replicas starting together share one authority', async t => {
  const store = createObjectStore();
  const sets = await Promise.all(Array.from({ length: 10 }, () => ensureAuthorities(depsOf(store))));
  t.equal(new Set(sets.map(set => set.current.keyPem)).size, 1);
});

t.test('two replicas that introduce a successor at once introduce one', async t => {
  const store = createObjectStore();
  await ensureAuthorities(depsOf(store));
  const later = new Date(NOW.getTime() + 250 * 86_400_000);
  const sets = await Promise.all([1, 2, 3].map(() => ensureAuthorities(depsOf(store, later))));
  t.equal(new Set(sets.map(set => set.next?.certPem)).size, 1);
  t.ok(sets[0]?.next);
});

t.test('an edited Secret is replaced, not obeyed', async t => {
  const store = createObjectStore();
  const first = await ensureAuthorities(depsOf(store));
  for (const data of [undefined, {}, { 'current.crt': 'bm90IGEgY2VydA==', 'current.key': 'eA==' }]) {
    store.objects.set(PATH, { metadata: { name: 'ca', resourceVersion: '7' }, ...(data ? { data } : {}) });
    const next = await ensureAuthorities(depsOf(store));
    t.not(next.current.keyPem, first.current.keyPem);
  }
});

t.test('a refusal of the API server is passed on, and conflicts without end are', async t => {
  const store = createObjectStore();
  store.before = () => {
    throw Object.assign(new Error('forbidden'), Object.assign(new Error(), { status: 403 }));
  };
  await t.rejects(ensureAuthorities(depsOf(store)), Object.assign(new Error(), { status: 403 }));
  store.before = ({ method }) => {
    if (method === 'POST')
      throw Object.assign(new Error('conflict'), Object.assign(new Error(), { status: 409 }));
  };
  await t.rejects(ensureAuthorities(depsOf(store)), Object.assign(new Error(), { status: 409 }));
});

const ours = await createAuthority(NOW);
const other = await createAuthority(NOW);
const leaf = await signLeaf(ours, ['localhost'], NOW);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const UNUSABLE: readonly (readonly [title: string, certPem: string, keyPem: string])[] = [
  ['the key of another authority', ours.certPem, other.keyPem],
  ['garbage that calls itself a key', ours.certPem, '-----BEGIN PRIVATE KEY-----\nAAAA\n'],
  ['a key of another kind', ours.certPem, String(rsa.export({ type: 'pkcs8', format: 'pem' }))],
  ['a leaf, which signs nothing', leaf.cert, leaf.key],
];

for (const [title, certPem, keyPem] of UNUSABLE) {
  t.test(`${title} is replaced, and left out as a successor`, async t => {
    const store = createObjectStore();
    const data = { 'current.crt': toBase64(certPem), 'current.key': toBase64(keyPem) };
    store.objects.set(PATH, { metadata: { name: 'ca', resourceVersion: '7' }, data });
    const { current } = await ensureAuthorities(depsOf(store));
    t.not(current.certPem, certPem);
    await t.resolves(signLeaf(current, ['localhost'], NOW));
    const good = { 'current.crt': toBase64(ours.certPem), 'current.key': toBase64(ours.keyPem) };
    const next = { 'next.crt': toBase64(certPem), 'next.key': toBase64(keyPem) };
    t.strictSame(toAuthorities({ ...good, ...next }), { current: ours });
  });
}

t.test('a key in the older form of its kind signs as well', async t => {
  const keyPem = String(createPrivateKey(ours.keyPem).export({ type: 'sec1', format: 'pem' }));
  const set = toAuthorities({ 'current.crt': toBase64(ours.certPem), 'current.key': toBase64(keyPem) });
  if (set === null) throw new Error('it was not taken');
  const { cert } = await signLeaf(set.current, ['localhost'], NOW);
  t.ok(new X509Certificate(cert).verify(new X509Certificate(ours.certPem).publicKey));
});

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}

t.test('a certificate without its key is no authority', async t => {
  const { certPem } = await createAuthority(NOW);
  t.equal(toAuthorities({ 'current.crt': Buffer.from(certPem).toString('base64') }), null);
});
