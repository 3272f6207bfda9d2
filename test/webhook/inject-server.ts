// The real server for tests, and how it is asked without a socket.

import type { AdmissionDeps } from '../../webhook/admission.ts';
import { createAuthority, signLeaf } from '../../webhook/certificates/authority.ts';
import type { Refusal } from '../../webhook/refusals.ts';
import { type AdmissionServer, buildServer, type ServerDeps } from '../../webhook/server.ts';
import { TRANSPORT_LIMITS, type TransportLimits } from '../../webhook/transport.ts';

export const NOW = new Date();
export const authority = await createAuthority(NOW);
export const identity = await signLeaf(authority, ['localhost', '127.0.0.1'], NOW);

/** The real limits of size and number. Time runs out only where a test says so: a machine may be busy for seconds. */
export const PATIENT_LIMITS: TransportLimits = {
  ...TRANSPORT_LIMITS,
  headersMs: 300_000,
  requestMs: 300_000,
  handshakeMs: 300_000,
};

export interface TestServer {
  readonly app: AdmissionServer;
  readonly refused: Refusal[];
}

export interface InjectServer extends TestServer {
  /** Posts a body and gives status, headers and the body, parsed where it is JSON. */
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Posted>;
}

export interface Posted {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  /** Of the AdmissionReview; undefined when there is none. */
  readonly response: AdmissionResponse | undefined;
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly status?: { code: number; reason: string; message: string; status: string };
  readonly warnings?: string[];
  readonly auditAnnotations?: Record<string, string>;
  readonly patch?: string;
  readonly patchType?: string;
}

/** The server as it is, with a list of what it refused; nobody listens yet. */
export function testServer(deps: Pick<ServerDeps, 'admission'> & Partial<ServerDeps>): TestServer {
  const refused: Refusal[] = [];
  const app = buildServer({
    identity,
    limits: PATIENT_LIMITS,
    closing: () => false,
    refused: refusal => refused.push(refusal),
    inFlight: () => {},
    ...deps,
  });
  return { app, refused };
}

export function injectServer(admission: AdmissionDeps, changes: Partial<ServerDeps> = {}): InjectServer {
  const { app, refused } = testServer({ admission, ...changes });
  return {
    app,
    refused,
    async post(path, body, headers = {}) {
      const answer = await app.inject({
        method: 'POST',
        url: path,
        payload: body,
        headers: { 'content-type': 'application/json', ...headers },
      });
      return toPosted(answer.statusCode, answer.headers, answer.payload);
    },
  };
}

/** Reads an answer; throws when it calls itself an AdmissionReview and is none. */
export function toPosted(status: number, headers: Record<string, unknown>, text: string): Posted {
  if (!String(headers['content-type']).startsWith('application/json')) {
    return { status, headers, text, response: undefined };
  }
  const review = JSON.parse(text) as { apiVersion: string; kind: string; response: AdmissionResponse };
  if (review.apiVersion !== 'admission.k8s.io/v1' || review.kind !== 'AdmissionReview') {
    throw new Error(`not a review: ${text}`);
  }
  return { status, headers, text, response: review.response };
}
