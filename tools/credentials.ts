// Writes the certificates and keys that the processes of a control plane read from files.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateAuthority, createCertificateAuthority, createSigningKeys } from './certificates.ts';

/** The names under which pods and people reach an API server; 10.96.0.1 is the first of its service range. */
const SERVING_NAMES = {
  dns: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
  ip: ['127.0.0.1', '10.96.0.1'],
};

/** Makes a CA and writes `ca.crt`, `apiserver.{crt,key}` and `service-account.{pub,key}` into `dir`. */
export async function writeCredentials(
  dir: string,
): Promise<{ authority: CertificateAuthority; caPem: string }> {
  const authority = await createCertificateAuthority('dappmesh-control-plane');
  const serving = await authority.issueServing('kube-apiserver', SERVING_NAMES);
  const signing = await createSigningKeys();
  await Promise.all([
    writeFile(join(dir, 'ca.crt'), authority.certificate),
    writeFile(join(dir, 'apiserver.crt'), serving.certificate),
    writeFile(join(dir, 'apiserver.key'), serving.key, { mode: 0o600 }),
    writeFile(join(dir, 'service-account.pub'), signing.publicKey),
    writeFile(join(dir, 'service-account.key'), signing.privateKey, { mode: 0o600 }),
  ]);
  return { authority, caPem: authority.certificate };
}
