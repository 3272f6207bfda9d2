// The names by which the webhook is called: what an issued certificate is made for.

import type { Config } from './config.ts';

/** The Service's names, that of the API server first, and those of the command line. */
export function calledNames({
  service,
  namespace,
  'tls-name': more,
}: Pick<Config, 'service' | 'namespace' | 'tls-name'>): string[] {
  const short = `${service}.${namespace}`;
  return [`${short}.svc`, `${short}.svc.cluster.local`, short, service, ...more];
}
