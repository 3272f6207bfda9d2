// What a judgement says: findings, each with its code, place, problem and remedy, in one stable order.

import type { Point } from './policy.ts';

/** A place in an object, as segments: `["spec", "outputPorts", 0, "name"]`. */
export type Path = readonly (string | number)[];

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** What a finding does at the point where it was found. `off` findings are dropped before they get here. */
export type Enforcement = 'deny' | 'warn';

/** One problem in one object. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly enforcement: Enforcement;
  readonly kind: string;
  /** Empty for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  readonly path: Path;
  readonly message: string;
  readonly remedy: string;
  /** Name of the PolicyExemption that made a warning of a denial. */
  readonly exemption?: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The answer to one review. It is allowed exactly when no finding denies. */
export interface Verdict {
  readonly allowed: boolean;
  readonly findings: readonly Finding[];
  /** Revision of the bundle that judged. */
  readonly revision: string;
  readonly point: Point;
}

/** `DataProduct/sales/orders`; without the namespace for an object of the whole cluster. */
export function toObjectText({
  kind,
  namespace,
  name,
}: Pick<Finding, 'kind' | 'namespace' | 'name'>): string {
  return [kind, namespace, name].filter(part => part !== '').join('/');
}

/** `["spec", "outputPorts", 0, "name"]` → `spec.outputPorts[0].name`; keys that are no identifiers are quoted. */
export function toDottedPath(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(segment)) text += text === '' ? segment : `.${segment}`;
    else text += `[${JSON.stringify(segment)}]`;
  }
  return text;
}

/** `["spec", "outputPorts", 0]` → `/spec/outputPorts/0` (RFC 6901). */
export function toJsonPointer(path: Path): string {
  return path.map(segment => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The order of every list of findings: denials first, then object, code, path, message. Deterministic. */
export function compareFindings(a: Finding, b: Finding): number {
  if (a.enforcement !== b.enforcement) return a.enforcement === 'deny' ? -1 : 1;
  return (
    compareText(a.kind, b.kind) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.name, b.name) ||
    compareText(a.code, b.code) ||
    comparePaths(a.path, b.path) ||
    compareText(a.message, b.message)
  );
}

function comparePaths(a: Path, b: Path): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a[i] as string | number;
    const right = b[i] as string | number;
    const order = compareSegments(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Items by number, before keys. */
function compareSegments(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareText(a, b);
}

/** By UTF-16 code unit, so that the order never depends on a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
