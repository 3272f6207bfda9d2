// Bare repositories over HTTP on the loopback, as a git host serves them: a few lines around `git http-backend`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitServer {
  /** Followed by `/` and the name of a repository's folder, it is what is cloned. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Serves the repositories of a folder; a push is refused unless the repository's `http.receivepack` allows it.
 * `environment` reaches git and its hooks: `REMOTE_USER` is who asks.
 */
export async function startGitServer(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<GitServer> {
  const env = { ...process.env, ...environment, GIT_PROJECT_ROOT: folder, GIT_HTTP_EXPORT_ALL: '1' };
  const server = createServer((request, response) => void answer(env, request, response));
  // Whoever polls keeps a connection: it must not be closed in the moment in which the next request is sent.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** One request is one process, by the Common Gateway Interface (RFC 3875), as `git help http-backend` has it. */
async function answer(
  environment: NodeJS.ProcessEnv,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...environment,
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method,
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: searchParams.toString(),
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
  });
  // It may have answered before it has read everything.
  backend.stdin.on('error', () => undefined);
  backend.on('error', () => response.destroy());
  response.on('close', () => backend.kill('SIGKILL'));
  request.pipe(backend.stdin);
  const output: Buffer[] = [];
  for await (const chunk of backend.stdout) output.push(chunk as Buffer);
  send(response, Buffer.concat(output));
}

function send(response: ServerResponse, output: Buffer): void {
  const end = output.indexOf('\r\n\r\n');
  response.statusCode = end < 0 ? 500 : 200;
  for (const line of output.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n')) {
    const [name = '', value = ''] = line.split(/:\s*(.*)/s);
    if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10);
    else if (name !== '') response.setHeader(name, value);
  }
  response.end(output.subarray(end < 0 ? output.length : end + 4));
}
