// Model C: files that cert-manager or a person put there, taken up again whenever they change.

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CertificateDeps, CertificateSource, ServingCertificate } from './certificate-source.ts';

export interface MountedDeps extends CertificateDeps {
  readonly certFile: string;
  readonly keyFile: string;
  /** The authority for `caBundle`; empty when something else injects it. */
  readonly caFile: string;
}

/** Reads at once, on every change that the file system tells of, and every `pollMs`. */
export function followMountedFiles(deps: MountedDeps): CertificateSource {
  let last = '';
  async function look(): Promise<void> {
    const certificate = await readCertificate(deps);
    const mark = certificate.identity.cert + certificate.identity.key + certificate.trustedPem;
    if (mark === last) return;
    last = mark;
    deps.onCertificate(certificate);
  }
  let running: Promise<void> = Promise.resolve();
  const check = (): Promise<void> => (running = running.then(look).catch(deps.onFault));
  const timer = setInterval(() => void check(), deps.pollMs);
  const watchers = [...new Set([deps.certFile, deps.keyFile].map(file => dirname(file)))].flatMap(folder =>
    watchFolder(folder, () => void check()),
  );
  return {
    check,
    stop() {
      clearInterval(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Throws when the two files do not belong together: half a rotation must not be served. */
async function readCertificate({ certFile, keyFile, caFile }: MountedDeps): Promise<ServingCertificate> {
  const [cert, key, trustedPem] = await Promise.all([
    readFile(certFile, 'utf8'),
    readFile(keyFile, 'utf8'),
    caFile === '' ? '' : readFile(caFile, 'utf8'),
  ]);
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) {
    throw new Error('certificate and key do not belong together; waiting for the other file to change');
  }
  return { identity: { cert, key }, until: certificate.validToDate, trustedPem };
}

/** Watching is a matter of speed alone: without it the poll finds the change. */
function watchFolder(folder: string, onChange: () => void): { close(): void }[] {
  try {
    return [watch(folder, { persistent: false }, onChange).on('error', () => undefined)];
  } catch {
    return [];
  }
}
