// The files of a tree → the tree: reads each file, takes the objects out, and notes what is wrong with either.

import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import type { Path } from '../../policies/engine/verdict/verdict.ts';
import { withDefaults } from '../../schemas/defaults.ts';
import { kindInfo } from '../../schemas/kinds.ts';
import type { FileFaultCode } from './file-faults.ts';
import { type FaultSubject, toFileFinding } from './located-finding.ts';
import { decodeText } from './read/decode-text.ts';
import { Kustomizations } from './read/kustomize.ts';
import { extractObjects, type Found, type Misfit } from './read/manifests.ts';
import type { Place } from './read/parsed.ts';
import { type ReadDocuments, readDocuments } from './read/read-documents.ts';
import { isKustomization, type SourceFile, type TreeFiles } from './read/source-file.ts';
import { keyOf, type Manifest, type Tree, type TreeFinding } from './tree.ts';

/** Texts that were read, by id, shared by the trees of one run. */
export type DocumentCache = Map<string, { readonly text: string; readonly read: ReadDocuments }>;

export interface TreeOptions {
  readonly shown?: (path: string) => string;
  readonly cache?: DocumentCache;
}

/** Reads all files of a tree. Nothing about a file makes it throw. */
export function buildTree({ files, unread }: TreeFiles, options: TreeOptions = {}): Tree {
  const builder = new TreeBuilder(files, options);
  for (const { path, code, message } of unread) builder.report(path, code, message, { line: 1, column: 1 });
  for (const file of files) if (!isKustomization(file.path)) builder.add(file);
  builder.reportKustomizations();
  return builder;
}

class TreeBuilder implements Tree {
  readonly manifests = new Map<string, Manifest>();
  readonly findings: TreeFinding[] = [];
  readonly ids: ReadonlyMap<string, string>;
  readonly files: number;
  others = 0;
  readonly #kustomizations: Kustomizations;
  readonly #shown: (path: string) => string;
  readonly #cache: DocumentCache;
  readonly #lines = new Map<string, string[]>();
  readonly #texts = new Map<string, string>();

  constructor(files: readonly SourceFile[], { shown = path => path, cache = new Map() }: TreeOptions) {
    this.files = files.length;
    this.ids = new Map(files.map(({ path, id }) => [path, id]));
    this.#kustomizations = new Kustomizations(files);
    this.#shown = shown;
    this.#cache = cache;
  }

  add(file: SourceFile): void {
    const content = this.#read(file);
    if (content === undefined) return;
    const { faults, documents, others } = content.read;
    this.#texts.set(file.path, content.text);
    this.others += others;
    for (const fault of faults) this.report(file.path, fault.code, fault.message, fault);
    const extracted = documents.flatMap(document =>
      extractObjects(document).map(part => ({ part, document })),
    );
    const ours = extracted.filter(({ part }) => part !== 'other');
    this.others += extracted.length - ours.length;
    if (ours.length > 0 && this.#kustomizations.isPatch(file.path)) {
      const message = 'the file patches a DappMesh object; a fragment is not judged';
      return this.report(file.path, 'DM-FILE-015', message, { line: 1, column: 1 });
    }
    for (const document of new Set(ours.map(each => each.document))) {
      for (const trap of document.traps) this.report(file.path, trap.code, trap.message, trap);
    }
    for (const { part } of ours) {
      if (part === 'other') continue;
      if ('found' in part) this.#addObject(file.path, part.found);
      else this.#addMisfit(file.path, part.misfit);
    }
  }

  report(file: string, code: FileFaultCode, message: string, place: Place, subject: FaultSubject = {}): void {
    const at = {
      file: this.#shown(file),
      source: this.#line(file, place.line),
      line: place.line,
      column: place.column,
    };
    this.findings.push({ file, finding: toFileFinding(code, message, at, subject) });
  }

  reportKustomizations(): void {
    const files = [...new Set([...this.manifests.values()].map(({ file }) => file))];
    for (const { path, field } of this.#kustomizations.changing(files)) {
      const message = `${field} changes DappMesh objects when this is built; the files are judged as they stand`;
      this.report(path, 'DM-FILE-015', message, { line: 1, column: 1 });
    }
  }

  #read(file: SourceFile): { text: string; read: ReadDocuments } | undefined {
    // The same bytes under another ending may be another language.
    const id = `${file.id} ${file.path.endsWith('.json') ? 'json' : 'yaml'}`;
    const known = this.#cache.get(id);
    if (known) return known;
    const decoded = decodeText(file.bytes);
    if ('fault' in decoded) {
      this.report(file.path, decoded.fault.code, decoded.fault.message, decoded.fault);
      return undefined;
    }
    const content = { text: decoded.text, read: readDocuments(decoded.text, file.path) };
    this.#cache.set(id, content);
    return content;
  }

  #addMisfit(file: string, misfit: Misfit): void {
    this.report(file, misfit.code, misfit.message, misfit.document.place(misfit.path), misfit);
  }

  #addObject(file: string, found: Found): void {
    const locate = (path: Path) => {
      const place = found.document.place([...found.prefix, ...path]);
      return { ...place, source: this.#line(file, place.line) };
    };
    const placed = this.#inNamespace(file, found.object, locate);
    if (placed === undefined) return;
    const object = withDefaults(placed.kind, placed);
    const { kind, metadata } = object;
    const key = keyOf(kind, metadata.namespace, metadata.name);
    const subject = { kind, namespace: metadata.namespace ?? '', name: metadata.name };
    const manifest: Manifest = { key, object, file, shown: this.#shown(file), locate };
    const first = this.manifests.get(key);
    if (first === undefined) return void this.manifests.set(key, manifest);
    this.#addTwin(first, manifest, subject);
    this.#addTwin(manifest, first, subject);
  }

  /** An object that is defined twice is reported at both places: either may be the one that was pushed. */
  #addTwin(here: Manifest, there: Manifest, subject: FaultSubject): void {
    const message = `the object is also defined in ${there.shown}:${there.locate([]).line}`;
    this.report(here.file, 'DM-FILE-009', message, here.locate(['metadata', 'name']), subject);
  }

  /** The object as it is applied, undefined without a namespace; says what is wrong with its namespace. */
  #inNamespace(file: string, object: MeshObject, locate: (path: Path) => Place): MeshObject | undefined {
    const { kind, metadata } = object;
    const path = ['metadata', 'namespace'];
    const subject = { kind, name: metadata.name, path };
    const isCluster = kindInfo(kind)?.scope === 'Cluster';
    if (isCluster) {
      if (metadata.namespace === undefined) return object;
      this.report(file, 'DM-FILE-018', `a ${kind} belongs to no namespace`, locate(path), subject);
      const { namespace: _, ...rest } = metadata;
      return { ...object, metadata: rest };
    }
    const [namespace, ...more] = this.#kustomizations.namespacesOf(file);
    if (more.length > 0) {
      const message = `Kustomizations put the object into ${[namespace, ...more].join(', ')}; it is judged in ${namespace}`;
      this.report(file, 'DM-FILE-020', message, locate(path), subject);
    }
    if (namespace !== undefined) return { ...object, metadata: { ...metadata, namespace } };
    if (typeof metadata.namespace === 'string' && metadata.namespace !== '') return object;
    const message = `a ${kind} lives in a namespace, and none is set`;
    this.report(file, 'DM-FILE-012', message, locate(path), subject);
    return undefined;
  }

  #line(file: string, line: number): string {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = (this.#texts.get(file) ?? '').split(/\r?\n/);
      this.#lines.set(file, lines);
    }
    return lines[line - 1] ?? '';
  }
}
