// What the Kustomizations of a tree do to the objects in it. Kustomize itself is not imitated: only the namespace,
// which is part of an object's identity, and which files are patches (fragments, not objects) are taken from it.

import { GROUP, KINDS } from '../../../schemas/kinds.ts';
import { decodeText } from './decode-text.ts';
import { isMap } from './manifests.ts';
import { readDocuments } from './read-documents.ts';
import { isKustomization, resolveLink, type SourceFile } from './source-file.ts';

interface Kustomization {
  readonly path: string;
  readonly folder: string;
  /** Files and folders, as paths of the tree. Places outside the tree and remote ones are left out. */
  readonly resources: ReadonlySet<string>;
  readonly patches: readonly string[];
  readonly namespace: string | undefined;
  /** The field that changes objects in ways that only a build shows. */
  readonly changedBy: string | undefined;
}

const PATCHES = ['patches', 'patchesStrategicMerge', 'patchesJson6902'] as const;
const CHANGING = [
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'replacements',
  'transformers',
  'components',
] as const;

/** In an inline patch or in a patch's target. */
const OUR_KIND = new RegExp(
  `${GROUP.replace('.', '\\\\.')}/|kind\\W{1,6}(?:${KINDS.map(({ kind }) => kind).join('|')})\\b`,
);

export class Kustomizations {
  readonly #all: readonly Kustomization[];
  readonly #patches: ReadonlySet<string>;

  constructor(files: readonly SourceFile[]) {
    this.#all = files.filter(({ path }) => isKustomization(path)).flatMap(readKustomization);
    const resources = new Set(this.#all.flatMap(({ resources }) => [...resources]));
    const patches = this.#all.flatMap(({ patches }) => patches).filter(path => !resources.has(path));
    this.#patches = new Set(patches);
  }

  /** Whether the file holds fragments only. A Kustomization speaks for its own folder, and a resource is no patch. */
  isPatch(path: string): boolean {
    return this.#patches.has(path);
  }

  /** The namespaces that the outermost Kustomizations put the objects of a file into, sorted; mostly none or one. */
  namespacesOf(path: string): string[] {
    const namespaces = new Set<string>();
    for (const kustomization of this.#listing(path)) this.#collect(kustomization, undefined, namespaces, []);
    return [...namespaces].sort();
  }

  /** Kustomizations that change one of the files given, with the field that does. */
  changing(paths: readonly string[]): { path: string; field: string }[] {
    const reached = new Set<string>();
    const climb = (kustomization: Kustomization): void => {
      if (reached.has(kustomization.path)) return;
      reached.add(kustomization.path);
      for (const parent of this.#listing(kustomization.folder)) climb(parent);
    };
    for (const path of paths) for (const kustomization of this.#listing(path)) climb(kustomization);
    return this.#all.flatMap(({ path, changedBy }) =>
      changedBy !== undefined && reached.has(path) ? [{ path, field: changedBy }] : [],
    );
  }

  #listing(resource: string): Kustomization[] {
    return this.#all.filter(({ resources }) => resources.has(resource));
  }

  /** Climbs to the Kustomizations that nothing includes: those are built, and their namespace wins. */
  #collect(
    kustomization: Kustomization,
    inner: string | undefined,
    into: Set<string>,
    visited: readonly Kustomization[],
  ): void {
    if (visited.includes(kustomization)) return;
    const namespace = kustomization.namespace ?? inner;
    const parents = this.#listing(kustomization.folder);
    if (parents.length === 0 && namespace !== undefined) into.add(namespace);
    for (const parent of parents) this.#collect(parent, namespace, into, [...visited, kustomization]);
  }
}

function readKustomization(file: SourceFile): Kustomization[] {
  const decoded = decodeText(file.bytes);
  if ('fault' in decoded) return [];
  const value = readDocuments(decoded.text, file.path, true).documents[0]?.value;
  if (!isMap(value)) return [];
  const at = (reference: string): string[] => {
    const path = reference.includes('://')
      ? undefined
      : resolveLink(file.path, reference.replace(/\/+$/, ''));
    return path === undefined ? [] : [path];
  };
  const folder = file.path.includes('/') ? file.path.slice(0, file.path.lastIndexOf('/')) : '';
  const { namespace } = value;
  return [
    {
      path: file.path,
      folder,
      resources: new Set([...textsOf(value['resources']), ...textsOf(value['bases'])].flatMap(at)),
      patches: patchFiles(value)
        .flatMap(at)
        .filter(path => isBelow(path, folder)),
      namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
      changedBy:
        CHANGING.find(field => value[field] !== undefined) ??
        PATCHES.find(field => OUR_KIND.test(JSON.stringify(value[field] ?? ''))),
    },
  ];
}

/** Inline patches span lines or start like YAML; the rest are file names. */
function patchFiles(kustomization: Record<string, unknown>): string[] {
  const listed = [kustomization['patches'], kustomization['patchesJson6902']].flatMap(list =>
    Array.isArray(list) ? list.map((patch: unknown) => (isMap(patch) ? patch['path'] : undefined)) : [],
  );
  const paths = [...listed, ...textsOf(kustomization['patchesStrategicMerge'])];
  return paths.filter((path): path is string => typeof path === 'string' && !path.includes('\n'));
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}
