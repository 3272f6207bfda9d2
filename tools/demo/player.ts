// The commands of the story: how they run, and how they are shown, with the temporary folder and this checkout left out.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from './narrator.ts';
import { ROOT, type Stage } from './stage.ts';

type Make = (args: readonly [string, ...string[]], expected?: Expected) => Step;
type Expected = Pick<Step, 'expect' | 'contains' | 'lines' | 'ending'>;

export interface Player {
  readonly git: Make;
  readonly kubectl: Make;
  readonly dappmesh: Make;
  /** Any other command, in the folder of the stage. */
  readonly shell: Make;
  /** Changes a file of the working copy. Throws when nothing changes. */
  readonly edit: (file: string, change: (text: string) => string) => Promise<void>;
}

/** Who pushes; a git host hands this to its hooks. */
const PUSHER = {
  DAPPMESH_USER: 'anna.keller@retail.example',
  DAPPMESH_GROUPS: 'sales-owners,logistics-owners,customer-owners',
  GIT_AUTHOR_NAME: 'Anna Keller',
  GIT_AUTHOR_EMAIL: 'anna.keller@retail.example',
  GIT_COMMITTER_NAME: 'Anna Keller',
  GIT_COMMITTER_EMAIL: 'anna.keller@retail.example',
} as const;

export function player(stage: Stage): Player {
  const { work, dir, plane, kubectl } = stage;
  const show = (name: string, args: readonly string[]): string =>
    [name, ...args.map(arg => quote(arg.replaceAll(`${dir}/`, '').replaceAll(`${ROOT}/`, '')))].join(' ');
  return {
    git: (args, expected) => ({
      show: show('git', args),
      command: ['git', ...args],
      cwd: work,
      env: PUSHER,
      ...expected,
    }),
    kubectl: (args, expected) => ({
      show: show('kubectl', args),
      command: [kubectl, '--kubeconfig', plane.kubeconfig, ...args],
      cwd: dirOf(stage),
      ...expected,
    }),
    dappmesh: (args, expected) => ({
      show: show('npx dappmesh', args),
      command: [process.execPath, join(ROOT, 'gitops/bin/dappmesh.mjs'), ...args],
      cwd: dirOf(stage),
      env: { ...PUSHER, KUBECONFIG: plane.kubeconfig },
      ...expected,
    }),
    shell: ([name, ...args], expected) => ({
      show: show(name === process.execPath ? 'node' : name, args),
      command: [name, ...args],
      cwd: dir,
      ...expected,
    }),
    async edit(file, change) {
      const path = join(work, file);
      const text = await readFile(path, 'utf8');
      const changed = change(text);
      if (changed === text) throw new Error(`nothing to change in ${file}`);
      await writeFile(path, changed);
    },
  };
}

/** The working copy, once it is cloned. */
function dirOf(stage: Stage): string {
  return stage.cloned ? stage.work : stage.dir;
}

function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg}'`;
}
