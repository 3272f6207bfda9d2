// How long a judgement may take: what the API server still has, or our own bound, whichever is smaller.

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** The API server rounds its deadline up to whole seconds, and the answer has to travel back. */
const MARGIN_MS = 250;
/** Below this no evaluation makes sense; the engine then says so with a fault. */
const LEAST_MS = 50;

/** Milliseconds that a judgement may take, from the request's URL (`/validate?timeout=5s`). */
export function budgetOf(url: string, mostMs: number): number {
  const at = url.indexOf('timeout=');
  if (at === -1) return mostMs;
  const end = url.indexOf('&', at);
  const told = parseGoDuration(decode(url.slice(at + 8, end === -1 ? undefined : end)));
  return told === undefined ? mostMs : Math.max(LEAST_MS, Math.min(mostMs, told - MARGIN_MS));
}

/** `1m30s`, `1.5s`, `300ms` → milliseconds; undefined if the text is no positive Go duration. */
export function parseGoDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(number) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  }
  return Number.isFinite(total) ? total : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not what an API server writes: no duration, so the budget is the most that there is.
    return '';
  }
}
