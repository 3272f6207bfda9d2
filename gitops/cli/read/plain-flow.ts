// `[a, b]` and `{key: value}` on one line: the flow collections of plain YAML.

import { isPlainKey, plainScalar, quotedScalar, UNSURE } from './plain-scalar.ts';

interface Read {
  readonly value: unknown;
  readonly end: number;
}

const PLAIN = /[^\s,[\]{}:#"'&*!|>%@`](?:[^\s,[\]{}:#]|:(?=[^\s,[\]{}])| +(?=[^\s,[\]{}:#]))*/y;
const MAX_DEPTH = 16;

/** Reads the collection that starts at `at`; undefined when it is not plain or goes on in the next line. */
export function flowCollection(text: string, at: number, depth = 0): Read | undefined {
  if (depth > MAX_DEPTH) return undefined;
  return text[at] === '[' ? flowSequence(text, at + 1, depth) : flowMapping(text, at + 1, depth);
}

function flowSequence(text: string, start: number, depth: number): Read | undefined {
  const items: unknown[] = [];
  let at = skipSpaces(text, start);
  if (text[at] === ']') return { value: items, end: at + 1 };
  for (;;) {
    const item = flowValue(text, at, depth);
    if (item === undefined) return undefined;
    items.push(item.value);
    at = skipSpaces(text, item.end);
    if (text[at] === ']') return { value: items, end: at + 1 };
    if (text[at] !== ',') return undefined;
    at = skipSpaces(text, at + 1);
  }
}

function flowMapping(text: string, start: number, depth: number): Read | undefined {
  const map: Record<string, unknown> = {};
  let at = skipSpaces(text, start);
  if (text[at] === '}') return { value: map, end: at + 1 };
  for (;;) {
    const entry = flowEntry(text, at, depth, map);
    if (entry === undefined) return undefined;
    at = skipSpaces(text, entry);
    if (text[at] === '}') return { value: map, end: at + 1 };
    if (text[at] !== ',') return undefined;
    at = skipSpaces(text, at + 1);
  }
}

/** Adds one `key: value` to the map and says where it ends; a key that is there already is for the full parser. */
function flowEntry(
  text: string,
  at: number,
  depth: number,
  map: Record<string, unknown>,
): number | undefined {
  const key = flowValue(text, at, depth);
  if (key === undefined || typeof key.value !== 'string') return undefined;
  if (!isPlainKey(key.value) || Object.hasOwn(map, key.value)) return undefined;
  if (text[key.end] !== ':' || text[key.end + 1] !== ' ') return undefined;
  const value = flowValue(text, skipSpaces(text, key.end + 1), depth);
  if (value === undefined) return undefined;
  map[key.value] = value.value;
  return value.end;
}

function flowValue(text: string, at: number, depth: number): Read | undefined {
  const first = text[at];
  if (first === '"' || first === "'") return quotedScalar(text, at);
  if (first === '[' || first === '{') return flowCollection(text, at, depth + 1);
  PLAIN.lastIndex = at;
  const plain = PLAIN.exec(text)?.[0];
  if (plain === undefined) return undefined;
  const value = plainScalar(plain);
  return value === UNSURE ? undefined : { value, end: at + plain.length };
}

function skipSpaces(text: string, at: number): number {
  let i = at;
  while (text.charCodeAt(i) === 32) i++;
  return i;
}
