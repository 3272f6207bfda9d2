// Real git repositories in a folder of the test, independent of the settings of the person who runs it.

import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Ended, EXAMPLES, run } from './run-dappmesh.ts';

/** What git must not take from the surroundings. Its own settings keep it from working on after it has ended. */
export const GIT_ENV = {
  GIT_CONFIG_GLOBAL: join(import.meta.dirname, 'git-repository.config'),
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
  GIT_TERMINAL_PROMPT: '0',
};

export class Repository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Runs git here, whatever comes of it. */
  tryGit(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
    return run('git', args, { cwd: this.folder, ...options, env: { ...GIT_ENV, ...options.env } });
  }

  /** Runs git here and gives what it prints; throws if it fails. */
  async git(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.tryGit(args);
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Commits everything and gives the commit. */
  async commit(message = 'change'): Promise<string> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }
}

/** An empty repository with a work tree. */
export async function createRepository(folder: string): Promise<Repository> {
  mkdirSync(folder, { recursive: true });
  const repository = new Repository(folder);
  await repository.git('init', '--quiet', '--initial-branch=main');
  return repository;
}

/** A repository that holds the example mesh in one commit. */
export async function createRetail(folder: string): Promise<Repository> {
  const repository = await createRepository(folder);
  cpSync(join(EXAMPLES, 'retail'), folder, { recursive: true });
  await repository.commit('The example mesh');
  return repository;
}
