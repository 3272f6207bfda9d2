// Quantities of Kubernetes ("1000m", "1Gi"), compared by value: the API server stores a canonical form.

const FORM = /^([+-]?)(\d*)\.?(\d*)(n|u|m||k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,3})$/;
const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** The smallest step that the API server keeps is 10⁻⁹. */
const NANO = 9;

/** True when both are quantities of the same value. */
export function isSameQuantity(left: unknown, right: unknown): boolean {
  const a = toNanos(left);
  return a !== undefined && a === toNanos(right);
}

/** The value in billionths, rounded up as the API server does; undefined for what is no quantity. */
function toNanos(value: unknown): bigint | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = FORM.exec(String(value)) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const digits = BigInt(whole + fraction) * factorOf(suffix);
  const shift = exponentOf(suffix) + NANO - fraction.length;
  const nanos = shift >= 0 ? digits * 10n ** BigInt(shift) : divideUp(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -nanos : nanos;
}

function factorOf(suffix: string): bigint {
  return 1024n ** BigInt(BINARY.indexOf(suffix) + 1);
}

function exponentOf(suffix: string): number {
  if (BINARY.includes(suffix)) return 0;
  const step = DECIMAL.indexOf(suffix);
  return step < 0 ? Number(suffix.slice(1)) : (step - DECIMAL.indexOf('')) * 3;
}

function divideUp(left: bigint, right: bigint): bigint {
  return (left + right - 1n) / right;
}
