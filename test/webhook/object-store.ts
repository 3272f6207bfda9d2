// A twin of the API server for single objects: versions, conflicts, merge patches.

import { ApiError } from '../../cluster/api-error.ts';
import type { ApiRequest } from '../../cluster/request.ts';

interface Stored {
  metadata: { name: string; resourceVersion?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export interface ObjectStore {
  readonly objects: Map<string, Stored>;
  readonly requests: ApiRequest[];
  /** Called before each request; may throw, or change what is stored. */
  before: (request: ApiRequest) => void;
  request<Answer>(request: ApiRequest): Promise<Answer>;
}

export function createObjectStore(): ObjectStore {
  const objects = new Map<string, Stored>();
  let version = 0;
  function put(path: string, object: Stored): Stored {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    objects.set(path, stored);
    return structuredClone(stored);
  }
  function answer(request: ApiRequest): Stored {
    const { method = 'GET', path } = request;
    const body = structuredClone(request.body) as Stored;
    if (method === 'POST') {
      const own = `${path}/${body.metadata.name}`;
      if (objects.has(own)) throw refused(409, 'AlreadyExists');
      return put(own, body);
    }
    const stored = objects.get(path);
    if (stored === undefined) throw refused(404, 'NotFound');
    if (method === 'GET') return structuredClone(stored);
    const wanted = body.metadata?.resourceVersion;
    if (wanted !== undefined && wanted !== stored.metadata.resourceVersion) throw refused(409, 'Conflict');
    if (method === 'PUT') return put(path, body);
    return put(path, { ...stored, ...body, metadata: { ...stored.metadata, ...body.metadata } });
  }
  const store: ObjectStore = {
    objects,
    requests: [],
    before: () => {},
    async request<Answer>(request: ApiRequest) {
      store.requests.push(request);
      store.before(request);
      return answer(request) as Answer;
    },
  };
  return store;
}

function refused(status: number, reason: string): ApiError {
  return new ApiError({ status, reason, message: reason });
}
