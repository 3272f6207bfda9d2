// Which resource serves a kind: `Secret` → `secrets`, namespaced. Asked once per group and version.

import type { ApiRequest } from './request.ts';
import { groupPath, groupVersion, type Resource } from './resource-path.ts';

export interface DiscoveredResource extends Resource {
  readonly namespaced: boolean;
}

interface ApiResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

export type Discover = (apiVersion: string, kind: string) => Promise<DiscoveredResource>;

/** Gives a function that throws when the API server does not serve the kind (the CRD may come later: ask again). */
export function createDiscovery(request: (request: ApiRequest) => Promise<unknown>): Discover {
  const kinds = new Map<string, DiscoveredResource>();
  const asking = new Map<string, Promise<void>>();

  /** One request at a time per group and version. Nothing is remembered but what was found: the rest may come. */
  const ask = (apiVersion: string): Promise<void> => {
    const already = asking.get(apiVersion);
    if (already !== undefined) return already;
    const done = fetchKinds(request, apiVersion, kinds).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, done);
    return done;
  };

  return async (apiVersion, kind) => {
    const key = `${apiVersion}/${kind}`;
    if (!kinds.has(key)) await ask(apiVersion);
    const found = kinds.get(key);
    if (found === undefined) throw new Error(`the API server does not serve ${kind} in ${apiVersion}`);
    return found;
  };
}

async function fetchKinds(
  request: (request: ApiRequest) => Promise<unknown>,
  apiVersion: string,
  kinds: Map<string, DiscoveredResource>,
): Promise<void> {
  const { group, version } = groupVersion(apiVersion);
  const { resources } = (await request({ path: groupPath({ group, version }) })) as ApiResourceList;
  for (const { name: plural, kind, namespaced } of resources) {
    const isSubresource = plural.includes('/');
    if (!isSubresource) kinds.set(`${apiVersion}/${kind}`, { group, version, plural, namespaced });
  }
}
