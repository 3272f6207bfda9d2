// One TLS handshake with the own port, as the API server would make it: trusting what `caBundle` trusts, and calling
// by a name of ours. Nothing is sent.

import type { AddressInfo } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
import type { ServingCertificate } from './certificates/certificate-source.ts';

export interface SelfDial {
  /** Where the server listens. */
  readonly address: Pick<AddressInfo, 'address' | 'family' | 'port'>;
  readonly certificate: Pick<ServingCertificate, 'identity' | 'trustedPem'>;
  /** Names and addresses by which we are called; one of them must stand in the certificate. */
  readonly names: readonly string[];
  readonly withinMs: number;
}

/** What came of it: `broken` means that no caller can trust the certificate, `unanswered` that nobody could tell. */
export type DialOutcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'broken' | 'unanswered'; readonly message: string };

/** Shakes hands and hangs up. Never rejects, and never takes longer than `withinMs`. */
export function dialSelf({ address, certificate, names, withinMs }: SelfDial): Promise<DialOutcome> {
  const { promise, resolve } = Promise.withResolvers<DialOutcome>();
  const socket = connect({
    host: reachable(address),
    port: address.port,
    // Where somebody else fills `caBundle`, the certificate has to vouch for itself.
    ca: certificate.trustedPem === '' ? certificate.identity.cert : certificate.trustedPem,
    allowPartialTrustChain: certificate.trustedPem === '',
    checkServerIdentity: (_host, peer) => nameIsMissing(names, peer),
  });
  // What comes later, such as the refusal of a caller without a certificate, is no longer about ours.
  socket.on('error', error =>
    resolve({ kind: isUntrusted(error) ? 'broken' : 'unanswered', message: error.message }),
  );
  socket.once('secureConnect', () => resolve({ kind: 'answered' }));
  socket.once('close', () => resolve({ kind: 'unanswered', message: 'the connection was closed' }));
  const late = setTimeout(() => {
    resolve({ kind: 'unanswered', message: `no handshake within ${withinMs} ms` });
  }, withinMs);
  return promise.finally(() => {
    clearTimeout(late);
    socket.destroy();
  });
}

/** A server that listens everywhere is asked on loopback. */
function reachable({ address, family }: Pick<AddressInfo, 'address' | 'family'>): string {
  if (address !== '0.0.0.0' && address !== '::') return address;
  return family === 'IPv6' ? '::1' : '127.0.0.1';
}

function nameIsMissing(names: readonly string[], peer: PeerCertificate): Error | undefined {
  if (names.some(name => checkServerIdentity(name, peer) === undefined)) return undefined;
  const error = new Error(
    `the certificate is for ${peer.subjectaltname ?? 'nobody'}, not for ${names.join(', ')}`,
  );
  return Object.assign(error, { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}

/** Codes of the system are short words such as ECONNRESET; those of OpenSSL and of X.509 verification are not. */
function isUntrusted(error: NodeJS.ErrnoException): boolean {
  return error.code !== undefined && !/^E[A-Z0-9]+$/.test(error.code);
}
