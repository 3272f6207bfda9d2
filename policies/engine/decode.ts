// Strict reading of what Wasm returns. Anything but the agreed shape is a fault of the policy, never an approval.

import type { FaultName } from './faults.ts';
import { toOneLine, truncate } from './one-line.ts';
import { type Plan, resultKey } from './plan.ts';
import type { Policy } from './policy.ts';
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

/** One policy's answer: its items, or why they cannot be trusted. */
export type Answer<Item> = { readonly policy: Policy } & (
  | { readonly items: readonly Item[] }
  | { readonly failure: PolicyFault }
);

/** Longest message that is kept, in UTF-16 units. */
const MESSAGE_LIMIT = 600;
/** The same for an item that cannot be read. */
const PREVIEW_LIMIT = 60;
/** Items of one policy that are kept; the verdict is the same with more. */
const ITEM_LIMIT = 1000;

/**
 * Reads the answer of a collecting entrypoint: `[{"result": {"uid": …, "violations"|"additions": {key: [item…]}}}]`.
 * Gives one answer per policy of the plan, or a single failure where the answer as a whole is unusable.
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
  const byPolicy = fieldsOf(result[plan.family === 'governance' ? 'violations' : 'additions']);
  if (byPolicy === undefined) return { fault: 'result', message: `${plan.entrypoint} gave no answers` };
  return plan.policies.map(policy => decodeItems(policy, byPolicy[resultKey(policy)], readItem));
}

/** Reads the answer of a policy that was asked by itself: `[{"result": [item…]}]`. */
export function decodeSingle<Item>(
  policy: Policy,
  text: string,
  readItem: (item: unknown) => Item | undefined,
): Answer<Item> {
  const results: unknown = parse(text);
  if (!Array.isArray(results) || results.length > 1)
    return { policy, failure: { fault: 'result', message: 'the answer is not a result set' } };
  return decodeItems(policy, fieldsOf(results[0])?.['result'], readItem);
}

function decodeItems<Item>(
  policy: Policy,
  items: unknown,
  readItem: (item: unknown) => Item | undefined,
): Answer<Item> {
  if (items === undefined) return { policy, failure: { fault: 'undefined', message: '' } };
  if (!Array.isArray(items)) return { policy, failure: { fault: 'result', message: 'not a list' } };
  const read: Item[] = [];
  for (const item of items) {
    const decoded = readItem(item);
    if (decoded === undefined)
      return { policy, failure: { fault: 'result', message: `unexpected item ${preview(item)}` } };
    if (read.length < ITEM_LIMIT) read.push(decoded);
  }
  return { policy, items: read };
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

function readPath(path: unknown): Path | undefined {
  if (!Array.isArray(path)) return undefined;
  const isSegment = (segment: unknown): segment is string | number =>
    typeof segment === 'string' || (Number.isSafeInteger(segment) && (segment as number) >= 0);
  return path.every(isSegment) ? path : undefined;
}

function preview(item: unknown): string {
  return truncate(toOneLine(JSON.stringify(item)), PREVIEW_LIMIT);
}

function fieldsOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
