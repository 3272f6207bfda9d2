// Splits a byte stream into the lines of a watch, one JSON document each.

/** A line longer than allowed: nothing of it is kept. */
export class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';

  constructor(limit: number) {
    super(`a line of the watch is longer than ${limit} bytes`);
  }
}

const NEWLINE = 0x0a;

/**
 * Gives each complete line. What follows the last newline is dropped: half a line says that the connection broke,
 * and the watch resumes before it. Throws `LineTooLongError`, and what reading throws.
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array>,
  { maxBytes, onBytes }: { maxBytes: number; onBytes: () => void },
): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    onBytes();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (length + end - start > maxBytes) throw new LineTooLongError(maxBytes);
      const line = Buffer.concat([...parts, chunk.subarray(start, end)]).toString('utf8');
      parts = [];
      length = 0;
      start = end + 1;
      if (line !== '') yield line;
    }
    parts.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > maxBytes) throw new LineTooLongError(maxBytes);
  }
}
