// Which resource serves a kind: `Secret` → `secrets`, namespaced. Asked once per group and version.

import { ApiError } from './api-error.ts';
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

/** Throws `NotServedError` when there is no such kind (its CRD may come later: ask again), or what the request throws. */
export type Discover = (apiVersion: string, kind: string) => Promise<DiscoveredResource>;

/** The API server does not serve a kind at this moment. */
export class NotServedError extends Error {
  override readonly name = 'NotServedError';

  constructor(apiVersion: string, kind: string) {
    super(`the API server does not serve ${kind} in ${apiVersion}`);
  }
}

export interface Discovery {
  readonly discover: Discover;
  /** The kind has gone, or may be served otherwise from now on: it is asked for anew. */
  readonly forget: (apiVersion: string, kind: string) => void;
}

/** Makes the discovery of one API server. */
export function createDiscovery(request: (request: ApiRequest) => Promise<unknown>): Discovery {
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

  return {
    async discover(apiVersion, kind) {
      const key = `${apiVersion}/${kind}`;
      if (!kinds.has(key)) await ask(apiVersion);
      const found = kinds.get(key);
      if (found === undefined) throw new NotServedError(apiVersion, kind);
      return found;
    },
    forget: (apiVersion, kind) => void kinds.delete(`${apiVersion}/${kind}`),
  };
}

async function fetchKinds(
  request: (request: ApiRequest) => Promise<unknown>,
  apiVersion: string,
  kinds: Map<string, DiscoveredResource>,
): Promise<void> {
  const { group, version } = groupVersion(apiVersion);
  const resources = await resourcesOf(request, groupPath({ group, version }));
  for (const { name: plural, kind, namespaced } of resources) {
    const isSubresource = plural.includes('/');
    if (!isSubresource) kinds.set(`${apiVersion}/${kind}`, { group, version, plural, namespaced });
  }
}

/** A group that nobody serves any more is a 404: it has no kinds. */
async function resourcesOf(
  request: (request: ApiRequest) => Promise<unknown>,
  path: string,
): Promise<ApiResourceList['resources']> {
  try {
    return ((await request({ path })) as ApiResourceList).resources;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return [];
    throw error;
  }
}
