// The full YAML parser: any document that the fast pass leaves alone, and the places of all of them.

import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { TextFault } from '../file-faults.ts';
import { isTooDeep, MAX_DEPTH, type Parsed, type ParsedDocument, type Place } from './parsed.ts';
import { findKeyFaults, findScalarTraps, type OffsetFault, offsetOf } from './yaml-places.ts';

/** A value may be repeated this often by aliases, nested ones multiplied; as the library's default. */
const MAX_ALIASES = 100;

/** Reads YAML 1.2 with merge keys, since kubectl and Kustomize merge. `firstLine` counts from 0. */
export function readFullYaml(text: string, firstLine = 0): Parsed {
  const lineCounter = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: firstLine + Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults: TextFault[] = [];
  const documents: ParsedDocument[] = [];
  for (const document of parseDocuments(text, lineCounter)) {
    const read = readDocument(document);
    if ('faults' in read) faults.push(...read.faults.map(at => toFault(at, placeAt)));
    else if (read.value !== null) documents.push(withPlaces(document, read.value, placeAt));
  }
  return { documents, faults };
}

function parseDocuments(text: string, lineCounter: LineCounter): Document[] {
  const documents = parseAllDocuments(text, {
    lineCounter,
    keepSourceTokens: false,
    logLevel: 'silent',
    merge: true,
    prettyErrors: false,
    // Checked by findKeyFaults in linear time.
    uniqueKeys: false,
  });
  return Array.isArray(documents) ? documents : [];
}

function readDocument(document: Document): { value: unknown } | { faults: OffsetFault[] } {
  const [error] = document.errors;
  if (error) {
    const deep = error.code === 'RESOURCE_EXHAUSTION';
    const code = deep ? 'DM-FILE-005' : 'DM-FILE-001';
    const message = deep ? `nested deeper than ${MAX_DEPTH} levels` : firstLineOf(error.message);
    return { faults: [{ code, message, offset: error.pos[0] }] };
  }
  const keyFaults = findKeyFaults(document);
  if (keyFaults.length > 0) return { faults: keyFaults };
  return toValue(document);
}

function toValue(document: Document): { value: unknown } | { faults: OffsetFault[] } {
  const offset = document.range?.[0] ?? 0;
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (!isTooDeep(value)) return { value };
    return { faults: [{ code: 'DM-FILE-005', message: `nested deeper than ${MAX_DEPTH} levels`, offset }] };
  } catch (error) {
    // The library throws a ReferenceError both for an alias bomb and for an alias to nothing.
    const bomb = error instanceof Error && error.message.startsWith('Excessive alias count');
    if (bomb)
      return { faults: [{ code: 'DM-FILE-006', message: 'aliases repeat values too often', offset }] };
    const message = error instanceof Error ? firstLineOf(error.message) : String(error);
    return { faults: [{ code: 'DM-FILE-001', message, offset }] };
  }
}

function withPlaces(document: Document, value: unknown, placeAt: (offset: number) => Place): ParsedDocument {
  const traps = findScalarTraps(document).map(at => toFault(at, placeAt));
  return { value, traps, place: path => placeAt(offsetOf(document, path)) };
}

function toFault(at: OffsetFault, placeAt: (offset: number) => Place): TextFault {
  return { code: at.code, message: at.message, ...placeAt(at.offset) };
}

function firstLineOf(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/:$/, '');
}
