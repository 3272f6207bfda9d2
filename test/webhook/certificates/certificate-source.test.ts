import { join } from 'node:path';
import t, { type Test } from 'tap';
import {
  type Authority,
  createAuthority,
  type Leaf,
  signLeaf,
} from '../../../webhook/certificates/authority.ts';
import type { AuthoritySet } from '../../../webhook/certificates/authority-plan.ts';
import type {
  CertificateDeps,
  ServingCertificate,
} from '../../../webhook/certificates/certificate-source.ts';
import { followAuthorities } from '../../../webhook/certificates/issued-certificate.ts';
import { followMountedFiles } from '../../../webhook/certificates/mounted-certificate.ts';
import { replaceFile } from '../replace-file.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;

function collect(): CertificateDeps & { certificates: ServingCertificate[]; faults: unknown[] } {
  const certificates: ServingCertificate[] = [];
  const faults: unknown[] = [];
  return {
    certificates,
    faults,
    onCertificate: certificate => certificates.push(certificate),
    onFault: error => faults.push(error),
    pollMs: HOUR,
  };
}

t.test('an issued leaf is renewed at two thirds of its life, and when its authority changes', async t => {
  const seen = collect();
  let now = new Date();
  let set: AuthoritySet = { current: await createAuthority(now) };
  const source = followAuthorities({
    ...seen,
    authorities: async () => set,
    names: ['localhost'],
    now: () => now,
  });
  t.teardown(source.stop);
  await source.check();
  await source.check();
  t.equal(seen.certificates.length, 1, 'nothing changed');
  now = new Date(now.getTime() + 4 * DAY);
  await source.check();
  t.equal(seen.certificates.length, 1, 'not yet due');
  now = new Date(now.getTime() + DAY);
  await source.check();
  t.equal(seen.certificates.length, 2, 'due');
  t.not(seen.certificates[1]?.identity.key, seen.certificates[0]?.identity.key);
  set = { current: await createAuthority(now), previousCertPem: set.current.certPem };
  await source.check();
  t.equal(seen.certificates.length, 3, 'another authority');
});

t.test('a successor is trusted at once, while the leaf stays', async t => {
  const seen = collect();
  const now = new Date();
  const current = await createAuthority(now);
  let set: AuthoritySet = { current };
  const source = followAuthorities({
    ...seen,
    authorities: async () => set,
    names: ['localhost'],
    now: () => now,
  });
  t.teardown(source.stop);
  await source.check();
  set = { current, next: await createAuthority(now) };
  await source.check();
  t.equal(seen.certificates[1]?.identity.key, seen.certificates[0]?.identity.key);
  t.equal(seen.certificates[1]?.trustedPem, `${set.next?.certPem}${current.certPem}`);
});

t.test('without the API server the leaf is still renewed', async t => {
  const seen = collect();
  let now = new Date();
  const current = await createAuthority(now);
  let down = true;
  async function authorities(): Promise<AuthoritySet> {
    if (down) throw new Error('connection refused');
    return { current };
  }
  const source = followAuthorities({ ...seen, authorities, names: ['localhost'], now: () => now });
  t.teardown(source.stop);
  await source.check();
  t.equal(seen.certificates.length, 0);
  down = false;
  await source.check();
  down = true;
  now = new Date(now.getTime() + 6 * DAY);
  await source.check();
  t.equal(seen.certificates.length, 2);
  t.equal(seen.faults.length, 2, 'each failure is told');
});

/** The files as somebody has mounted them, looked at once. */
async function mount(t: Test, leaf: Leaf, authority: Authority) {
  const folder = t.testdir({ 'tls.crt': leaf.cert, 'tls.key': leaf.key, 'ca.crt': authority.certPem });
  const file = (name: string): string => join(folder, name);
  const seen = collect();
  const files = { certFile: file('tls.crt'), keyFile: file('tls.key'), caFile: file('ca.crt') };
  const source = followMountedFiles({ ...seen, ...files });
  t.teardown(source.stop);
  await source.check();
  return { file, seen, source };
}

t.test('mounted files are taken up again when both have changed, and never half', async t => {
  const now = new Date();
  const authority = await createAuthority(now);
  const [first, second] = [await signLeaf(authority, ['a'], now), await signLeaf(authority, ['b'], now)];
  const { file, seen, source } = await mount(t, first, authority);
  t.match(seen.certificates, [{ identity: { cert: first.cert }, trustedPem: authority.certPem }]);
  await replaceFile(file('tls.crt'), second.cert);
  await source.check();
  t.equal(seen.certificates.length, 1);
  t.ok(
    seen.faults.length > 0,
    'a fault for each look, and a change of the folder may be told more than once',
  );
  for (const fault of seen.faults) t.match(fault, /do not belong together/);
  await replaceFile(file('tls.key'), second.key);
  await source.check();
  t.equal(seen.certificates.at(-1)?.identity.cert, second.cert);
  t.equal(seen.certificates.at(-1)?.authorityUntil, undefined);
});

for (const [title, text] of [
  ['empty', ''],
  ['half written', '-----BEGIN CERTIFICATE-----\nMIIB'],
] as const) {
  t.test(`an authority whose file is ${title} is a fault, and the one before stays`, async t => {
    const now = new Date();
    const authority = await createAuthority(now);
    const leaf = await signLeaf(authority, ['a'], now);
    const { file, seen, source } = await mount(t, leaf, authority);
    await replaceFile(file('ca.crt'), text);
    await source.check();
    t.match(seen.faults[0], /ca\.crt holds no certificate/);
    t.strictSame(
      seen.certificates.map(({ trustedPem }) => trustedPem),
      [authority.certPem],
    );
  });
}

t.test('missing files are a fault, and nothing is served', async t => {
  const seen = collect();
  const source = followMountedFiles({ ...seen, certFile: 'nowhere/a', keyFile: 'nowhere/b', caFile: '' });
  t.teardown(source.stop);
  await source.check();
  t.match(seen.faults, [{ code: 'ENOENT' }]);
  t.equal(seen.certificates.length, 0);
});
