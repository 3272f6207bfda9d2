// Why there is no verdict at all: not a denial, so it ends with another exit code.

/** Exit codes of every command. */
export const EXIT = { ok: 0, denied: 1, unjudged: 2 } as const;

/** The question could not be answered; `message` says why and `remedy` what to do. */
export class CannotJudgeError extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, remedy?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CannotJudgeError';
    this.remedy = remedy;
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
