// Texts of plain YAML that span lines: block scalars, and unquoted text that goes on in the next line.

import { type Cursor, indentAt, nextIndent, skipBlank, spacesAt } from './plain-cursor.ts';
import { UNSURE } from './plain-scalar.ts';

/** An unquoted text that goes on in the next lines: line breaks fold to spaces, blank lines to line breaks. */
export function readContinued(cursor: Cursor, start: string, indent: number): unknown {
  let text = start;
  while (nextIndent(cursor) > indent) {
    let breaks = 0;
    for (; (cursor.lines[cursor.at] ?? '').trim() === ''; cursor.at++) breaks++;
    const line = (cursor.lines[cursor.at++] ?? '').trim();
    if (line.includes(': ') || line.endsWith(':') || line.includes(' #')) return UNSURE;
    text += (breaks === 0 ? ' ' : '\n'.repeat(breaks)) + line;
  }
  skipBlank(cursor);
  return indentAt(cursor) > indent ? UNSURE : text;
}

/** `|` and `>` with `-`; lines that are indented further, or blank lines around, are for the full parser. */
export function readBlockScalar(cursor: Cursor, header: string, indent: number): unknown {
  if (!/^[|>]-?$/.test(header)) return UNSURE;
  const first = cursor.lines[++cursor.at] ?? '';
  const column = spacesAt(first, 0);
  if (column <= indent || column === first.length) return UNSURE;
  const margin = ' '.repeat(column);
  const content: string[] = [];
  for (; cursor.at < cursor.lines.length; cursor.at++) {
    const line = cursor.lines[cursor.at] ?? '';
    if (line !== '' && !line.startsWith(margin)) break;
    if (line !== '' && line.trimEnd() === '') return UNSURE;
    content.push(line.slice(column));
  }
  skipBlank(cursor);
  if (indentAt(cursor) > indent) return UNSURE;
  while (content.at(-1) === '') content.pop();
  const text = header[0] === '|' ? content.join('\n') : fold(content);
  return text === undefined ? UNSURE : header[1] === '-' ? text : `${text}\n`;
}

/** Lines become words, blank lines become line breaks; undefined when a line keeps its own indentation. */
function fold(lines: readonly string[]): string | undefined {
  let text = lines[0] ?? '';
  let breaks = 0;
  for (const line of lines.slice(1)) {
    if (line.startsWith(' ')) return undefined;
    if (line === '') breaks++;
    else {
      text += (breaks === 0 ? ' ' : '\n'.repeat(breaks)) + line;
      breaks = 0;
    }
  }
  return text;
}
