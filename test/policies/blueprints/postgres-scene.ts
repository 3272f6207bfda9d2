// The example mesh on real PostgreSQL: what its blueprints make of a product, and the commands of their pods run here,
// each store on a server of its own.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import type { Bundle } from '../../../policies/engine/loading/bundle.ts';
import { type Postgres, startPostgres } from '../../../tools/postgres.ts';
import { type CommandResult, runCommand } from '../../../tools/run-command.ts';
import { startBuilding } from './building-engine.ts';
import { MESHES, NOW, questionOf } from './retail-mesh.ts';

export const RETAIL = MESHES[0]?.objects ?? [];

export const PRODUCTS = RETAIL.filter(({ kind }) => kind === 'DataProduct');

/** The objects of one product, each found by kind and name. */
export interface Children {
  readonly all: readonly ChildObject[];
  of(kind: string, name: string): ChildObject;
}

/** Builds the product of that name as things stand at that time. Throws where the blueprints fault or wait. */
export type BuildProduct = (name: string, now?: Date) => Promise<Children>;

/** Starts an engine that knows a mesh, the example's by default. */
export async function startBuilder(t: Test, bundle: Bundle, objects = RETAIL): Promise<BuildProduct> {
  const engine = await startBuilding(t, bundle, objects);
  return async (name, now = NOW) => {
    const product = objects.find(({ kind, metadata }) => kind === 'DataProduct' && metadata.name === name);
    if (product === undefined) throw new Error(`there is no product ${name}`);
    const built = await engine.build({ ...questionOf(product, objects), now });
    const problems = [...built.faults, ...built.waitsFor].map(({ message }) => message);
    if (problems.length > 0) throw new Error(problems.join('\n'));
    return childrenOf(built.objects);
  };
}

function childrenOf(all: readonly ChildObject[]): Children {
  return {
    all,
    of(kind, name) {
      const found = all.find(
        object => object.kind === kind && object.metadata.name.replace(/-[0-9a-f]{10}$/, '') === name,
      );
      if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
      return found;
    },
  };
}

/** Names of the stores that run PostgreSQL. */
export function storesOf({ all }: Children): string[] {
  return all
    .filter(({ kind, metadata: { labels } }) => {
      return kind === 'StatefulSet' && labels?.['app.kubernetes.io/name'] === 'postgresql';
    })
    .map(({ metadata }) => metadata.name);
}

interface Container {
  readonly command?: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly lifecycle?: { readonly postStart: { readonly exec: { readonly command: readonly string[] } } };
}

interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { secretKeyRef: { name: string; key: string; optional?: boolean } };
}

interface Pod {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

interface Workload {
  readonly template?: { readonly spec: Pod };
  readonly jobTemplate?: { readonly spec: Workload };
}

/** The pod that a Job, CronJob, StatefulSet or Deployment makes. */
export function podOf({ kind, ['spec']: spec }: ChildObject): Pod {
  const { template, jobTemplate } = spec as Workload;
  const pod = (template ?? jobTemplate?.spec.template)?.spec;
  if (pod === undefined) throw new Error(`this ${kind} makes no pods`);
  return pod;
}

/** The container that it runs. */
export function containerOf(workload: ChildObject): Container {
  const [container] = podOf(workload).containers;
  if (container === undefined) throw new Error('a pod has a container');
  return container;
}

/** Files of a ConfigMap. */
export function filesOf(object: ChildObject & { data?: unknown }): Record<string, string> {
  return object.data as Record<string, string>;
}

/** What stands for the password of a key: made up as the reconciler would, the same for everyone who asks. */
export function passwordOf(secret: string, key: string): string {
  return `pw'${secret}/${key}`;
}

/** The variables of a container, as the kubelet would set them. Throws for keys that no Secret promises. */
export function environmentOf(container: Container, secrets: readonly ChildObject[]): Record<string, string> {
  const variables = (container.env ?? []).flatMap(({ name, value, valueFrom }) => {
    if (valueFrom === undefined) return [[name, value ?? '']];
    const { name: secret, key, optional } = valueFrom.secretKeyRef;
    const promised = secrets.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === secret);
    const keys = String(promised?.metadata.annotations?.['dappmesh.io/generate']).split(',');
    if (keys.includes(key)) return [[name, passwordOf(secret, key)]];
    if (optional === true) return [];
    throw new Error(`${name}: no Secret ${secret} with ${key}`);
  });
  return Object.fromEntries(variables) as Record<string, string>;
}

/** A server that goes with the test. */
export async function serverOf(t: Test): Promise<Postgres> {
  const postgres = await startPostgres();
  t.teardown(() => postgres.stop());
  return postgres;
}

/** Empties a server and makes the database of a store in it, as the image would. */
export async function prepareStore(postgres: Postgres, children: Children, store: string): Promise<void> {
  const { POSTGRES_DB = '', POSTGRES_PASSWORD = '' } = environmentOf(
    containerOf(children.of('StatefulSet', store)),
    children.all,
  );
  const ask = (sql: string) => postgres.query('postgres', sql);
  const databases = `select format('drop database %I with (force)', datname) from pg_database
    where not datistemplate and datname <> 'postgres'`;
  for (const drop of await ask(databases)) await ask(drop);
  const roles = `select format('drop role %I', rolname) from pg_roles where rolname !~ '^(pg_|postgres$)'`;
  for (const drop of await ask(roles)) await ask(drop);
  await ask(`create database "${POSTGRES_DB}"`);
  await ask(`alter role postgres password '${POSTGRES_PASSWORD.replaceAll("'", "''")}'`);
}

export interface Run {
  readonly children: Children;
  /** Kind and name of what is run. */
  readonly job: readonly ['Job' | 'CronJob', string];
  readonly files: Record<string, string>;
  /** Secrets of other products in the namespace. */
  readonly others?: readonly ChildObject[];
  /** Called whenever the pod has said more. */
  readonly onOutput?: () => void;
}

/** Runs the command of a pod with its files and variables against a server. */
export async function runPod(
  t: Test,
  postgres: Postgres,
  { children, job: [kind, name], files, others = [], onOutput }: Run,
): Promise<CommandResult> {
  const folder = await mkdtemp(join(tmpdir(), 'dappmesh-pod-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  const container = containerOf(children.of(kind, name));
  const [command = '', ...args] = (container.command ?? []).map(part =>
    part.replaceAll('/sql/', `${folder}/`),
  );
  const env = {
    ...environmentOf(container, [...children.all, ...others]),
    PATH: `${postgres.binaries}:/usr/bin:/bin`,
    PGHOST: '127.0.0.1',
    PGPORT: String(postgres.port),
    // These servers have no certificate; what the pod says of it is tested by itself.
    PGSSLMODE: 'prefer',
    WAIT_SECONDS: '1',
  };
  return runCommand(command, args, { env, onOutput });
}

/** Brings a server to what a product asks of a store; throws with what psql says. */
export async function migrate(t: Test, postgres: Postgres, children: Children, store: string): Promise<void> {
  const result = await runPod(t, postgres, {
    children,
    job: ['Job', store],
    files: filesOf(children.of('ConfigMap', store)),
  });
  if (result.code !== 0 || result.stderr !== '') throw new Error(`${store}: ${result.stderr}`);
}

/** Runs a query as a role that logs in over the network; what it says is in the result. */
export async function queryAs(
  postgres: Postgres,
  database: string,
  [role, password]: readonly [string, string],
  sql: string,
): Promise<CommandResult> {
  const env = { PGHOST: '127.0.0.1', PGUSER: role, PGPASSWORD: password };
  return postgres.psql(['-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', sql], { env });
}
