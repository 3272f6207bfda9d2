// Reading and writing single objects.

import type { Discover } from './discovery.ts';
import { type KubernetesObject, type ObjectRef, refOf } from './kubernetes-object.ts';
import type { ApiRequest } from './request.ts';
import { resourcePath } from './resource-path.ts';

export interface WriteOptions {
  /** Who owns the fields that are set. */
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  /** `status`, `scale` … */
  readonly subresource?: string;
  readonly signal?: AbortSignal;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Takes fields over that somebody else manages, where it would be a 409 otherwise. */
  readonly force?: boolean;
}

export interface RemoveOptions {
  /** Only this very object, not one of the same name that came after it; 409 otherwise. */
  readonly uid?: string;
  readonly signal?: AbortSignal;
}

/** RFC 6902: a list of operations. RFC 7386: the fields to change; with `resourceVersion` in it, a 409 if it moved. */
export type Patch =
  | { readonly type: 'json'; readonly operations: readonly unknown[] }
  | { readonly type: 'merge'; readonly fields: unknown };

/** Every method throws `ApiError` (404, 409 …) or `UnreachableError`. */
export interface Objects {
  get(ref: ObjectRef, options?: { signal?: AbortSignal }): Promise<KubernetesObject>;
  create(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  /** Replaces the whole object; its `resourceVersion` must be the stored one. */
  replace(object: KubernetesObject, options?: WriteOptions): Promise<KubernetesObject>;
  /** Server-side apply: creates, or changes what differs and is ours. */
  apply(object: KubernetesObject, options: ApplyOptions): Promise<KubernetesObject>;
  patch(ref: ObjectRef, patch: Patch, options?: WriteOptions): Promise<KubernetesObject>;
  remove(ref: ObjectRef, options?: RemoveOptions): Promise<void>;
}

/** Makes the methods out of a way to ask and a way to find the path of a kind. */
export function createObjects(
  request: (request: ApiRequest) => Promise<unknown>,
  discover: Discover,
): Objects {
  const pathOf = async ({ apiVersion, kind, namespace, name }: ObjectRef, subresource?: string) => {
    const resource = await discover(apiVersion, kind);
    return resourcePath(resource, {
      namespace: resource.namespaced ? namespace : undefined,
      name,
      subresource,
    });
  };
  const ask = async (what: ApiRequest) => (await request(what)) as KubernetesObject;
  const write = (what: ApiRequest, { fieldManager, dryRun, signal }: WriteOptions) =>
    ask({
      ...what,
      signal,
      query: { fieldManager, dryRun: dryRun === true ? 'All' : undefined, ...what.query },
    });

  return {
    get: async (ref, { signal } = {}) => ask({ path: await pathOf(ref), signal }),

    async create(object, options = {}) {
      const whole = await pathOf(refOf(object));
      return write({ method: 'POST', path: whole.slice(0, whole.lastIndexOf('/')), body: object }, options);
    },

    async replace(object, options = {}) {
      const path = await pathOf(refOf(object), options.subresource);
      return write({ method: 'PUT', path, body: object }, options);
    },

    async apply(object, options) {
      const path = await pathOf(refOf(object), options.subresource);
      const contentType = 'application/apply-patch+yaml';
      return write(
        { method: 'PATCH', path, body: object, contentType, query: { force: options.force } },
        options,
      );
    },

    async patch(ref, patch, options = {}) {
      const path = await pathOf(ref, options.subresource);
      const body = patch.type === 'json' ? patch.operations : patch.fields;
      const contentType = `application/${patch.type === 'json' ? 'json-patch' : 'merge-patch'}+json`;
      return write({ method: 'PATCH', path, body, contentType }, options);
    },

    async remove(ref, { uid, signal } = {}) {
      const options = {
        propagationPolicy: 'Background',
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      };
      await request({ method: 'DELETE', path: await pathOf(ref), body: options, signal });
    },
  };
}
