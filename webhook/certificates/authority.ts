// A certificate authority of our own and the leaves it signs. ECDSA P-256 throughout: signing a handshake
// with it costs a tenth of RSA.

import 'reflect-metadata';
import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { ServingIdentity } from '../transport.ts';

export interface Authority {
  readonly certPem: string;
  readonly keyPem: string;
}

/** A leaf and the span in which it may be used. The key never leaves the process. */
export interface Leaf extends ServingIdentity {
  readonly from: Date;
  readonly until: Date;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
export const AUTHORITY_LIFE_MS = 365 * DAY_MS;
export const LEAF_LIFE_MS = 7 * DAY_MS;
/** Clocks of replicas and API servers differ a little. */
export const BACKDATE_MS = 5 * 60_000;

/** A new self-signed authority, valid for a year. */
export async function createAuthority(now: Date, lifeMs: number = AUTHORITY_LIFE_MS): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: serialNumber(),
      name: 'CN=dappmesh-webhook-ca',
      ...spanOf(now, lifeMs),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        await SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certPem: `${certificate.toString('pem')}\n`, keyPem: await exportKey(keys.privateKey) };
}

/** A serving certificate for the given DNS names and addresses, valid for a week, never longer than its authority. */
export async function signLeaf(authority: Authority, names: readonly string[], now: Date): Promise<Leaf> {
  const keys = await generateKeys();
  const issuer = new X509Certificate(authority.certPem);
  const span = spanOf(now, Math.min(LEAF_LIFE_MS, issuer.validToDate.getTime() - now.getTime()));
  const signingKey = await importKey(authority.keyPem);
  const issuerSpki = new Uint8Array(issuer.publicKey.export({ type: 'spki', format: 'der' }));
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: serialNumber(),
      subject: 'CN=dappmesh-webhook',
      issuer: 'CN=dappmesh-webhook-ca',
      ...span,
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names.map(toAlternativeName)),
        await AuthorityKeyIdentifierExtension.create(await importPublic(issuerSpki), false, webcrypto),
      ],
    },
    webcrypto,
  );
  const key = await exportKey(keys.privateKey);
  return { cert: `${certificate.toString('pem')}\n`, key, from: now, until: span.notAfter };
}

/** Whether leaves can be signed with it that are trusted: certificate and key belong together, and are of our kind. */
export function canSign({ certPem, keyPem }: Authority): boolean {
  try {
    const certificate = new X509Certificate(certPem);
    const key = createPrivateKey(keyPem);
    const isOurs = key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isOurs && certificate.ca && certificate.checkPrivateKey(key);
  } catch {
    // No certificate, or no key that can be read.
    return false;
  }
}

/** When a certificate begins and ends. Throws if the text is no certificate. */
export function spanOfCertificate(certPem: string): { readonly from: Date; readonly until: Date } {
  const { validFromDate, validToDate } = new X509Certificate(certPem);
  return { from: validFromDate, until: validToDate };
}

function spanOf(now: Date, lifeMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - BACKDATE_MS), notAfter: new Date(now.getTime() + lifeMs) };
}

function toAlternativeName(name: string): { type: 'ip' | 'dns'; value: string } {
  return { type: /^[\d.]+$|:/.test(name) ? 'ip' : 'dns', value: name };
}

/** Positive and 127 bits long: a leading one bit would make it negative (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(Buffer.alloc(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

function importKey(keyPem: string): Promise<webcrypto.CryptoKey> {
  const der = new Uint8Array(createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' }));
  return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
}

function importPublic(spki: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']);
}
