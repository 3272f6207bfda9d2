import { createPublicKey, X509Certificate } from 'node:crypto';
import t from 'tap';
import { createCertificateAuthority, createSigningKeys } from '../../tools/certificates.ts';

t.test('a serving certificate is signed by the CA and valid for its names', async t => {
  const authority = await createCertificateAuthority('a test');
  const pair = await authority.issueServing('server', { dns: ['localhost'], ip: ['127.0.0.1'] });
  const leaf = new X509Certificate(pair.certificate);
  const ca = new X509Certificate(authority.certificate);
  t.ok(leaf.checkIssued(ca));
  t.ok(leaf.verify(ca.publicKey));
  t.equal(leaf.checkHost('localhost'), 'localhost');
  t.equal(leaf.checkIP('127.0.0.1'), '127.0.0.1');
  t.equal(leaf.ca, false);
  t.equal(ca.ca, true);
});

t.test('a client certificate names the user and the groups as Kubernetes reads them', async t => {
  const authority = await createCertificateAuthority('a test');
  const { certificate } = await authority.issueClient('jo', ['orders', 'a, b = c']);
  const { subject } = new X509Certificate(certificate);
  t.strictSame(subject.split('\n'), ['O=orders', 'O=a\\, b = c', 'CN=jo']);
});

t.test('the signing keys belong together', async t => {
  const { publicKey, privateKey } = await createSigningKeys();
  const derived = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  t.strictSame(derived, createPublicKey(publicKey).export({ type: 'spki', format: 'der' }));
});
