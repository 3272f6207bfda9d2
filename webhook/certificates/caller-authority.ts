// The authority of client certificates, from a file that is taken up again when it changes.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type FollowedFiles, followFiles } from './followed-files.ts';

export interface CallerAuthorityDeps {
  readonly file: string;
  /** Called with the PEM list of the first authority, and of every other one. */
  readonly onAuthority: (caPem: string) => void;
  readonly onFault: (error: unknown) => void;
  readonly pollMs: number;
}

/** Follows the file. One that cannot be used is a fault, and what it said before stays. */
export function followCallerAuthority(deps: CallerAuthorityDeps): FollowedFiles {
  const { file, onAuthority, onFault, pollMs } = deps;
  let last = '';
  async function look(): Promise<void> {
    const caPem = await readAuthority(file);
    if (caPem === last) return;
    last = caPem;
    onAuthority(caPem);
  }
  return followFiles({ files: [file], look, onFault, pollMs });
}

/** Throws unless it holds certificates and all are readable: an empty list would be every authority that Node knows. */
async function readAuthority(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const list = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (list.length === 0) throw new Error(`${file} holds no certificate`);
  return list.map(pem => new X509Certificate(pem).toString()).join('');
}
