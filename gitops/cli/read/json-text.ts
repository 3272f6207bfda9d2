// JSON with the places of its values, which `JSON.parse` does not keep, and its duplicate keys, which it drops.
// Scanned without recursion: depth is a number here, not a stack.

import type { Path } from '../../../policies/engine/verdict/verdict.ts';
import type { TextFault } from '../file-faults.ts';
import { isTooDeep, MAX_DEPTH, type Parsed, type Place } from './parsed.ts';
import { isInexact } from './yaml-places.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

interface Level {
  /** Keys seen so far; undefined in a list. */
  readonly keys: Set<string> | undefined;
  segment: string | number;
  expectsKey: boolean;
}

/** Reads one JSON document. */
export function readJson(text: string): Parsed {
  const body = text.startsWith('\ufeff') ? ` ${text.slice(1)}` : text;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return { documents: [], faults: [syntaxFault(error, body)] };
  }
  if (isTooDeep(value)) {
    const message = `nested deeper than ${MAX_DEPTH} levels`;
    return { documents: [], faults: [{ code: 'DM-FILE-005', message, line: 1, column: 1 }] };
  }
  const scan = scanPlaces(body);
  if (scan.faults.length > 0) return { documents: [], faults: scan.faults };
  const place = (path: Path) => placeAt(body, nearest(scan.offsets, path));
  return { documents: [{ value, traps: scan.traps, place }], faults: [] };
}

function syntaxFault(error: unknown, text: string): TextFault {
  const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  const position = /at position (\d+)/.exec(message)?.[1];
  const offset = position === undefined ? text.length : Number(position);
  return {
    code: 'DM-FILE-001',
    message: message.replace(/ in JSON at position.*$/, ''),
    ...placeAt(text, offset),
  };
}

function scanPlaces(text: string): { offsets: Map<string, number>; faults: TextFault[]; traps: TextFault[] } {
  const offsets = new Map<string, number>();
  const faults: TextFault[] = [];
  const traps: TextFault[] = [];
  const levels: Level[] = [];
  // A state machine over tokens: the text is known to be valid JSON.
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '}' || token === ']') levels.pop();
    else if (token === ':') continue;
    else if (token === ',') advance(level);
    else if (level?.expectsKey) {
      level.segment = String(JSON.parse(token));
      level.expectsKey = false;
      if (level.keys?.has(level.segment)) {
        const message = `the key ${level.segment} occurs twice`;
        faults.push({ code: 'DM-FILE-002', message, ...placeAt(text, index) });
      }
      level.keys?.add(level.segment);
      offsets.set(pointer(levels), index);
    } else {
      if (level?.keys === undefined || isScalarToken(token)) offsets.set(pointer(levels), index);
      if (token === '{') levels.push({ keys: new Set(), segment: '', expectsKey: true });
      else if (token === '[') levels.push({ keys: undefined, segment: 0, expectsKey: false });
      else if (token[0] !== '"' && isInexact(JSON.parse(token))) {
        traps.push({
          code: 'DM-FILE-019',
          message: `the number ${token} is not exact`,
          ...placeAt(text, index),
        });
      }
    }
  }
  return { offsets, faults, traps };
}

function advance(level: Level | undefined): void {
  if (level === undefined) return;
  if (level.keys) level.expectsKey = true;
  else level.segment = Number(level.segment) + 1;
}

function isScalarToken(token: string): boolean {
  return token !== '{' && token !== '[';
}

function pointer(levels: readonly Level[]): string {
  return JSON.stringify(levels.map(level => level.segment));
}

function nearest(offsets: ReadonlyMap<string, number>, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsets.get(JSON.stringify(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
