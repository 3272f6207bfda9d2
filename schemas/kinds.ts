// The kinds of DappMesh: names, scope and place of their schema. The schemas' `x-dappmesh` is the only source.

import { GROUP } from './api-version.ts';
import { KIND_TABLE } from './generated/kinds.ts';

export { API_VERSION, GROUP, VERSION } from './api-version.ts';

/** `Mesh`, `Domain`, … */
export type Kind = (typeof KIND_TABLE)[number]['kind'];

export interface KindInfo {
  readonly kind: Kind;
  /** `dataproducts`, as in URLs. */
  readonly plural: string;
  readonly singular: string;
  readonly scope: 'Cluster' | 'Namespaced';
  readonly shortNames: readonly string[];
  /** Path from the root of the repository: `schemas/data-product.schema.json`. */
  /** `data-product`, the stem of every file about this kind. */
  readonly slug: string;
}

/** All kinds, vocabulary first. */
export const KINDS: readonly KindInfo[] = KIND_TABLE;

const BY_KIND: ReadonlyMap<string, KindInfo> = new Map(KINDS.map(info => [info.kind, info]));

/** What is known about a kind, or undefined when it is none of ours. */
export function kindInfo(kind: string): KindInfo | undefined {
  return BY_KIND.get(kind);
}

/** True when a document with this `apiVersion` belongs to DappMesh, whatever its version. */
export function isOurs(apiVersion: string): boolean {
  return apiVersion === GROUP || apiVersion.startsWith(`${GROUP}/`);
}
