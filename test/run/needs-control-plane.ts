// Which test files bring up a control plane or a database: what `make quick` leaves out.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HEAVY: readonly string[] = ['tools/control-plane.ts', 'tools/postgres.ts'];

/** Files that are imported or started by name; a type brings nothing up. */
const NAMED = /(?<!^import type [^;]*?)'(\.{1,2}\/[^'\n]+\.ts)'/gm;

/** Whether the file, or one that it names, brings something up; paths start at the root of the repository. */
export function needsControlPlane(file: string, seen: Set<string> = new Set()): boolean {
  if (HEAVY.includes(file)) return true;
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const named = [...readFileSync(file, 'utf8').matchAll(NAMED)].map(([, path = '']) => path);
  return named.some(path => needsControlPlane(join(dirname(file), path), seen));
}
