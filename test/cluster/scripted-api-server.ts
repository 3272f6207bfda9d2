// An HTTP server that answers as a test scripts it, for what a real API server does not do on demand.

import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Cluster, type ConnectOptions, connect } from '../../cluster/connect.ts';
import { until } from '../until.ts';

/** Answers one request. Whatever it leaves open stays open until the server stops. */
export type Answer = (response: ServerResponse, request: { url: URL; message: IncomingMessage }) => unknown;

export interface ScriptedApiServer {
  readonly cluster: Cluster;
  /** Folder of the kubeconfigs. */
  readonly folder: string;
  /** Connects as somebody else, or somewhere else. */
  connect(options: {
    user?: object;
    url?: string;
    onRequest?: ConnectOptions['onRequest'];
  }): Promise<Cluster>;
  /** `list` and `watch?…` of every request so far, in order. */
  readonly requests: readonly URL[];
  /** The answers to come, separately for lists and watches. The last one is repeated. */
  script(kind: 'list' | 'watch', ...answers: Answer[]): void;
  /** Settles when so many requests of the kind have arrived. */
  arrived(kind: 'list' | 'watch', count: number): Promise<void>;
}

/** Starts one that ends with the test. Its folder is the test's own: `t.testdir` would make it anew. */
export async function startScriptedApiServer(t: Test): Promise<ScriptedApiServer> {
  const scripts = { list: [] as Answer[], watch: [] as Answer[] };
  const requests: URL[] = [];
  const sockets = new Set<Socket>();
  const kindOf = (url: URL) => (url.searchParams.get('watch') === 'true' ? 'watch' : 'list');
  const countOf = (kind: 'list' | 'watch') => requests.filter(url => kindOf(url) === kind).length;

  const server = createServer((message, response) => {
    const url = new URL(message.url ?? '', 'http://scripted');
    requests.push(url);
    const script = scripts[kindOf(url)];
    const answer = script.length > 1 ? script.shift() : script[0];
    if (answer === undefined) response.writeHead(500).end();
    else void answer(response, { url, message });
  });
  // Else it could close an idle connection in the moment in which the next request is sent on it.
  server.keepAliveTimeout = 0;
  server.on('connection', socket => sockets.add(socket.on('close', () => sockets.delete(socket))));
  const url = await listen(server);
  const folder = t.testdir();
  const clusters: Cluster[] = [];
  const connectAs: ScriptedApiServer['connect'] = async ({ user, url: other, onRequest }) => {
    const kubeconfig = join(folder, `kubeconfig-${clusters.length}`);
    await writeFile(kubeconfig, kubeconfigOf(other ?? url, user ?? { token: 'scripted-token' }));
    const cluster = connect({ kubeconfig, onRequest });
    clusters.push(cluster);
    return cluster;
  };
  const cluster = await connectAs({});
  t.teardown(async () => {
    await Promise.all(clusters.map(cluster => cluster.close()));
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  return {
    cluster,
    folder,
    connect: connectAs,
    requests,
    script(kind, ...answers) {
      scripts[kind] = answers;
    },
    arrived: (kind, count) =>
      until(() => countOf(kind) >= count, { seen: () => `${requests.join(' ')}, not ${count} of ${kind}` }),
  };
}

/** A ConfigMap as the API server would send it. */
export function configMap(name: string, resourceVersion: string, uid = `uid-of-${name}`) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop', uid, resourceVersion } };
}

/** A list on one page. */
export function listOf(resourceVersion: string, ...items: object[]): Answer {
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMapList',
    metadata: { resourceVersion },
    items,
  });
  return response => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body);
}

/** A refusal with a `Status`. */
export function refusal(code: number, reason: string, headers: Record<string, string> = {}): Answer {
  const body = JSON.stringify({ kind: 'Status', code, reason, message: `scripted ${reason}` });
  return response => response.writeHead(code, headers).end(body);
}

/** A watch that sends these and ends as `end` says. */
export function watchOf(end: 'ends' | 'stays' | 'resets', ...events: object[]): Answer {
  return watchOfText(end, events.map(event => `${JSON.stringify(event)}\n`).join(''));
}

/** The same with any bytes. */
export function watchOfText(end: 'ends' | 'stays' | 'resets', text: string): Answer {
  return response => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
    if (end === 'ends') response.end(text);
    else response.write(text, () => end === 'resets' && response.socket?.resetAndDestroy());
  };
}

function kubeconfigOf(server: string, user: object): string {
  return JSON.stringify({
    clusters: [{ name: 'scripted', cluster: { server } }],
    users: [{ name: 'scripted', user }],
    contexts: [{ name: 'scripted', context: { cluster: 'scripted', user: 'scripted', namespace: 'shop' } }],
    'current-context': 'scripted',
  });
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return `http://127.0.0.1:${address.port}`;
}
