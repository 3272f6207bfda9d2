// The tree of a git revision → its manifests, without a checkout.

import { MAX_FILE_BYTES } from './decode-text.ts';
import { type GitBlob, listTree, readBlobs } from './git.ts';
import {
  isManifestName,
  isSkippedFolder,
  resolveLink,
  type SourceFile,
  type TreeFiles,
  type UnreadFile,
} from './source-file.ts';

/** Bytes by object id, shared by the revisions of one run: base and head of a push have most files in common. */
export type BlobCache = Map<string, Uint8Array>;

const LINK = '120000';

/** Reads all manifests of a commit. Throws CannotJudgeError when git cannot give the whole tree. */
export async function readRevision(
  repository: string,
  commit: string,
  cache: BlobCache = new Map(),
): Promise<TreeFiles> {
  const blobs = await listTree(repository, commit);
  const unread: UnreadFile[] = [];
  const links = await readLinks(repository, blobs, unread);
  const wanted: GitBlob[] = [];
  for (const blob of [...blobs.filter(({ mode }) => mode.startsWith('100')), ...links]) {
    if (!isManifestName(blob.path)) continue;
    const refused = refuse(blob);
    if (refused) unread.push(refused);
    else if (!blob.path.split('/').some(isSkippedFolder)) wanted.push(blob);
  }
  const missing = [...new Set(wanted.map(({ id }) => id))].filter(id => !cache.has(id));
  for (const [id, bytes] of await readBlobs(repository, missing)) cache.set(id, bytes);
  const files = wanted.map(
    ({ path, id }): SourceFile => ({ path, id, bytes: cache.get(id) ?? new Uint8Array() }),
  );
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), unread };
}

/** git itself does not refuse such names unless it is told to check what it receives. */
function refuse({ path, size }: GitBlob): UnreadFile | undefined {
  if (path.split('/').some(part => part === '..' || part === '.' || part === '' || /^\.git$/i.test(part))) {
    return { path, code: 'DM-FILE-017', message: 'the path would lead out of a checkout' };
  }
  if (size <= MAX_FILE_BYTES) return undefined;
  return { path, code: 'DM-FILE-004', message: `the file has ${size} bytes, ${MAX_FILE_BYTES} are allowed` };
}

/** Links to files of the tree that are not read anyway, as if the file stood there; links out of it are reported. */
async function readLinks(
  repository: string,
  blobs: readonly GitBlob[],
  unread: UnreadFile[],
): Promise<GitBlob[]> {
  const links = blobs.filter(({ mode, size }) => mode === LINK && size < 4096);
  const targets = await readBlobs(repository, [...new Set(links.map(({ id }) => id))]);
  const byPath = new Map(blobs.map(blob => [blob.path, blob]));
  return links.flatMap(link => {
    const target = Buffer.from(targets.get(link.id) ?? []).toString();
    const resolved = resolveLink(link.path, target);
    if (resolved === undefined) {
      // A link without an ending may be one to a folder, which only a checkout would show.
      const isOfInterest = isManifestName(link.path) || !/\.[^/]*$/.test(link.path);
      if (isOfInterest)
        unread.push({
          path: link.path,
          code: 'DM-FILE-016',
          message: `the link to ${target} leads out of the tree`,
        });
      return [];
    }
    const blob = byPath.get(resolved);
    const isFile = blob?.mode.startsWith('100') ?? false;
    return blob && isFile && !isManifestName(resolved) ? [{ ...blob, path: link.path }] : [];
  });
}
