// The quick first pass over YAML: js-yaml with a schema that knows canonical values only. Whatever is not read alike
// by every reader, or needs the places of the text (anchors, tags, traps, syntax errors), is left to the full parser
// by answering undefined. That one takes five times as long; what this answers is always what that would answer
// (test/gitops/cli/read/quick-yaml.test.ts compares them on random input).

import {
  boolCoreTag,
  COLLECTION_STYLE,
  constructFromEvents,
  defineScalarTag,
  EVENT_ID,
  type Event,
  floatCoreTag,
  intCoreTag,
  mapTag,
  NOT_RESOLVED,
  nullCoreTag,
  parseEvents,
  Schema,
  seqTag,
  strTag,
} from 'js-yaml';
import { MAX_DEPTH } from './parsed.ts';
import { findTrap } from './yaml-traps.ts';

/** Tabs, carriage returns, other control characters and exotic line breaks. */
const UNUSUAL = /[^\P{Cc}\n]|[\xa0\u2028\u2029\ufeff]/u;
/**
 * Markers and directives (but `---` as the very first line), explicit keys, lines longer than the 1,024 characters that a
 * key may have, block scalars that say more than `-`, blank lines after an escaped line break.
 */
const RARE = /^(?:.{1000}| +---| *(?:\.\.\.|[%?:]))|\n---|[|>]-?[\d+]|\\\n *\n/m;
/** The numbers that may be too large or too precise to be exact. */
const ODD_NUMBER = /^[-+]?(?:[\d.]{16,}|[\d.]+e[-+]?\d+|0x[\da-f]+|\.(?:inf|nan))$/i;

const trapTag = defineScalarTag('trap', {
  implicit: true,
  implicitFirstChars: Array.from('yYnNoO0123456789+-.'),
  resolve(source) {
    if (ODD_NUMBER.test(source) || findTrap(source)) throw new Error('a trap');
    return NOT_RESOLVED;
  },
  identify: () => false,
});

/** Keys are plain text, and none that means something to a reader of YAML or to JavaScript. */
const plainMapTag: typeof mapTag = {
  ...mapTag,
  addPair(map, key, value) {
    if (typeof key !== 'string' || key === '<<' || key === '__proto__') return 'an odd key';
    return mapTag.addPair(map, key, value);
  },
};

const SCHEMA = new Schema([
  strTag,
  seqTag,
  plainMapTag,
  trapTag,
  nullCoreTag,
  boolCoreTag,
  intCoreTag,
  floatCoreTag,
]);

/** The map or list of one document, null when it is empty, or undefined when the full parser has to look at it. */
export function readQuickYaml(text: string): unknown {
  if (UNUSUAL.test(text) || RARE.test(text)) return undefined;
  try {
    // One level of js-yaml is up to two of the value: `[a: b]`.
    const events = parseEvents(text, { maxDepth: MAX_DEPTH / 2 });
    const lastComment = text.lastIndexOf('\n#');
    if (events.some(event => isOdd(event, lastComment))) return undefined;
    const [value = null, ...more] = constructFromEvents(events, { source: text, schema: SCHEMA });
    return typeof value === 'object' && more.length === 0 ? value : undefined;
  } catch {
    // The full parser finds the same fault, and tells it with its place.
    return undefined;
  }
}

/** Anchors, aliases, tags, and what could be a comment without indentation in a flow collection. */
function isOdd(event: Event, lastComment: number): boolean {
  if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) return false;
  if (event.type === EVENT_ID.ALIAS || event.anchorStart !== -1 || event.tagStart !== -1) return true;
  if (event.type === EVENT_ID.SCALAR) return false;
  return event.style === COLLECTION_STYLE.FLOW && event.start < lastComment;
}
