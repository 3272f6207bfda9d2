// Paths → places in a YAML document, and the faults that only its syntax tree shows.

import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Scalar,
  visit,
} from 'yaml';
import type { Path } from '../../../policies/engine/verdict/verdict.ts';
import type { FileFaultCode } from '../file-faults.ts';
import { findTrap } from './yaml-traps.ts';

/** A fault at an offset of the text; the caller knows the line. */
export interface OffsetFault {
  readonly code: FileFaultCode;
  readonly message: string;
  readonly offset: number;
}

/** Duplicate keys and keys that are not text. The library's own check takes seconds for 20,000 keys. */
export function findKeyFaults(document: Document): OffsetFault[] {
  const faults: OffsetFault[] = [];
  visit(document, {
    Map(_, map) {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const offset = startOf(key) ?? startOf(map) ?? 0;
        if (isCollection(key) || isAlias(key)) {
          faults.push({ code: 'DM-FILE-001', message: 'a key has to be plain text', offset });
          continue;
        }
        const name = String(isScalar(key) ? (key.value ?? '') : key);
        if (seen.has(name))
          faults.push({ code: 'DM-FILE-002', message: `the key ${name} occurs twice`, offset });
        seen.add(name);
      }
    },
  });
  return faults;
}

/** Unquoted scalars, keys included, that not every reader takes for the same value. */
export function findScalarTraps(document: Document): OffsetFault[] {
  const faults: OffsetFault[] = [];
  visit(document, {
    Scalar(_, scalar) {
      const offset = startOf(scalar) ?? 0;
      if (scalar.tag !== undefined) {
        faults.push({
          code: 'DM-FILE-007',
          message: `the tag ${scalar.tag} is not read alike by all`,
          offset,
        });
      }
      if (scalar.type !== Scalar.PLAIN) return;
      const source = scalar.source ?? '';
      const trap = findTrap(source);
      if (trap) faults.push({ ...trap, offset });
      else if (isInexact(scalar.value)) {
        faults.push({ code: 'DM-FILE-019', message: `the number ${source} is not exact`, offset });
      }
    },
  });
  return faults;
}

/** Numbers that not every reader holds alike. */
export function isInexact(value: unknown): boolean {
  if (typeof value !== 'number') return false;
  return !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value));
}

/** The offset of what the path leads to: a scalar itself, a collection by its key, else the nearest that exists. */
export function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const segment of path) {
    const next = step(resolve(node, document), segment);
    if (next === undefined) return offset;
    offset =
      (isScalar(next.value) ? startOf(next.value) : undefined) ??
      startOf(next.key) ??
      startOf(next.value) ??
      offset;
    node = next.value;
  }
  return offset;
}

function step(node: unknown, segment: string | number): { key: unknown; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(item => keyText(item.key) === String(segment));
    return pair && { key: pair.key, value: pair.value };
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(segment)];
  return item === undefined ? undefined : { key: undefined, value: isPair(item) ? item.value : item };
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function resolve(node: unknown, document: Document): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
