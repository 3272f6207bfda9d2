// A file of a tree, wherever the tree comes from: a folder, a git revision, standard input.

import type { FileFaultCode } from '../file-faults.ts';

export interface SourceFile {
  /** Path from the root of its tree, with `/`. */
  readonly path: string;
  /** Equal ids mean equal bytes: the object id in git, the path elsewhere. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A file that is not read, and why. */
export interface UnreadFile {
  readonly path: string;
  readonly code: FileFaultCode;
  readonly message: string;
}

export interface TreeFiles {
  readonly files: readonly SourceFile[];
  readonly unread: readonly UnreadFile[];
}

/** Whether a name is that of a manifest. Helm's and Go's templates of manifests carry other endings. */
export function isManifestName(path: string): boolean {
  return /\.(?:ya?ml|json)$/i.test(path) || isKustomization(path);
}

/** The names that Kustomize looks for. */
export function isKustomization(path: string): boolean {
  return /(?:^|\/)(?:kustomization\.ya?ml|Kustomization)$/.test(path);
}

/** Folders that hold no manifests of this repository. */
export function isSkippedFolder(name: string): boolean {
  return name === '.git' || name === 'node_modules';
}

/** A link's target as a path of the same tree; undefined when it leads out of it. */
export function resolveLink(path: string, target: string): string | undefined {
  if (target.startsWith('/')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
