// One item of what a blueprint says, read strictly: an object that should exist, a component that another blueprint must
// not pass over, something awaited, somebody who holds, a time, fields of the status, or a reason for Ready.

import { fieldsOf, readPath } from '../verdict/decode.ts';
import { toOneLine, truncate } from '../verdict/one-line.ts';
import type { Path } from '../verdict/verdict.ts';

/** A Kubernetes object that a blueprint asks for. */
export interface ChildObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Something that is not there yet, and the field that names it. */
export interface Awaited {
  readonly path: Path;
  readonly message: string;
}

/** A component for which a blueprint has to give at least one object, labelled with its name. */
export interface Expected {
  readonly component: string;
  readonly blueprint: string;
  /** The entry that asks for it. */
  readonly path: Path;
}

/** Somebody who still uses the object, or the component of that name. */
export interface Hold {
  /** Empty for the whole object. */
  readonly component: string;
  readonly message: string;
}

/** One item of a blueprint's output. */
export type BlueprintItem =
  | { readonly object: ChildObject }
  | { readonly expects: Expected }
  | { readonly waitsFor: Awaited }
  | { readonly holds: Hold }
  | { readonly until: string }
  | { readonly status: Readonly<Record<string, unknown>> }
  | { readonly ready: { readonly reason: string; readonly message: string } };

const MESSAGE_LIMIT = 600;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const REASON = /^[A-Z][A-Za-z]{0,99}$/;

/** Reads one item; undefined for anything but the seven shapes. */
export function readBlueprintItem(item: unknown): BlueprintItem | undefined {
  const fields = fieldsOf(item);
  const [key, ...others] = Object.keys(fields ?? {});
  if (fields === undefined || key === undefined || others.length > 0) return undefined;
  const value = fields[key];
  switch (key) {
    case 'object':
      return isObject(value) ? { object: value } : undefined;
    case 'expects':
      return readExpected(value);
    case 'waitsFor':
      return readAwaited(value);
    case 'holds':
      return readHold(value);
    case 'until':
      return typeof value === 'string' && TIMESTAMP.test(value) ? { until: value } : undefined;
    case 'status':
      return readStatus(value);
    case 'ready':
      return readReady(value);
    default:
      return undefined;
  }
}

function isObject(value: unknown): value is ChildObject {
  const fields = fieldsOf(value);
  const metadata = fieldsOf(fields?.['metadata']);
  const texts = [fields?.['apiVersion'], fields?.['kind'], metadata?.['name']];
  const namespace = metadata?.['namespace'] ?? 'none';
  return [...texts, namespace].every(text => typeof text === 'string' && text !== '');
}

function readExpected(value: unknown): BlueprintItem | undefined {
  const fields = exactly(value, ['component', 'blueprint', 'path']);
  const path = readPath(fields?.['path']);
  const component = fields?.['component'];
  const blueprint = fields?.['blueprint'];
  if (typeof component !== 'string' || typeof blueprint !== 'string' || path === undefined) return undefined;
  return { expects: { component, blueprint, path } };
}

function readAwaited(value: unknown): BlueprintItem | undefined {
  const fields = exactly(value, ['path', 'message']);
  const path = readPath(fields?.['path']);
  const message = readLine(fields?.['message']);
  return path === undefined || message === undefined ? undefined : { waitsFor: { path, message } };
}

function readHold(value: unknown): BlueprintItem | undefined {
  const fields = exactly(value, ['component', 'message']);
  const component = fields?.['component'];
  const message = readLine(fields?.['message']);
  return typeof component !== 'string' || message === undefined
    ? undefined
    : { holds: { component, message } };
}

function readReady(value: unknown): BlueprintItem | undefined {
  const fields = exactly(value, ['reason', 'message']);
  const reason = fields?.['reason'];
  const message = readLine(fields?.['message']);
  if (typeof reason !== 'string' || !REASON.test(reason) || message === undefined) return undefined;
  return { ready: { reason, message } };
}

function readStatus(value: unknown): BlueprintItem | undefined {
  const status = fieldsOf(value);
  return status === undefined ? undefined : { status };
}

function exactly(value: unknown, keys: readonly string[]): Record<string, unknown> | undefined {
  const fields = fieldsOf(value);
  if (fields === undefined || Object.keys(fields).length !== keys.length) return undefined;
  return keys.every(key => Object.hasOwn(fields, key)) ? fields : undefined;
}

function readLine(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = truncate(toOneLine(text).trim(), MESSAGE_LIMIT);
  return line === '' ? undefined : line;
}
