// What every reader of text gives: values with the places they came from.

import type { Path } from '../../../policies/engine/verdict/verdict.ts';
import type { TextFault } from '../file-faults.ts';

/** Line and column, both counted from 1; columns count UTF-16 code units, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One document of a file. */
export interface ParsedDocument {
  readonly value: unknown;
  /** Scalars that not every reader reads alike; of interest only when the document is ours. */
  readonly traps: readonly TextFault[];
  /** Where the value at the path stands, or the nearest thing around it that exists. */
  place(path: Path): Place;
}

export interface Parsed {
  readonly documents: readonly ParsedDocument[];
  readonly faults: readonly TextFault[];
}

/** Deeper nesting is refused; the deepest DappMesh object, an ODCS schema within a schema, has about 20. */
export const MAX_DEPTH = 64;

/** Whether maps and lists are nested deeper than allowed. */
export function isTooDeep(value: unknown, left = MAX_DEPTH): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.some(item => isTooDeep(item, left - 1));
}
