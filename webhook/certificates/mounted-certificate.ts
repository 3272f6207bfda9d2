// Files that cert-manager or a person put there, taken up again whenever they change.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readAuthorities } from './authority-file.ts';
import type { CertificateDeps, CertificateSource, ServingCertificate } from './certificate-source.ts';
import { followFiles } from './followed-files.ts';

export interface MountedDeps extends CertificateDeps {
  readonly certFile: string;
  readonly keyFile: string;
  /** The authority for `caBundle`; empty when something else injects it. */
  readonly caFile: string;
}

/** What is in use changes when certificate, key or authority do, and only to a pair that belongs together. */
export function followMountedFiles(deps: MountedDeps): CertificateSource {
  let last = '';
  async function look(): Promise<void> {
    const certificate = await readCertificate(deps);
    const mark = certificate.identity.cert + certificate.identity.key + certificate.trustedPem;
    if (mark === last) return;
    last = mark;
    deps.onCertificate(certificate);
  }
  const { certFile, keyFile, caFile, onFault, pollMs } = deps;
  const files = [certFile, keyFile, caFile].filter(file => file !== '');
  return followFiles({ files, look, onFault, pollMs });
}

/** Throws when the two files do not belong together: half a rotation must not be served. */
async function readCertificate({ certFile, keyFile, caFile }: MountedDeps): Promise<ServingCertificate> {
  const [cert, key, trustedPem] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
    // None at all would be left to somebody else.
    caFile === '' ? '' : readAuthorities(caFile),
  ]);
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    throw new Error('certificate and key do not belong together; waiting for the other file to change');
  }
  return { identity: { cert, key }, until: certificate.validToDate, trustedPem };
}
