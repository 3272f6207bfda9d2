// The files of a bundle, out of the archive, within limits: what unpacks to more than that is not read to its end.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { BundleRejectedError } from './bundle-rejected-error.ts';

/** Limits on what a file may unpack to. */
const COMPRESSED_LIMIT = 32 * 1024 * 1024;
const UNPACKED_LIMIT = 64 * 1024 * 1024;
const FILE_LIMIT = 2000;

/**
 * Takes a .tar.gz, gives its files by path. Throws BundleRejectedError for what is none, and for more than a bundle
 * can be.
 */
export async function unpack(bytes: Uint8Array): Promise<Map<string, Buffer>> {
  if (bytes.byteLength > COMPRESSED_LIMIT) {
    throw new BundleRejectedError([
      `it has ${bytes.byteLength} bytes, over the limit of ${COMPRESSED_LIMIT}`,
    ]);
  }
  const unpacked = await inflate(bytes);
  const files = new Map<string, Buffer>();
  const parser = new Parser({ strict: true });
  let entries = 0;
  parser.on('entry', (entry: ReadEntry) => {
    entries += 1;
    if (entries > FILE_LIMIT) parser.abort(new Error(`more than ${FILE_LIMIT} files`));
    const chunks: Buffer[] = [];
    entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    entry.on('end', () => files.set(entry.path.replace(/^\//, ''), Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', error => reject(new BundleRejectedError([`it is no tar archive: ${error.message}`])));
    parser.end(unpacked);
  });
  return files;
}

async function inflate(bytes: Uint8Array): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: UNPACKED_LIMIT });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BundleRejectedError([`it cannot be unpacked within ${UNPACKED_LIMIT} bytes: ${reason}`], {
      cause: error,
    });
  }
}
