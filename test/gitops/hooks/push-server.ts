// A bare repository with the hook, and a clone of it that pushes over a file path or over HTTP.

import { basename, dirname, join } from 'node:path';
import type { Test } from 'tap';
import { startGitServer } from '../../../tools/git-server.ts';
import { createRetail, GIT_ENV, Repository } from '../git-repository.ts';
import { type Ended, run, runDappmesh } from '../run-dappmesh.ts';

export interface Pushing {
  readonly server: Repository;
  readonly clone: Repository;
  push(...args: string[]): Promise<Ended>;
  pushAs(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended>;
}

/** The example mesh in a clone whose `origin` is a bare repository with the hook and nothing in it yet. */
export function startPushing(test: Pick<Test, 'testdir'>, bundle: string): Promise<Pushing> {
  return setUp(test, bundle, async () => undefined);
}

/** The same, but the mesh is on the server's `main` already: it was pushed before there was a hook. */
export function startPushed(test: Pick<Test, 'testdir'>, bundle: string): Promise<Pushing> {
  return setUp(test, bundle, clone => clone.git('push', '--quiet', 'origin', 'main'));
}

async function setUp(
  test: Pick<Test, 'testdir'>,
  bundle: string,
  beforeHook: (clone: Repository) => Promise<unknown>,
): Promise<Pushing> {
  const folder = test.testdir();
  const clone = await createRetail(join(folder, 'clone'));
  const server = await createBare(join(folder, 'server.git'));
  await clone.git('remote', 'add', 'origin', server.folder);
  await beforeHook(clone);
  const installed = await runDappmesh(['hook', 'install', server.folder, '--bundle', bundle]);
  if (installed.code !== 0) throw new Error(installed.stderr);
  // How long a verdict takes on a machine that tests is no matter of the tests.
  await server.git('config', 'dappmesh.timeout', '3600');
  const pushAs: Pushing['pushAs'] = (env, ...args) => clone.tryGit(['push', ...args], { env });
  return { server, clone, push: (...args) => pushAs({}, ...args), pushAs };
}

export async function createBare(folder: string): Promise<Repository> {
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', folder], { env: GIT_ENV });
  return new Repository(folder);
}

/** Serves a bare repository over HTTP to somebody who may push; gives its URL. */
export async function serveHttp(
  test: Pick<Test, 'teardown'>,
  server: Repository,
  user: Readonly<Record<string, string>>,
): Promise<string> {
  await server.git('config', 'http.receivepack', 'true');
  const { url, stop } = await startGitServer(dirname(server.folder), { ...GIT_ENV, ...user });
  test.teardown(stop);
  return `${url}/${basename(server.folder)}`;
}
