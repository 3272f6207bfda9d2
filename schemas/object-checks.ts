// Walks an object along the checks that its schema states beyond JSON Schema: list keys and rules between fields.

import { RULES } from './rules.ts';
import type { StructureFinding } from './structure-finding.ts';

/** Fields that together identify an item of a list (`x-kubernetes-list-map-keys`). */
export type ListKeys = readonly string[];

/** The checks at one place of a schema and below. */
export interface ObjectChecks {
  readonly keys?: ListKeys;
  readonly rules?: readonly {
    readonly name: string;
    readonly message: string;
    readonly path: readonly string[];
  }[];
  readonly items?: ObjectChecks;
  readonly properties?: Readonly<Record<string, ObjectChecks>>;
}

type Path = (string | number)[];

/** What the checks find wrong with `value`, in no particular order. */
export function runChecks(checks: ObjectChecks, value: unknown, path: Path = []): StructureFinding[] {
  if (Array.isArray(value)) return checkList(checks, value, path);
  if (typeof value !== 'object' || value === null) return [];
  return checkObject(checks, value as Readonly<Record<string, unknown>>, path);
}

function checkList(checks: ObjectChecks, list: readonly unknown[], path: Path): StructureFinding[] {
  const findings = checks.keys === undefined ? [] : duplicates(checks.keys, list, path);
  const { items } = checks;
  if (items === undefined) return findings;
  return findings.concat(list.flatMap((item, i) => runChecks(items, item, [...path, i])));
}

function duplicates(keys: ListKeys, list: readonly unknown[], path: Path): StructureFinding[] {
  const seen = new Map<string, number>();
  const findings: StructureFinding[] = [];
  list.forEach((item, i) => {
    if (typeof item !== 'object' || item === null) return;
    const values = keys.map(key => (item as Readonly<Record<string, unknown>>)[key]);
    const identity = JSON.stringify(values);
    const first = seen.get(identity);
    if (first === undefined) return void seen.set(identity, i);
    const message = `${keys.join(' and ')} ${values.map(value => JSON.stringify(value)).join(', ')} is already used by item ${first}`;
    findings.push({ path: [...path, i, ...keys.slice(0, 1)], message });
  });
  return findings;
}

function checkObject(
  checks: ObjectChecks,
  object: Readonly<Record<string, unknown>>,
  path: Path,
): StructureFinding[] {
  const findings: StructureFinding[] = [];
  for (const { name, message, path: below } of checks.rules ?? []) {
    if (RULES[name]?.(object) === false) findings.push({ path: [...path, ...below], message });
  }
  for (const [name, child] of Object.entries(checks.properties ?? {})) {
    if (Object.hasOwn(object, name)) findings.push(...runChecks(child, object[name], [...path, name]));
  }
  return findings;
}
