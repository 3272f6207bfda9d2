// Responses of HTTP/1.1 cut out of a byte stream, and nothing more: a full client would cost as much as the server.

export interface Response {
  readonly status: number;
  /** A view that is valid until the next chunk arrives; chunked bodies keep their framing. */
  readonly body: Buffer;
}

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Reads one response after another from a connection on which only one is ever awaited. */
export class ResponseReader {
  #pending: Buffer = Buffer.alloc(0);

  /** Takes what arrived; gives the response once it is complete. Throws on anything that is no HTTP. */
  push(chunk: Buffer): Response | undefined {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const response = parse(bytes);
    this.#pending = response === undefined ? bytes : Buffer.alloc(0);
    return response;
  }
}

function parse(bytes: Buffer): Response | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const head = bytes.toString('latin1', 0, headEnd).toLowerCase();
  if (!head.startsWith('http/1.1 ')) throw new Error(`no HTTP response: ${head.slice(0, 60)}`);
  const body = bytes.subarray(headEnd + HEAD_END.length);
  if (!isComplete(head, body)) return undefined;
  return { status: Number(head.slice(9, 12)), body };
}

function isComplete(head: string, body: Buffer): boolean {
  const at = head.indexOf('\r\ncontent-length:');
  if (at === -1) return body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  const length = Number.parseInt(head.slice(at + 17), 10);
  if (body.length > length) throw new Error(`${body.length} bytes of body where ${length} were announced`);
  return body.length === length;
}
