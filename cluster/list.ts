// Lists a collection in pages, as raw JSON.

import type { KubernetesObject } from './kubernetes-object.ts';
import type { ApiRequest } from './request.ts';
import { type Resource, resourcePath } from './resource-path.ts';

/** What is listed or watched. */
export interface Selection {
  readonly resource: Resource;
  /** All namespaces when absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  /** Only apiVersion, kind and metadata of each: definitions, for one, are large. */
  readonly metadataOnly?: boolean | undefined;
}

export interface Page {
  readonly items: readonly KubernetesObject[];
  /** Of the whole list: the same on every page. A watch continues from it. */
  readonly resourceVersion: string;
}

interface ListResponse {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly Partial<KubernetesObject>[] | null;
}

/** As client-go's pager: large enough to be few, small enough for the API server to hold. */
const PAGE_SIZE = 500;

/**
 * Gives the pages as they arrive. Throws what the request throws; a 410 in the middle means that the snapshot behind
 * the list is gone, and the list has to start again.
 */
export async function* listPages(
  cluster: { request<Answer>(request: ApiRequest): Promise<Answer> },
  selection: Selection,
  { signal, pageSize = PAGE_SIZE }: { signal?: AbortSignal; pageSize?: number } = {},
): AsyncGenerator<Page> {
  const path = resourcePath(selection.resource, { namespace: selection.namespace });
  const { labelSelector } = selection;
  let next: string | undefined;
  do {
    const query = { limit: pageSize, continue: next, labelSelector };
    const accept = acceptOf(selection, 'List');
    const list: ListResponse = await cluster.request({ path, query, accept, signal, timeoutMs: 60_000 });
    yield { items: itemsOf(list), resourceVersion: list.metadata.resourceVersion };
    next = list.metadata.continue || undefined;
  } while (next !== undefined);
}

/** What to ask for as `Accept`; the API server cuts the objects down itself. */
export function acceptOf({ metadataOnly }: Selection, form: 'List' | '' = ''): string | undefined {
  if (metadataOnly !== true) return undefined;
  return `application/json;as=PartialObjectMetadata${form};g=meta.k8s.io;v=v1`;
}

/** Items of built-in kinds come without apiVersion and kind; those of the list say what they are. */
function itemsOf({ apiVersion, kind, items }: ListResponse): readonly KubernetesObject[] {
  const type = { apiVersion, kind: kind.replace(/List$/, '') };
  return (items ?? []).map(item => ({ ...type, ...item }) as KubernetesObject);
}
