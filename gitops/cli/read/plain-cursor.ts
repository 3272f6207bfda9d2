// The lines of a document of plain YAML, their indentation, and the one that is read next.

/** Tabs, carriage returns, other control characters and exotic line breaks. */
const UNUSUAL = /[^\P{Cc}\n]|[\xa0\u2028\u2029\ufeff]/u;

export interface Cursor {
  readonly lines: string[];
  /** Columns of indentation of each line; −1 for blank lines and comments. */
  readonly indents: number[];
  at: number;
}

/**
 * Splits into lines. A document marker is only known as the very first line, directives and unusual characters not at
 * all: undefined.
 */
export function openCursor(text: string): Cursor | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const lines = text.split('\n');
  if (lines[0] === '---') lines[0] = '';
  const indents: number[] = [];
  for (const line of lines) {
    if (line.startsWith('---') || line.startsWith('...') || line.startsWith('%')) return undefined;
    indents.push(indentOf(line));
  }
  return { lines, indents, at: 0 };
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent++;
  return indent === line.length || line.charCodeAt(indent) === 35 ? -1 : indent;
}

export function skipBlank(cursor: Cursor): void {
  while (cursor.at < cursor.lines.length && cursor.indents[cursor.at] === -1) cursor.at++;
}

export function indentAt(cursor: Cursor): number {
  return cursor.indents[cursor.at] ?? -1;
}

/** Indentation of the next line that is not empty. */
export function nextIndent(cursor: Cursor): number {
  let at = cursor.at;
  while (cursor.lines[at]?.trim() === '') at++;
  return cursor.indents[at] ?? -1;
}

/** How many spaces there are from a column on. */
export function spacesAt(line: string, from: number): number {
  let i = from;
  while (line.charCodeAt(i) === 32) i++;
  return i - from;
}
