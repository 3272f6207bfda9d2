// A tree as it is judged: its objects by identity, and everything that is wrong with the files themselves.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import type { Path } from '../../policies/engine/verdict/verdict.ts';
import type { LocatedFinding } from './located-finding.ts';
import type { Place } from './read/parsed.ts';

/** An object of the tree with the place it comes from. */
export interface Manifest {
  readonly key: string;
  /** As the API server would store it: in the namespace that its Kustomization gives, with the defaults of its CRD. */
  readonly object: MeshObject;
  /** Path in the tree; `shown` is what people see. */
  readonly file: string;
  readonly shown: string;
  /** Place of a path of the object in the file, with the text of that line. */
  locate(path: Path): Place & { readonly source: string };
}

export interface Tree {
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly findings: readonly TreeFinding[];
  /** Path in the tree → id of the content. */
  readonly ids: ReadonlyMap<string, string>;
  readonly files: number;
  /** Documents that are no DappMesh objects. */
  readonly others: number;
}

/** A finding about a file, with the file's path in the tree. */
export interface TreeFinding {
  readonly file: string;
  readonly finding: LocatedFinding;
}

/** The identity of an object, as in the API: `DataProduct/sales/orders`, `Mesh//retail`. */
export function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
