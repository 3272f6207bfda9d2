// A bare repository with the hook, and a clone of it that pushes over a file path or over HTTP.

import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import { createRetail, GIT_ENV, Repository } from '../git-repository.ts';
import { type Ended, run, runDappmesh } from '../run-dappmesh.ts';

export interface Pushing {
  readonly server: Repository;
  readonly clone: Repository;
  push(...args: string[]): Promise<Ended>;
  pushAs(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended>;
}

/** The example mesh in a clone whose `origin` is a bare repository with the hook and nothing in it yet. */
export async function startPushing(test: Pick<Test, 'testdir'>, bundle: string): Promise<Pushing> {
  const folder = test.testdir();
  const clone = await createRetail(join(folder, 'clone'));
  const server = await createBare(join(folder, 'server.git'));
  const installed = await runDappmesh(['hook', 'install', server.folder, '--bundle', bundle]);
  if (installed.code !== 0) throw new Error(installed.stderr);
  // How long a verdict takes on a machine that tests is no matter of the tests.
  await server.git('config', 'dappmesh.timeout', '3600');
  await clone.git('remote', 'add', 'origin', server.folder);
  const pushAs: Pushing['pushAs'] = (env, ...args) => clone.tryGit(['push', ...args], { env });
  return { server, clone, push: (...args) => pushAs({}, ...args), pushAs };
}

export async function createBare(folder: string): Promise<Repository> {
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder], { env: GIT_ENV });
  return new Repository(folder);
}

/** Serves a bare repository by git's own HTTP backend, which says who pushes in REMOTE_USER; gives its URL. */
export async function serveHttp(
  test: Pick<Test, 'teardown'>,
  server: Repository,
  user: Readonly<Record<string, string>>,
): Promise<string> {
  await server.git('config', 'http.receivepack', 'true');
  const http = createServer((request, response) => answer(server.folder, user, request, response));
  // git keeps its connection: it must not be closed in the moment in which the next request is sent.
  http.keepAliveTimeout = 0;
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

/** CGI (RFC 3875), as far as `git http-backend` needs it. */
function answer(
  folder: string,
  user: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      ...GIT_ENV,
      ...user,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // A backend that ends before it has read everything has answered all the same.
  backend.stdin.on('error', () => {});
  request.pipe(backend.stdin);
  const chunks: Buffer[] = [];
  backend.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  backend.once('close', () => {
    const out = Buffer.concat(chunks);
    const end = out.indexOf('\r\n\r\n');
    for (const line of out.toString('latin1', 0, end).split('\r\n')) {
      const [name = '', value = ''] = line.split(': ', 2);
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(out.subarray(end + 4));
  });
}
