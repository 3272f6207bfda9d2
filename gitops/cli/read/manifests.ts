// Documents → the DappMesh objects in them. Lists are opened; what is not of our group is counted and left alone.

import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import type { Path } from '../../../policies/engine/verdict/verdict.ts';
import { GROUP, isOurs, KINDS, kindInfo, VERSION } from '../../../schemas/kinds.ts';
import type { FileFaultCode } from '../file-faults.ts';
import type { ParsedDocument } from './parsed.ts';

/** An object where it stands. */
export interface Found {
  readonly object: MeshObject;
  readonly document: ParsedDocument;
  /** Where in the document the object stands: empty, or `["items", 3]` in a List. */
  readonly prefix: Path;
}

/** A document of our group that is no object that could be judged. */
export interface Misfit {
  readonly code: FileFaultCode;
  readonly message: string;
  readonly path: Path;
  readonly kind: string;
  readonly name: string;
  readonly document: ParsedDocument;
}

export type Extracted = { readonly found: Found } | { readonly misfit: Misfit } | 'other';

/** What a document holds: usually one object, several in a List. */
export function extractObjects(document: ParsedDocument): Extracted[] {
  return extract(document.value, document, []);
}

function extract(value: unknown, document: ParsedDocument, prefix: Path): Extracted[] {
  if (!isMap(value)) return ['other'];
  const { apiVersion, kind, items } = value;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return ['other'];
  if (Array.isArray(items) && isListKind(apiVersion, kind)) {
    return items.flatMap((item, i) => extract(item, document, [...prefix, 'items', i]));
  }
  if (!isOurs(apiVersion)) return ['other'];
  const fault = faultOf(value, apiVersion, kind);
  if (fault === undefined) return [{ found: { object: value as unknown as MeshObject, document, prefix } }];
  const misfit = { ...fault, path: [...prefix, ...fault.path], kind, name: nameOf(value) ?? '', document };
  return [{ misfit }];
}

/** `v1 List`, as kubectl prints it, or a typed list of ours such as DataProductList. */
function isListKind(apiVersion: string, kind: string): boolean {
  if (apiVersion === 'v1') return kind === 'List';
  return isOurs(apiVersion) && kind.endsWith('List') && kindInfo(kind.slice(0, -'List'.length)) !== undefined;
}

function faultOf(
  object: Record<string, unknown>,
  apiVersion: string,
  kind: string,
): Pick<Misfit, 'code' | 'message' | 'path'> | undefined {
  if (apiVersion !== `${GROUP}/${VERSION}`) {
    const message = `${apiVersion} is no version of ${GROUP}; there is ${VERSION}`;
    return { code: 'DM-FILE-010', message, path: ['apiVersion'] };
  }
  if (kindInfo(kind) === undefined) {
    const kinds = KINDS.map(info => info.kind).join(', ');
    return {
      code: 'DM-FILE-011',
      message: `${kind} is no kind of ${GROUP}; there are ${kinds}`,
      path: ['kind'],
    };
  }
  if (nameOf(object) !== undefined) return undefined;
  const generated = isMap(object['metadata']) && object['metadata']['generateName'] !== undefined;
  const message = generated ? 'an object in git cannot use generateName' : 'the object has no name';
  return { code: 'DM-FILE-013', message, path: ['metadata', 'name'] };
}

function nameOf(object: Record<string, unknown>): string | undefined {
  const { metadata } = object;
  const name = isMap(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
