// The unchanged-spec rule without parsing the specs. Flux sends every object at every interval, and most of such
// a review is two copies of one spec: if they are the same bytes, a short stand-in takes their place.

import { randomUUID } from 'node:crypto';
import { type Envelope, readEnvelope } from './envelope.ts';

/** Nobody can know it, so nobody can put it into an object. */
const STAND_IN = randomUUID();
const STAND_IN_JSON = Buffer.from(JSON.stringify(STAND_IN));

const OBJECT = Buffer.from('"object":{');
const OLD_OBJECT = Buffer.from(',"oldObject":{');
const SPEC = Buffer.from('"spec":{');
const STATUS = Buffer.from(',"status":{');
const CLOSING_BRACE = 0x7d;

/**
 * The envelope of an UPDATE whose two specs are the same bytes, each spec replaced by the same stand-in; null when
 * they differ or this cannot be told. All other fields are as `readEnvelope` gives them.
 *
 * Looks for the layout that the API server writes: keys sorted, no spaces. Why nothing else can slip through: the
 * texts looked for cannot stand in a JSON string, whose quotes are escaped, so both cuts begin and end between two
 * tokens and hold the same ones. What is left is only valid, with both stand-ins found as the two specs, if those
 * tokens were balanced: whatever they were in a valid review, it was the same in both objects.
 */
export function readEqualSpecs(bytes: Buffer): Envelope | null {
  const spec = after(bytes, SPEC, bytes.indexOf(OBJECT));
  const oldObject = spec === -1 ? -1 : bytes.indexOf(OLD_OBJECT, spec);
  const oldSpec = after(bytes, SPEC, oldObject);
  if (oldSpec === -1) return null;
  const end = endOfSpec(bytes, spec, oldObject);
  const oldEnd = oldSpec + end - spec;
  // A spec that has grown may reach past the end, at which compare() throws.
  if (oldEnd > bytes.length || bytes[end - 1] !== CLOSING_BRACE) return null;
  if (bytes.compare(bytes, spec, end, oldSpec, oldEnd) !== 0) return null;
  const rest = [
    bytes.subarray(0, spec),
    STAND_IN_JSON,
    bytes.subarray(end, oldSpec),
    STAND_IN_JSON,
    bytes.subarray(oldEnd),
  ];
  const envelope = readEnvelope(Buffer.concat(rest));
  const { request } = envelope;
  return isStandIn(request?.object?.spec) && isStandIn(request?.oldObject?.spec) ? envelope : null;
}

/** Where the value begins that follows a key, its brace included; -1 when there is none. */
function after(bytes: Buffer, key: Buffer, from: number): number {
  if (from === -1) return -1;
  const at = bytes.indexOf(key, from);
  return at === -1 ? -1 : at + key.length - 1;
}

/** After a spec comes the status or the end of the object, which the old object follows. */
function endOfSpec(bytes: Buffer, spec: number, oldObject: number): number {
  const status = bytes.lastIndexOf(STATUS, oldObject);
  return status > spec ? status : oldObject - 1;
}

function isStandIn(spec: unknown): boolean {
  return spec === STAND_IN;
}
