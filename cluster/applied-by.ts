// How to see on an object who made it: labels can be copied; server-side apply under a name leaves its entry in
// `managedFields`, whoever else writes to the object, and cannot be.

interface Entry {
  readonly manager?: unknown;
  readonly operation?: unknown;
  readonly subresource?: unknown;
}

/** Whether a field manager has applied the object itself, and not only its status. */
export function wasAppliedBy(manager: string, metadata: { readonly [field: string]: unknown }): boolean {
  const entries = metadata['managedFields'];
  if (!Array.isArray(entries)) return false;
  return (entries as readonly Entry[]).some(
    entry => entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined,
  );
}
