// Authorities that are trusted, from a file that somebody else writes.

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Gives them as a PEM list. Throws unless there is one and all are readable: the file may be only half written. */
export async function readAuthorities(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const list = text.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? [];
  if (list.length === 0) throw new Error(`${file} holds no certificate`);
  return list.map(pem => new X509Certificate(pem).toString()).join('');
}
