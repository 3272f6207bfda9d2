import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import t from 'tap';
import { listen } from '../../../process/listen.ts';
import {
  AUTHORITY_LIFE_MS,
  BACKDATE_MS,
  createAuthority,
  LEAF_LIFE_MS,
  signLeaf,
  spanOfCertificate,
} from '../../../webhook/certificates/authority.ts';
import { connectRaw } from '../tls-client.ts';

const NOW = new Date('2026-01-31T12:00:00Z');

t.test('an authority lives a year and signs nothing but leaves', async t => {
  const { certPem } = await createAuthority(NOW);
  const certificate = new X509Certificate(certPem);
  t.equal(certificate.ca, true);
  t.equal(certificate.checkIssued(certificate), true);
  t.strictSame(spanOfCertificate(certPem), {
    from: new Date(NOW.getTime() - BACKDATE_MS),
    until: new Date(NOW.getTime() + AUTHORITY_LIFE_MS),
  });
});

t.test('a leaf lives a week, names what it serves and is issued by its authority', async t => {
  const authority = await createAuthority(NOW);
  const leaf = await signLeaf(authority, ['dappmesh-webhook.dappmesh-system.svc', '127.0.0.1', '::1'], NOW);
  const certificate = new X509Certificate(leaf.cert);
  t.equal(certificate.ca, false);
  t.ok(certificate.checkIssued(new X509Certificate(authority.certPem)));
  t.ok(certificate.verify(new X509Certificate(authority.certPem).publicKey));
  t.ok(certificate.checkHost('dappmesh-webhook.dappmesh-system.svc'));
  t.ok(certificate.checkIP('127.0.0.1') && certificate.checkIP('::1'));
  t.strictSame(leaf.until, new Date(NOW.getTime() + LEAF_LIFE_MS));
  t.strictSame(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1'], 'serverAuth');
});

t.test('no leaf outlives its authority', async t => {
  const authority = await createAuthority(NOW, 60_000);
  const leaf = await signLeaf(authority, ['localhost'], NOW);
  t.ok(leaf.until <= spanOfCertificate(authority.certPem).until);
});

t.test('every key and serial number is a new one', async t => {
  const authority = await createAuthority(NOW);
  const leaves = await Promise.all([1, 2, 3, 4].map(() => signLeaf(authority, ['localhost'], NOW)));
  t.equal(new Set(leaves.map(leaf => leaf.key)).size, 4);
  t.equal(new Set(leaves.map(leaf => new X509Certificate(leaf.cert).serialNumber)).size, 4);
});

t.test('during a rotation a bundle of both authorities trusts the leaves of either', async t => {
  const now = new Date();
  const [old, young] = [await createAuthority(now), await createAuthority(now)];
  for (const authority of [old, young]) {
    const { cert, key } = await signLeaf(authority, ['localhost'], now);
    const server = createServer({ cert, key });
    const port = await listen(server, 0, '127.0.0.1');
    (await connectRaw(port, { ca: old.certPem + young.certPem })).end();
    await t.rejects(connectRaw(port, { ca: (await createAuthority(now)).certPem }), 'not trusted by others');
    server.close();
  }
});
