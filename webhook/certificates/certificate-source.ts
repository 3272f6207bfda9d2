// Where a serving certificate comes from: issued by ourselves, or mounted by somebody else.

import type { ServingIdentity } from '../transport.ts';

export interface ServingCertificate {
  readonly identity: ServingIdentity;
  readonly until: Date;
  /** Absent when somebody else's authority signs. */
  readonly authorityUntil?: Date;
  /** PEM list for `caBundle`; empty when somebody else takes care of that. */
  readonly trustedPem: string;
}

export interface CertificateDeps {
  readonly onCertificate: (certificate: ServingCertificate) => void;
  readonly onFault: (error: unknown) => void;
  readonly pollMs: number;
}

export interface CertificateSource {
  /** Looks now; resolves when what was found is in use. */
  check(): Promise<void>;
  stop(): void;
}
