// Strict reading of what Wasm returns. Anything but the agreed shape is a fault of the policy, never an approval.

import type { FaultName } from './faults.ts';
import { toOneLine, truncate } from './one-line.ts';
import { COLLECTORS, type Plan, resultKey } from './plan.ts';
import type { Rule } from './policy.ts';
import type { Path } from './verdict.ts';

export interface Violation {
  readonly path: Path;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A field that a default fills in. */
export interface Addition {
  readonly path: Path;
  readonly value: unknown;
}

export interface PolicyFault {
  readonly fault: FaultName;
  readonly message: string;
}

/** One rule's answer: its items, or why they cannot be trusted. */
export type Answer<Item> = { readonly rule: Rule } & (
  | { readonly items: readonly Item[] }
  | { readonly failure: PolicyFault }
);

/** Longest message that is kept, in UTF-16 units. */
const MESSAGE_LIMIT = 600;
/** The same for an item that cannot be read. */
const PREVIEW_LIMIT = 60;
/**
 * Items of one rule that are kept; the verdict is the same with more. Of a blueprint none may be left out, so more are
 * a fault: a Domain says who holds it, one item per product.
 */
const ITEM_LIMITS: Readonly<Record<Rule['family'], number>> = {
  governance: 1000,
  defaults: 1000,
  blueprints: 50_000,
};

/**
 * Reads the answer of a collecting entrypoint: `[{"result": {"uid": …, <field of the family>: {key: [item…]}}}]`.
 * Gives one answer per rule of the plan, or a single failure where the answer as a whole is unusable.
 */
export function decodeCollected<Item>(
  text: string,
  plan: Plan,
  uid: string,
  readItem: (item: unknown) => Item | undefined,
): Answer<Item>[] | PolicyFault {
  const results: unknown = parse(text);
  if (!Array.isArray(results)) return { fault: 'result', message: 'the answer is not a result set' };
  if (results.length === 0) return { fault: 'undefined', message: `${plan.entrypoint} is undefined` };
  const result = fieldsOf(fieldsOf(results[0])?.['result']);
  if (results.length !== 1 || result === undefined)
    return { fault: 'result', message: `${plan.entrypoint} gave no object` };
  if (result['uid'] !== uid) return { fault: 'input', message: 'the policies did not see this review' };
  const byRule = fieldsOf(result[COLLECTORS[plan.family].field]);
  if (byRule === undefined) return { fault: 'result', message: `${plan.entrypoint} gave no answers` };
  return plan.rules.map(rule => decodeItems(rule, byRule[resultKey(rule)], readItem));
}

/** Reads the answer of a rule that was asked by itself: `[{"result": [item…]}]`. */
export function decodeSingle<Item>(
  rule: Rule,
  text: string,
  readItem: (item: unknown) => Item | undefined,
): Answer<Item> {
  const results: unknown = parse(text);
  if (!Array.isArray(results) || results.length > 1)
    return { rule, failure: { fault: 'result', message: 'the answer is not a result set' } };
  return decodeItems(rule, fieldsOf(results[0])?.['result'], readItem);
}

function decodeItems<Item>(
  rule: Rule,
  items: unknown,
  readItem: (item: unknown) => Item | undefined,
): Answer<Item> {
  if (items === undefined) return { rule, failure: { fault: 'undefined', message: '' } };
  if (!Array.isArray(items)) return { rule, failure: { fault: 'result', message: 'not a list' } };
  const limit = ITEM_LIMITS[rule.family];
  if (rule.family === 'blueprints' && items.length > limit)
    return { rule, failure: { fault: 'result', message: `${items.length} items, more than ${limit}` } };
  const read: Item[] = [];
  for (const item of items) {
    const decoded = readItem(item);
    if (decoded === undefined)
      return { rule, failure: { fault: 'result', message: `unexpected item ${preview(item)}` } };
    if (read.length < limit) read.push(decoded);
  }
  return { rule, items: read };
}

/** A violation, exactly `{path, message, details}`; undefined for any other shape. */
export function readViolation(item: unknown): Violation | undefined {
  const fields = fieldsOf(item);
  if (fields === undefined || Object.keys(fields).length !== 3) return undefined;
  const path = readPath(fields['path']);
  const details = fieldsOf(fields['details']);
  const message = fields['message'];
  if (path === undefined || details === undefined || typeof message !== 'string') return undefined;
  const line = truncate(toOneLine(message).trim(), MESSAGE_LIMIT);
  return line === '' ? undefined : { path, message: line, details };
}

/** An addition, exactly `{path, value}` with a path of keys only (never into a list); undefined for other shapes. */
export function readAddition(item: unknown): Addition | undefined {
  const fields = fieldsOf(item);
  if (fields === undefined || Object.keys(fields).length !== 2) return undefined;
  const path = readPath(fields['path']);
  const value = fields['value'];
  if (path === undefined || path.length === 0 || value === undefined) return undefined;
  const isKey = (segment: string | number): boolean => typeof segment === 'string' && segment !== '__proto__';
  return path.every(isKey) ? { path, value } : undefined;
}

export function readPath(path: unknown): Path | undefined {
  if (!Array.isArray(path)) return undefined;
  const isSegment = (segment: unknown): segment is string | number =>
    typeof segment === 'string' || (Number.isSafeInteger(segment) && (segment as number) >= 0);
  return path.every(isSegment) ? path : undefined;
}

function preview(item: unknown): string {
  return truncate(toOneLine(JSON.stringify(item)), PREVIEW_LIMIT);
}

export function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON is no result set, and the caller makes a fault of that.
    return undefined;
  }
}
