// Which API server, and as whom: a kubeconfig file, the default ones, or the service account of a pod.
// The only reader of the environment in this folder.

import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
// Parts of client-node, never the whole: its index costs 1.1 s and 85 MB, its KubeConfig class 0.4 s and 79 MB
// (both pull in the generated API), these 10 ms and 4 MB.
import {
  type Cluster,
  newClusters,
  newContexts,
  newUsers,
  type User,
} from '@kubernetes/client-node/dist/config_types.js';
import { parse } from 'yaml';

export interface ConnectionConfig {
  readonly cluster: Cluster;
  readonly user: User;
  readonly namespace?: string | undefined;
}

export interface ConfigSource {
  /** Path of a kubeconfig file; it goes before everything else. */
  readonly kubeconfig?: string | undefined;
  /** Context in that file; its current one by default. */
  readonly context?: string | undefined;
  /** Insist on the service account of the pod. */
  readonly inCluster?: boolean | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds the configuration as kubectl does: the file that is named, `KUBECONFIG` (several files are merged, the first
 * to name something wins), `~/.kube/config`, the service account. Throws where there is none or it is incomplete.
 */
export function loadConfig(source: ConfigSource = {}): ConnectionConfig {
  const { env = process.env } = source;
  if (source.inCluster === true) return serviceAccountConfig(env);
  const files = source.kubeconfig === undefined ? defaultFiles(env) : [source.kubeconfig];
  if (files.length > 0) return selectContext(files, source.context);
  if (existsSync(`${SERVICE_ACCOUNT}/token`)) return serviceAccountConfig(env);
  throw new Error('no cluster is configured: set KUBECONFIG, make ~/.kube/config, or run in a pod');
}

function defaultFiles(env: NodeJS.ProcessEnv): string[] {
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter(file => file !== '' && existsSync(file));
  if (named.length > 0) return named;
  const own = join(env['HOME'] ?? '', '.kube', 'config');
  return existsSync(own) ? [own] : [];
}

interface Kubeconfig {
  readonly clusters: Cluster[];
  readonly users: User[];
  readonly contexts: ReturnType<typeof newContexts>;
  readonly current: string | undefined;
}

function selectContext(files: readonly string[], wanted: string | undefined): ConnectionConfig {
  const configs = files.map(readKubeconfig);
  const name = wanted ?? configs.find(config => config.current !== undefined)?.current;
  const named = (what: string) => new Error(`${files.join(', ')}: ${what}`);
  if (name === undefined) throw named('no current-context is set');
  const context = configs.flatMap(config => config.contexts).find(context => context.name === name);
  if (context === undefined) throw named(`there is no context '${name}'`);
  const cluster = configs
    .flatMap(config => config.clusters)
    .find(cluster => cluster.name === context.cluster);
  if (cluster === undefined)
    throw named(`context '${name}' names a cluster that is not there: '${context.cluster}'`);
  const user = configs.flatMap(config => config.users).find(user => user.name === context.user);
  if (user === undefined) throw named(`context '${name}' names a user that is not there: '${context.user}'`);
  return { cluster, user, namespace: context.namespace };
}

function readKubeconfig(file: string): Kubeconfig {
  const content: unknown = parse(readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error(`${file}: not a kubeconfig`);
  const entry = (key: string): unknown => (content as Record<string, unknown>)[key];
  const current = entry('current-context');
  const folder = dirname(file);
  const clusters = newClusters(entry('clusters'));
  for (const cluster of clusters) {
    if (cluster.caFile !== undefined) cluster.caFile = absolute(folder, cluster.caFile);
  }
  return {
    clusters,
    users: newUsers(withTokenFiles(entry('users'), folder)).map(user => withAbsolutePaths(user, folder)),
    contexts: newContexts(entry('contexts')),
    current: typeof current === 'string' && current !== '' ? current : undefined,
  };
}

function withAbsolutePaths(user: User, folder: string): User {
  if (user.certFile) user.certFile = absolute(folder, user.certFile);
  if (user.keyFile) user.keyFile = absolute(folder, user.keyFile);
  return user;
}

interface UserEntry {
  readonly name: string;
  readonly user?: { readonly tokenFile?: string; readonly [key: string]: unknown } | null;
}

/**
 * client-node ignores `tokenFile` (kubectl's key) and reads `token-file` once. Tokens rotate, so both become its
 * token-file provider, which reads again.
 */
function withTokenFiles(entries: unknown, folder: string): unknown {
  if (!Array.isArray(entries)) return entries;
  return (entries as UserEntry[]).map(entry => {
    const { 'token-file': dashed, tokenFile = dashed, ...user } = entry.user ?? {};
    if (typeof tokenFile !== 'string') return entry;
    return { ...entry, user: { ...user, 'auth-provider': tokenFileProvider(absolute(folder, tokenFile)) } };
  });
}

function tokenFileProvider(tokenFile: string): { name: string; config: { tokenFile: string } } {
  return { name: 'tokenFile', config: { tokenFile } };
}

function serviceAccountConfig(env: NodeJS.ProcessEnv): ConnectionConfig {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port)
    throw new Error('not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set');
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const namespaceFile = `${SERVICE_ACCOUNT}/namespace`;
  return {
    cluster: { name: 'in-cluster', server, caFile: `${SERVICE_ACCOUNT}/ca.crt`, skipTLSVerify: false },
    user: { name: 'service-account', authProvider: tokenFileProvider(`${SERVICE_ACCOUNT}/token`) },
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : undefined,
  };
}

function absolute(folder: string, file: string): string {
  return isAbsolute(file) ? file : join(folder, file);
}
