// The fast first pass over YAML: it reads the block style that manifests are written in, and leaves
// everything else (anchors, tags, traps, multi-line scalars, syntax errors) to the full parser by answering
// undefined. The `yaml` library takes 1.2 ms for a manifest of 3 KB, this 0.05 ms; what it answers is always
// what the library would answer (test/gitops/cli/read/plain-yaml.test.ts compares them on random input).

import { flowCollection } from './plain-flow.ts';
import { isPlainKey, plainScalar, quotedScalar, UNSURE } from './plain-scalar.ts';

/** Tabs, carriage returns, other control characters and exotic line breaks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const UNUSUAL = /[\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff]/;
const KEY = /(?:([A-Za-z_][A-Za-z0-9_./-]{0,200})|"([^"\\]{0,200})"|'([^']{0,200})'):(?: +|$)/y;
const TRAILING = /^ *(?: #.*)?$/;
const MAX_DEPTH = 64;

interface Cursor {
  readonly lines: string[];
  /** Columns of indentation of each line; −1 for blank lines and comments. */
  readonly indents: number[];
  at: number;
}

/** The value of one document, or undefined when the full parser has to look at it. */
export function readPlainYaml(text: string): unknown {
  if (UNUSUAL.test(text)) return undefined;
  const cursor = openCursor(text);
  if (cursor === undefined) return undefined;
  skipBlank(cursor);
  if (cursor.at >= cursor.lines.length) return null;
  const value = readBlock(cursor, indentAt(cursor), 0);
  return value === UNSURE || cursor.at < cursor.lines.length ? undefined : value;
}

/** Splits into lines; a document marker is only known as the very first line, directives not at all. */
function openCursor(text: string): Cursor | undefined {
  const lines = text.split('\n');
  if (lines[0] === '---') lines[0] = '';
  const indents = new Array<number>(lines.length);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.startsWith('---') || line.startsWith('...') || line.startsWith('%')) return undefined;
    indents[i] = indentOf(line);
  }
  return { lines, indents, at: 0 };
}

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 32) indent++;
  return indent === line.length || line.charCodeAt(indent) === 35 ? -1 : indent;
}

function skipBlank(cursor: Cursor): void {
  while (cursor.at < cursor.lines.length && cursor.indents[cursor.at] === -1) cursor.at++;
}

function indentAt(cursor: Cursor): number {
  return cursor.indents[cursor.at] ?? -1;
}

function readBlock(cursor: Cursor, indent: number, depth: number): unknown {
  if (depth > MAX_DEPTH) return UNSURE;
  return isItem(cursor.lines[cursor.at] ?? '', indent)
    ? readSequence(cursor, indent, depth)
    : readMapping(cursor, indent, depth);
}

function isItem(line: string, indent: number): boolean {
  return line[indent] === '-' && (line.length === indent + 1 || line[indent + 1] === ' ');
}

function readMapping(cursor: Cursor, indent: number, depth: number): unknown {
  const map: Record<string, unknown> = {};
  while (cursor.at < cursor.lines.length && indentAt(cursor) === indent) {
    const line = cursor.lines[cursor.at] ?? '';
    if (isItem(line, indent)) return UNSURE;
    KEY.lastIndex = indent;
    const match = KEY.exec(line);
    const key = match?.[1] ?? match?.[2] ?? match?.[3];
    if (key === undefined || !isPlainKey(key) || Object.hasOwn(map, key)) return UNSURE;
    const value = readValue(cursor, KEY.lastIndex, indent, depth, true);
    if (value === UNSURE) return UNSURE;
    map[key] = value;
  }
  return indentAt(cursor) > indent ? UNSURE : map;
}

function readSequence(cursor: Cursor, indent: number, depth: number): unknown {
  const items: unknown[] = [];
  while (cursor.at < cursor.lines.length && indentAt(cursor) === indent) {
    const line = cursor.lines[cursor.at] ?? '';
    if (!isItem(line, indent)) break;
    const start = indent + 1 + spacesAt(line, indent + 1);
    const item = startsCollection(line, start)
      ? readCompact(cursor, start, depth)
      : readValue(cursor, start, indent, depth, false);
    if (item === UNSURE) return UNSURE;
    items.push(item);
  }
  return indentAt(cursor) > indent ? UNSURE : items;
}

function startsCollection(line: string, start: number): boolean {
  KEY.lastIndex = start;
  return isItem(line, start) || KEY.test(line);
}

/** `- key: value`: the rest of the line is the first line of a collection that is indented to where it starts. */
function readCompact(cursor: Cursor, start: number, depth: number): unknown {
  cursor.lines[cursor.at] = ' '.repeat(start) + (cursor.lines[cursor.at] ?? '').slice(start);
  cursor.indents[cursor.at] = start;
  return readBlock(cursor, start, depth + 1);
}

/** What stands after `key: ` or `- `; in a mapping the items of a sequence may stand under their key. */
function readValue(cursor: Cursor, start: number, indent: number, depth: number, inMapping: boolean): unknown {
  const line = cursor.lines[cursor.at] ?? '';
  const first = line[start];
  if (first === undefined || first === '#') return readNested(cursor, indent, depth, inMapping);
  if (first === '|' || first === '>') return readBlockScalar(cursor, line.slice(start), indent);
  const value = readInline(line, start, first);
  cursor.at++;
  if (typeof value === 'string' && /[\w/]/.test(first) && nextIndent(cursor) > indent) {
    return line.includes(' #', start) ? UNSURE : readContinued(cursor, value, indent);
  }
  skipBlank(cursor);
  return indentAt(cursor) > indent ? UNSURE : value;
}

/** Indentation of the next line that is not empty. */
function nextIndent(cursor: Cursor): number {
  let at = cursor.at;
  while (cursor.lines[at]?.trim() === '') at++;
  return cursor.indents[at] ?? -1;
}

/** An unquoted text that goes on in the next lines: line breaks fold to spaces, blank lines to line breaks. */
function readContinued(cursor: Cursor, start: string, indent: number): unknown {
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

function readInline(line: string, start: number, first: string): unknown {
  if (first === '"' || first === "'" || first === '[' || first === '{') {
    const quoted = first === '"' || first === "'";
    const read = quoted ? quotedScalar(line, start) : flowCollection(line, start);
    return read !== undefined && TRAILING.test(line.slice(read.end)) ? read.value : UNSURE;
  }
  const comment = line.indexOf(' #', start);
  return plainScalar(line.slice(start, comment === -1 ? undefined : comment).trimEnd());
}

function readNested(cursor: Cursor, indent: number, depth: number, inMapping: boolean): unknown {
  cursor.at++;
  skipBlank(cursor);
  const next = indentAt(cursor);
  if (next > indent) return readBlock(cursor, next, depth + 1);
  const under = inMapping && next === indent && isItem(cursor.lines[cursor.at] ?? '', indent);
  return under ? readSequence(cursor, indent, depth + 1) : null;
}

/** `|` and `>` with `-`; lines that are indented further, or blank lines around, are for the full parser. */
function readBlockScalar(cursor: Cursor, header: string, indent: number): unknown {
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

function spacesAt(line: string, from: number): number {
  let i = from;
  while (line.charCodeAt(i) === 32) i++;
  return i - from;
}
