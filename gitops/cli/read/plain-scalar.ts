// Scalars and one-line flow collections of plain YAML. Every function answers `UNSURE` for anything that has
// more than one reading or needs the full parser: a word that YAML 1.1 takes for a boolean, an odd number,
// an anchor, a tag. What is answered is what the `yaml` library would answer; a property test compares them.

/** "Ask the full parser": never a value that a document can hold. */
export const UNSURE: unique symbol = Symbol('unsure');

const INTEGER = /^-?(?:0|[1-9]\d{0,14})$/;
const DECIMAL = /^-?(?:0|[1-9]\d{0,7})\.\d{1,7}$/;
/** Versions, IP ranges, quantities and full timestamps start with a digit and are text for every YAML reader. */
const DIGIT_FIRST_TEXT =
  /^(?:\d+\.\d+\.\d+(?:\.\d+(?:\/\d+)?)?|\d+[KMGTPE]i|\d+[KMGTPm]|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)$/;
const AMBIGUOUS_WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const SINGLE_QUOTED = /'((?:[^']|'')*)'/y;
const DOUBLE_QUOTED = /"((?:[^"\\]|\\["\\/nt])*)"/y;

/** Reads an unquoted scalar, already trimmed and without its comment. */
export function plainScalar(text: string): unknown {
  const first = text.charCodeAt(0);
  const isDigitLike = (first >= 48 && first <= 57) || first === 45;
  if (isDigitLike) {
    if (INTEGER.test(text) || DECIMAL.test(text)) return text === '-0' ? UNSURE : Number(text);
    return DIGIT_FIRST_TEXT.test(text) ? text : UNSURE;
  }
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null') return null;
  if (!startsText(first) || AMBIGUOUS_WORD.test(text)) return UNSURE;
  return text.includes(': ') || text.endsWith(':') || text.includes(' #') ? UNSURE : text;
}

/** Reads a quoted scalar that starts at `at` and ends on the same line; gives the value and where it ends. */
export function quotedScalar(text: string, at: number): { value: string; end: number } | undefined {
  const pattern = text.charCodeAt(at) === 39 ? SINGLE_QUOTED : DOUBLE_QUOTED;
  pattern.lastIndex = at;
  const body = pattern.exec(text)?.[1];
  if (body === undefined) return undefined;
  const end = pattern.lastIndex;
  if (pattern === SINGLE_QUOTED) return { value: body.replaceAll("''", "'"), end };
  return { value: body.includes('\\') ? JSON.parse(`"${body}"`) : body, end };
}

/** Letters, `_`, `/` and anything beyond ASCII: what cannot be an indicator. */
function startsText(code: number): boolean {
  return (
    (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 47 || code > 160
  );
}

/** Whether a plain key is read the same by everyone. */
export function isPlainKey(key: string): boolean {
  return !AMBIGUOUS_WORD.test(key) && key !== '__proto__';
}
