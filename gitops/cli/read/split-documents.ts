// A YAML stream → its documents, so that one odd document does not slow down the reading of all the others.

export interface Chunk {
  readonly text: string;
  /** Line of the file, counted from 0, on which the chunk starts. */
  readonly firstLine: number;
}

const SPECIAL = /^(?:%|\.\.\.)/m;
const MARKER = /^---(?=\s|$)/gm;

/** Cuts before each `---`, which YAML allows nowhere else at the start of a line. With directives: one chunk. */
export function splitDocuments(text: string): Chunk[] {
  if (SPECIAL.test(text)) return [{ text, firstLine: 0 }];
  const starts = [0];
  for (const match of text.matchAll(MARKER)) if (match.index > 0) starts.push(match.index);
  if (starts.length === 1) return [{ text, firstLine: 0 }];
  let firstLine = 0;
  return starts.map((start, i) => {
    const chunk = { text: text.slice(start, starts[i + 1]), firstLine };
    firstLine += countLines(chunk.text);
    return chunk;
  });
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
