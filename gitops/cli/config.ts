// What the environment says, read once.

import type { UserInfo } from '../../policies/engine/verdict/review.ts';

export interface Config {
  readonly user: string | undefined;
  readonly groups: readonly string[];
}

/** DAPPMESH_USER and DAPPMESH_GROUPS (separated by commas or spaces) come from the git host, through the hook. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  return Object.freeze({
    user: env['DAPPMESH_USER'] || undefined,
    groups: Object.freeze((env['DAPPMESH_GROUPS'] ?? '').split(/[\s,]+/).filter(group => group !== '')),
  });
}

/** Who asks; undefined when nobody said. A user that is named on the command line brings no groups of another. */
export function identityOf(
  options: { user?: string; group?: readonly string[] },
  config: Config,
): UserInfo | undefined {
  const username = options.user ?? config.user;
  if (username === undefined) return undefined;
  return { username, groups: options.group ?? (options.user === undefined ? config.groups : []) };
}
