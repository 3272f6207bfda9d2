// Bytes → text, or the reason why they are none.

import type { TextFault } from '../file-faults.ts';
import { mentionsGroup } from './mentions.ts';

/** Larger files are refused unread. The API server takes 3 MiB in one request, so this is several objects. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

export type Decoded = { readonly text: string } | { readonly fault: TextFault };

/** Takes UTF-8 with or without a byte order mark. A file that does not concern DappMesh may be anything. */
export function decodeText(bytes: Uint8Array): Decoded {
  const wide = wideText(bytes);
  if (wide !== undefined) return mentionsGroup(wide) ? fault('the file is UTF-16') : { text: '' };
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    const loose = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return mentionsGroup(loose) ? fault('the file is not UTF-8', loose, '\ufffd') : { text: '' };
  }
  if (text.includes('\0') && mentionsGroup(text)) return fault('the file holds a NUL', text, '\0');
  return { text };
}

/** UTF-16 text when a byte order mark says so: Go's YAML reader accepts it, so it must not hide an object. */
function wideText(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return undefined;
}

function fault(message: string, text = '', culprit = ''): Decoded {
  const before = culprit === '' ? '' : text.slice(0, Math.max(0, text.indexOf(culprit)));
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return { fault: { code: 'DM-FILE-003', message, line, column } };
}
