// A request that got no answer: refused, reset, timed out, bad certificate.

/** The reason is in the message and, whole, in `cause`. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(request: string, cause: unknown) {
    super(`${request}: ${reasonOf(cause)}`, { cause });
  }
}

/** Node's connection errors have an empty message and several causes when a name has several addresses. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join('; ');
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
