// Text of policies and objects as it may travel: in headers, logs and terminals, where a control character ends a line,
// drops a header or colours a screen, and a change of direction hides what is there.

const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu;

/** One line without control characters; half a surrogate pair becomes U+FFFD, as it would on the wire. */
export function toOneLine(text: string): string {
  return text.replace(UNPRINTABLE, ' ').toWellFormed();
}

/** At most `limit` UTF-16 units, never through a surrogate pair; what is cut ends in `…`. */
export function truncate(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** At most `limit` bytes of UTF-8, never through a character; what is cut ends in `…`. */
export function truncateBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= limit) return text;
  // As a stream, the decoder leaves out a character of which it has seen only a part.
  return `${new TextDecoder().decode(bytes.subarray(0, limit - 3), { stream: true })}…`;
}
