// What the host judges itself because JSON Schema says it better than Rego: the structure of `spec.odcs`.
// Its findings enter the review as `context.structure`, so that DM-VER-008 words them like any other policy.

import { validateOdcs } from '../../../schemas/validate.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Kinds whose reviews carry `context.structure`. */
export const STRUCTURED_KINDS: ReadonlySet<string> = new Set(['DataContract']);

/**
 * Takes a review that ends in `"context":{…}}` and gives it with `context.structure` added.
 * Throws SyntaxError when it is no JSON, RangeError when it is nested too deeply to validate.
 */
export function withStructure(review: Uint8Array): Uint8Array {
  const text = decoder.decode(review);
  const { request } = JSON.parse(text) as {
    request?: { object?: { spec?: { odcs?: unknown } | null } | null };
  };
  const structure = odcsFindings(request?.object?.spec?.odcs);
  return encoder.encode(`${text.slice(0, -2)},"structure":${JSON.stringify(structure)}}}`);
}

function odcsFindings(document: unknown): { path: (string | number)[]; message: string }[] {
  if (document === undefined) return [];
  return validateOdcs(document).map(({ path, message }) => ({ path: ['spec', 'odcs', ...path], message }));
}
