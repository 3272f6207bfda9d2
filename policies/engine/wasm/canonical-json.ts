// `json.marshal_with_options(value, {"pretty": false})` of Rego: JSON text that is the same whenever the value is.
// In Wasm, `json.marshal` writes the keys of an object as they happen to lie in memory.

/** As Go's encoding/json writes it: keys sorted by their UTF-8, and what HTML or JavaScript would read escaped. */
export function canonicalJson(value: unknown, options: unknown): string | undefined {
  const isPlain = JSON.stringify(options) === '{"pretty":false}';
  return isPlain ? textOf(value) : undefined;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value !== 'object' || value === null) return escaped(JSON.stringify(value));
  const fields = Object.entries(value).toSorted(([a], [b]) => compareBytes(a, b));
  return `{${fields.map(([key, child]) => `${escaped(JSON.stringify(key))}:${textOf(child)}`).join(',')}}`;
}

function escaped(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** UTF-16 units sort otherwise where surrogates meet what lies behind them. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
