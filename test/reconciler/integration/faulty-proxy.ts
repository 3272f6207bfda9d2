// A proxy before a real API server that, on demand, does to requests what networks and overload do.

import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { request as send } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { ControlPlane } from '../../../tools/control-plane.ts';

/** Answers in place of the API server, or gives `pass`. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => 'pass' | 'answered';

export interface FaultyProxy {
  /** Leads through the proxy. */
  readonly kubeconfig: string;
  /** What happens to requests from now on; nothing when undefined. */
  fault: Fault | undefined;
  /** What becomes of a line of a watch: itself, several times itself, or nothing. */
  lines: (line: string) => readonly string[];
  /** `PATCH /apis/…` of every request so far. */
  readonly requests: readonly string[];
}

/** Starts one that ends with the test. It authenticates as admin. */
export async function startFaultyProxy(t: Test, plane: ControlPlane): Promise<FaultyProxy> {
  const config = JSON.parse(await readFile(plane.kubeconfig, 'utf8')) as {
    users: [{ user: Record<string, string> }];
  };
  const pem = (name: string) => Buffer.from(config.users[0].user[name] ?? '', 'base64').toString();
  const credentials = { ca: plane.caPem, cert: pem('client-certificate-data'), key: pem('client-key-data') };
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const proxy: FaultyProxy = {
    kubeconfig: join(plane.dir, 'through-proxy'),
    fault: undefined,
    lines: line => [line],
    requests,
  };
  const server = createServer((near, reply) => {
    requests.push(`${near.method} ${near.url}`);
    if (proxy.fault?.(near, reply) === 'answered') return;
    const { method = 'GET', headers } = near;
    const options: RequestOptions = { method, headers: { ...headers, host: new URL(plane.url).host } };
    const far = send(`${plane.url}${near.url}`, { ...options, ...credentials }, answer => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      if (near.url?.includes('watch=true') === true) relayLines(answer, reply, () => proxy.lines);
      else answer.pipe(reply);
    });
    far.on('error', () => reply.destroy());
    reply.on('close', () => far.destroy());
    near.pipe(far);
  });
  server.on('connection', socket => sockets.add(socket.on('close', () => sockets.delete(socket))));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await writeFile(proxy.kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return proxy;
}

function relayLines(
  answer: IncomingMessage,
  reply: ServerResponse,
  change: () => FaultyProxy['lines'],
): void {
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.flatMap(change())) reply.write(`${line}\n`);
  });
  answer.on('end', () => reply.end());
  answer.on('error', () => reply.destroy());
}

/** A refusal as the API server words it. */
export function refuse(
  reply: ServerResponse,
  code: number,
  reason: string,
  headers: Record<string, string> = {},
): 'answered' {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message: `scripted ${reason}`,
  };
  reply.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  return 'answered';
}

function kubeconfigOf(server: string): string {
  return JSON.stringify({
    clusters: [{ name: 'proxy', cluster: { server } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
    'current-context': 'proxy',
  });
}
