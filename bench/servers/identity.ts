// One serving certificate for all servers: the same handshakes and the same ciphers.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../tools/certificates.ts';

export interface Identity {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caPem: string;
}

/** Writes certificate and key for 127.0.0.1 into a folder. */
export async function makeIdentity(dir: string): Promise<Identity> {
  const authority = await createCertificateAuthority('dappmesh-bench');
  const pair = await authority.issueServing('bench', { dns: ['localhost'], ip: ['127.0.0.1'] });
  const certFile = join(dir, 'tls.crt');
  const keyFile = join(dir, 'tls.key');
  await writeFile(certFile, pair.certificate);
  await writeFile(keyFile, pair.key, { mode: 0o600 });
  return { certFile, keyFile, caPem: authority.certificate };
}
