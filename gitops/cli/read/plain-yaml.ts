// The fast first pass over YAML: it reads the block style that manifests are written in, and leaves
// everything else (anchors, tags, traps, multi-line scalars, syntax errors) to the full parser by answering
// undefined. The `yaml` library takes 1.2 ms for a manifest of 3 KB, this 0.05 ms; what it answers is always
// what the library would answer (test/gitops/cli/read/plain-yaml.test.ts compares them on random input).

import { type Cursor, indentAt, nextIndent, openCursor, skipBlank, spacesAt } from './plain-cursor.ts';
import { flowCollection } from './plain-flow.ts';
import { readBlockScalar, readContinued } from './plain-lines.ts';
import { isPlainKey, plainScalar, quotedScalar, UNSURE } from './plain-scalar.ts';

const KEY = /(?:([A-Za-z_][A-Za-z0-9_./-]{0,200})|"([^"\\]{0,200})"|'([^']{0,200})'):(?: +|$)/y;
const TRAILING = /^ *(?: #.*)?$/;
/** With what one line may nest, less than what is refused as too deep. */
const MAX_DEPTH = 32;

/** The value of one document, or undefined when the full parser has to look at it. */
export function readPlainYaml(text: string): unknown {
  const cursor = openCursor(text);
  if (cursor === undefined) return undefined;
  skipBlank(cursor);
  if (cursor.at >= cursor.lines.length) return null;
  const value = readBlock(cursor, indentAt(cursor), 0);
  return value === UNSURE || cursor.at < cursor.lines.length ? undefined : value;
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
function readValue(
  cursor: Cursor,
  start: number,
  indent: number,
  depth: number,
  inMapping: boolean,
): unknown {
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
