// How many events one object may cause: client-go's correlator (tools/record/events_cache.go). Pure but for its clock.
// The same again counts up; ten alike within ten minutes become one; 25 per object, then one in five minutes.

/** What to do about one event. */
export type Correlation =
  | { readonly action: 'drop' }
  /** A new event. */
  | { readonly action: 'create'; readonly id: string; readonly message: string }
  /** Seen before, or alike: `count` times by now. */
  | {
      readonly action: 'count';
      readonly id: string;
      readonly message: string;
      readonly count: number;
      readonly since: Date;
    };

export interface Correlator {
  /** `object` names whom it is about, `kind` what sort of event it is, without its message. */
  readonly correlate: (object: string, kind: string, message: string) => Correlation;
}

const WINDOW_MS = 600_000;
const ALIKE = 10;
const BURST = 25;
const REFILL_MS = 300_000;
/** As many objects and events are remembered (client-go: 4,096). */
const REMEMBERED = 4096;

interface Group {
  readonly messages: Set<string>;
  /** Of its latest event. */
  readonly at: number;
}

interface Seen {
  readonly since: Date;
  count: number;
}

/** Makes a correlator that remembers nothing. */
export function createCorrelator(now: () => Date): Correlator {
  const groups = new Map<string, Group>();
  const seen = new Map<string, Seen>();
  const buckets = new Map<string, { tokens: number; at: number }>();

  /** The message under which it counts: its own, or that of all that are alike. */
  const combined = (group: string, message: string, at: number): { id: string; message: string } => {
    const known = groups.get(group);
    const messages = known !== undefined && at - known.at < WINDOW_MS ? known.messages : new Set<string>();
    remember(groups, group, { messages, at });
    messages.add(message);
    if (messages.size < ALIKE) return { id: `${group} ${message}`, message };
    messages.delete(message);
    return { id: group, message: `(combined from similar events): ${message}` };
  };

  const isAllowed = (object: string, at: number): boolean => {
    const bucket = buckets.get(object) ?? { tokens: BURST, at };
    const tokens = Math.min(BURST, bucket.tokens + (at - bucket.at) / REFILL_MS);
    remember(buckets, object, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    return tokens >= 1;
  };

  return {
    correlate(object, kind, text) {
      const time = now();
      const at = time.getTime();
      if (!isAllowed(object, at)) return { action: 'drop' };
      const { id, message } = combined(`${object} ${kind}`, text, at);
      const before = seen.get(id);
      if (before === undefined) {
        remember(seen, id, { since: time, count: 1 });
        return { action: 'create', id, message };
      }
      before.count += 1;
      remember(seen, id, before);
      return { action: 'count', id, message, count: before.count, since: before.since };
    },
  };
}

/** Least recently used goes first. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
