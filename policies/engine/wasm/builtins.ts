// Built-ins that the host adds to Wasm, answering as native OPA does (differential-tested against `opa eval`),
// and the list of all that a module may call on its host. `undefined` is undefined in Rego.

import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import { matchSchema } from './match-schema.ts';

const INT64_MAX = 2n ** 63n - 1n;
const IDENTIFIERS = /^[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*$/;
const DIGITS = /^[0-9]+$/;

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: readonly string[];
}

/** Registered with every instance, by Rego name. */
export const HOST_BUILTINS = {
  'crypto.sha256': (text: unknown): string | undefined =>
    typeof text === 'string' ? createHash('sha256').update(text).digest('hex') : undefined,
  'json.marshal_with_options': canonicalJson,
  'json.match_schema': matchSchema,
  'semver.is_valid': (version: unknown): boolean => parseVersion(version) !== undefined,
  'semver.compare': (a: unknown, b: unknown): number | undefined => {
    const left = parseVersion(a);
    const right = parseVersion(b);
    return left === undefined || right === undefined ? undefined : compareVersions(left, right);
  },
} as const;

/**
 * What a module may need from its host: ours, and those of the SDK that are safe. The SDK's `regex.split` backtracks
 * without end and its YAML readers are not needed.
 */
export const ALLOWED_BUILTINS: ReadonlySet<string> = new Set([...Object.keys(HOST_BUILTINS), 'sprintf']);

/** OPA internal/semver/semver.go: SemVer 2.0.0, an optional `v` before it, numbers up to 2^63 − 1. */
function parseVersion(text: unknown): Version | undefined {
  if (typeof text !== 'string') return undefined;
  const [release, metadata] = cut(text.replace(/^v/, ''), '+');
  const [core, preRelease] = cut(release, '-');
  if (metadata !== undefined && !IDENTIFIERS.test(metadata)) return undefined;
  if (preRelease !== undefined && !IDENTIFIERS.test(preRelease)) return undefined;
  const identifiers = preRelease?.split('.') ?? [];
  if (identifiers.some(hasLeadingZero)) return undefined;
  const parts = core.split('.');
  if (parts.length !== 3 || !parts.every(part => DIGITS.test(part) && !hasLeadingZero(part)))
    return undefined;
  const numbers = parts.map(BigInt);
  return numbers.some(number => number > INT64_MAX) ? undefined : { numbers, preRelease: identifiers };
}

function hasLeadingZero(identifier: string): boolean {
  return identifier.length > 1 && identifier.startsWith('0') && DIGITS.test(identifier);
}

function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    const order = compare(number, b.numbers[i] ?? 0n);
    if (order !== 0) return order;
  }
  if (a.preRelease.length === 0 || b.preRelease.length === 0) {
    return compare(b.preRelease.length, a.preRelease.length) === 0 ? 0 : a.preRelease.length === 0 ? 1 : -1;
  }
  return comparePreReleases(a.preRelease, b.preRelease);
}

/** SemVer 2.0.0 §11.4: numbers below words, a longer list above its own prefix. */
function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const left = a[i] ?? '';
    const right = b[i] ?? '';
    const leftIsNumber = DIGITS.test(left);
    if (leftIsNumber !== DIGITS.test(right)) return leftIsNumber ? -1 : 1;
    const order = leftIsNumber ? compare(clamp(left), clamp(right)) : compare(left, right);
    if (order !== 0) return order;
  }
  return compare(a.length, b.length);
}

/** Go's strconv.Atoi gives the largest int64 for what does not fit. */
function clamp(digits: string): bigint {
  const number = BigInt(digits);
  return number > INT64_MAX ? INT64_MAX : number;
}

function compare<T extends bigint | number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Go's strings.Cut: before and after the first separator; the second is absent when there is none. */
function cut(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
