// The certificates of a throw-away control plane: one CA, a serving certificate, client certificates.

import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const LIFETIME_DAYS = 30;

export interface KeyPairPem {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateAuthority {
  readonly certificate: string;
  /** For a server reached under these DNS names and IP addresses. */
  issueServing(
    commonName: string,
    names: { dns: readonly string[]; ip: readonly string[] },
  ): Promise<KeyPairPem>;
  /** For a client that Kubernetes knows as `user` in `groups`. */
  readonly issueClient: (user: string, groups?: readonly string[]) => Promise<KeyPairPem>;
}

/** Makes a CA that signs in memory; its key is never written anywhere. */
export async function createCertificateAuthority(commonName: string): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    name: toName([{ CN: [commonName] }]),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issue = (subject: x509.JsonName, extensions: x509.Extension[]) =>
    issueLeaf(authority, keys.privateKey, subject, extensions);
  return {
    certificate: authority.toString('pem'),
    issueServing: (name, names) => issue([{ CN: [name] }], servingExtensions(names)),
    issueClient: (user, groups = []) => issue(clientSubject(user, groups), [extendedUsage('clientAuth')]),
  };
}

/** A key pair as PEM, for signing service account tokens. */
export async function createSigningKeys(): Promise<{ publicKey: string; privateKey: string }> {
  const keys = await generateKeys();
  const publicKey = await webcrypto.subtle.exportKey('spki', keys.publicKey);
  return { publicKey: x509.PemConverter.encode(publicKey, 'PUBLIC KEY'), privateKey: await privatePem(keys) };
}

async function issueLeaf(
  authority: x509.X509Certificate,
  signingKey: CryptoKey,
  subject: x509.JsonName,
  extensions: x509.Extension[],
): Promise<KeyPairPem> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(),
    subject: toName(subject),
    issuer: authority.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.AuthorityKeyIdentifierExtension.create(authority, false),
      ...extensions,
    ],
  });
  return { certificate: certificate.toString('pem'), key: await privatePem(keys) };
}

function servingExtensions(names: { dns: readonly string[]; ip: readonly string[] }): x509.Extension[] {
  const alternatives = [
    ...names.dns.map(value => ({ type: 'dns' as const, value })),
    ...names.ip.map(value => ({ type: 'ip' as const, value })),
  ];
  return [extendedUsage('serverAuth'), new x509.SubjectAlternativeNameExtension(alternatives)];
}

/** Kubernetes reads the user from the common name and the groups from the organisations. */
function clientSubject(user: string, groups: readonly string[]): x509.JsonName {
  return [...groups.map(group => ({ O: [group] })), { CN: [user] }];
}

function toName(subject: x509.JsonName): x509.Name {
  return new x509.Name(subject);
}

function extendedUsage(usage: 'serverAuth' | 'clientAuth'): x509.Extension {
  return new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[usage]]);
}

/** Backdated by a minute: clocks of other processes may be read a moment earlier. */
function validity(): { notBefore: Date; notAfter: Date; serialNumber: string } {
  const now = Date.now();
  return {
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + LIFETIME_DAYS * DAY_MS),
    // A positive serial: the first bit must be clear.
    serialNumber: `01${randomBytes(15).toString('hex')}`,
  };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}
