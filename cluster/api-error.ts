// What the API server says when it refuses a request.

/** The parts of a Kubernetes `Status` that callers decide by. */
interface StatusLike {
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: { readonly retryAfterSeconds?: unknown };
}

/** An answer with an error status. A request that got no answer at all is an `UnreachableError`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status: 404, 409, 410, 429 … */
  readonly status: number;
  /** As Kubernetes names it: `NotFound`, `AlreadyExists`, `Conflict`, `Expired`; empty where it names none. */
  readonly reason: string;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs?: number;

  constructor(parts: { status: number; reason: string; message: string; retryAfterMs?: number | undefined }) {
    super(parts.message);
    this.status = parts.status;
    this.reason = parts.reason;
    if (parts.retryAfterMs !== undefined) this.retryAfterMs = parts.retryAfterMs;
  }
}

/** Makes the error of an HTTP answer: its body is a `Status`, or whatever a proxy in between has to say. */
export function errorOfResponse(
  request: string,
  response: { status: number; body: string; retryAfter?: string | undefined; now: number },
): ApiError {
  const { status, body } = response;
  const said = parseStatus(body);
  const message = typeof said?.message === 'string' ? said.message : `${status} ${body.slice(0, 200)}`.trim();
  return new ApiError({
    status,
    reason: typeof said?.reason === 'string' ? said.reason : '',
    message: `${request}: ${message}`,
    retryAfterMs: retryAfterMs(response.retryAfter, response.now) ?? secondsOfDetails(said),
  });
}

/** Makes the error of a `Status` object that arrived as the ERROR event of a watch. */
export function errorOfStatus(request: string, object: unknown): ApiError {
  const status = isObject(object) && typeof object['code'] === 'number' ? object['code'] : 500;
  return errorOfResponse(request, { status, body: JSON.stringify(object) ?? '', now: 0 });
}

/** RFC 9110 §10.2.3: seconds or an HTTP date. */
function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}

function secondsOfDetails(said: StatusLike | undefined): number | undefined {
  const seconds = said?.details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}

function parseStatus(body: string): StatusLike | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    // A proxy's page, say: then the text itself is the message.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
