// Who we are, per request: TLS material and headers, read anew as files and tokens rotate.

import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node/dist/config_types.js';
import { ExecAuth } from '@kubernetes/client-node/dist/exec_auth.js';
import { FileAuth } from '@kubernetes/client-node/dist/file_auth.js';
import type { ConnectionConfig } from './config.ts';

export interface TlsMaterial {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized: boolean;
}

export interface Credentials {
  readonly tls: TlsMaterial;
  readonly headers: Readonly<Record<string, string>>;
}

interface AuthProvider {
  isAuthProvider(user: User): unknown;
  applyAuthentication(user: User, options: RequestOptions): Promise<void>;
}

/**
 * Gives a function that reads the credentials of the moment. It throws where a file is gone or a plugin fails:
 * the request then fails with that reason, and the next one tries again.
 */
export function credentialsReader(config: ConnectionConfig): () => Promise<Credentials> {
  const providers: AuthProvider[] = [new ExecAuth(), new FileAuth()];
  return async () => {
    const options: RequestOptions & { headers: Record<string, string> } = { headers: {} };
    const provider = await providerOf(config.user, providers);
    if (provider !== undefined) await provider.applyAuthentication(config.user, options);
    return { tls: tlsOf(config, options), headers: headersOf(config.user, options.headers) };
  };
}

async function providerOf(user: User, providers: AuthProvider[]): Promise<AuthProvider | undefined> {
  const found = providers.find(provider => provider.isAuthProvider(user));
  if (found !== undefined || !user.authProvider) return found;
  if (user.authProvider.name !== 'oidc') {
    throw new Error(
      `user '${user.name}': the auth provider '${user.authProvider.name}' is not supported; use exec`,
    );
  }
  // Late: it costs 0.4 s and 75 MB, and hardly anybody has it.
  const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
  const oidc: AuthProvider = new OpenIDConnectAuth();
  providers.push(oidc);
  return oidc;
}

function tlsOf({ cluster, user }: ConnectionConfig, options: RequestOptions): TlsMaterial {
  return {
    ca: fileOrData(cluster.caFile, cluster.caData),
    // What a plugin gave goes first: it is the fresher one.
    cert: textOf(options.cert) ?? fileOrData(user.certFile, user.certData),
    key: textOf(options.key) ?? fileOrData(user.keyFile, user.keyData),
    servername: cluster.tlsServerName,
    rejectUnauthorized: !cluster.skipTLSVerify,
  };
}

function headersOf(user: User, fromProvider: Record<string, string>): Record<string, string> {
  const headers = { ...fromProvider };
  if (user.username) headers['Authorization'] = `Basic ${base64(`${user.username}:${user.password ?? ''}`)}`;
  if (user.token) headers['Authorization'] = `Bearer ${user.token}`;
  // A token file ends in a newline as often as not, and a header must not.
  if (headers['Authorization'] !== undefined) headers['Authorization'] = headers['Authorization'].trim();
  if (user.impersonateUser) headers['Impersonate-User'] = user.impersonateUser;
  return headers;
}

function fileOrData(file: string | undefined, data: string | undefined): string | undefined {
  if (file) return readFileSync(file, 'utf8');
  return data ? Buffer.from(data, 'base64').toString('utf8') : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
