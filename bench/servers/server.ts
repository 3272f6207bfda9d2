// A server under test, whichever it is: where it listens, how it is asked, how its answer reads.

import type { Target } from '../load/job.ts';

/** What an answer says, in the words of the policies. */
export interface Said {
  readonly denied: readonly string[];
  readonly warned: readonly string[];
}

export interface Server {
  readonly name: string;
  readonly target: Target;
  /** The whole HTTP request that asks for a verdict on this review. */
  toRequest(review: Uint8Array): Buffer;
  /** Reads the body of an answer; undefined when this server judges nothing. Throws on anything unexpected. */
  readAnswer(body: Buffer): Said | undefined;
  stop(): Promise<void>;
}

/** A POST as the API server sends it, but for `Accept-Encoding`, which only one of the servers would honour. */
export function post(path: string, body: Uint8Array): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'User-Agent: kube-apiserver-admission',
    'Accept: application/json, */*',
    'Content-Type: application/json',
    `Content-Length: ${body.byteLength}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}
