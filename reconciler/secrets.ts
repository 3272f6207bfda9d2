// Secrets as they are applied: text encoded as the API server stores it, and generated values that are made once and
// kept for good.

import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import type { ChildObject } from '../policies/engine/children/blueprint-item.ts';
import { GENERATE_ANNOTATION } from '../policies/engine/children/secret-readers.ts';

type Data = Readonly<Record<string, unknown>>;

/** Generated values of a Secret by key, encoded as the API server stores them. */
export type MadeUp = Readonly<Record<string, string>>;

/** 32 URL-safe characters of 192 random bits. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** `stringData` as `data`: the API server keeps no other, and would not drop what is no longer in `stringData`. */
export function withEncodedData(object: ChildObject): ChildObject {
  const { stringData, ...rest } = object;
  if (!isSecret(object) || stringData === undefined) return object;
  const encoded = Object.entries(dataOf(stringData)).map(([key, text]) => [key, encode(String(text))]);
  return { ...rest, data: { ...dataOf(object['data']), ...Object.fromEntries(encoded) } };
}

/** True when a value has to be made up: it was asked for and is not there. */
export function lacksGenerated(desired: ChildObject, live: KubernetesObject | undefined): boolean {
  const present = dataOf(live?.['data']);
  return generatedKeys(desired).some(key => !Object.hasOwn(present, key));
}

/**
 * The Secret with its generated values: those of `live`, or of what was made up for it, where there are any, so that
 * applying it does not give them up, and new ones for the rest. Other objects come back as they are.
 */
export function withGenerated(
  desired: ChildObject,
  live: Data | undefined,
  password: () => string,
): ChildObject {
  const keys = generatedKeys(desired);
  if (keys.length === 0) return desired;
  const present = dataOf(live?.['data']);
  const generated = keys.map(key => [key, Object.hasOwn(present, key) ? present[key] : encode(password())]);
  return { ...desired, data: { ...dataOf(desired['data']), ...Object.fromEntries(generated) } };
}

/** A value for each key that is to be generated. */
export function generatedValues(desired: ChildObject, password: () => string): MadeUp {
  return Object.fromEntries(generatedKeys(desired).map(key => [key, encode(password())]));
}

/** The keys to generate; what the blueprint gives itself is not among them. */
function generatedKeys(desired: ChildObject): readonly string[] {
  if (!isSecret(desired)) return [];
  const given = dataOf(desired['data']);
  return (desired.metadata.annotations?.[GENERATE_ANNOTATION] ?? '')
    .split(',')
    .map(key => key.trim())
    .filter(key => key !== '' && !Object.hasOwn(given, key));
}

function isSecret({ apiVersion, kind }: ChildObject): boolean {
  return apiVersion === 'v1' && kind === 'Secret';
}

/** The `data` or `stringData` of a Secret; empty for anything else. */
export function dataOf(value: unknown): Data {
  return typeof value === 'object' && value !== null ? (value as Data) : {};
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}
