// What a server-side apply without force meets: fields that another manager owns.

import { ApiError } from './api-error.ts';

/** Somebody else owns fields that we set (server-side apply without force), and not a lost race. */
export function isFieldConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409 && error.message.includes('Apply failed with');
}

/**
 * True for a conflict with nobody but those who updated the object: an edit by hand, and not a manager that applies and
 * would apply again. The API server names the version that an update used (`… using v1`), of an apply it does not.
 */
export function isHandEdit(error: unknown): boolean {
  if (!(error instanceof ApiError) || !isFieldConflict(error)) return false;
  const parties = error.message.split(/conflicts? with "/).slice(1);
  return parties.length > 0 && parties.every(party => /^[^"]*"( with subresource "\w+")? using /.test(party));
}
