// Files that somebody follows, replaced as kubelet does it.

import { rename, writeFile } from 'node:fs/promises';

/** Puts a file in place at once: no look ever finds it half written. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}
