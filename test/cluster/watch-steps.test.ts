import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { createBackoff, REFLECTOR_BACKOFF } from '../../cluster/backoff.ts';
import { LineTooLongError } from '../../cluster/json-lines.ts';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import { createPlanner, type Ending, type Step } from '../../cluster/watch-steps.ts';
import { MalformedWatchError } from '../../cluster/watch-stream.ts';

const api = (status: number, retryAfterMs?: number) =>
  new ApiError({ status, reason: '', message: `scripted ${status}`, retryAfterMs });
const ended = (over: Partial<Extract<Ending, { kind: 'watch-ended' }>> = {}): Ending => ({
  kind: 'watch-ended',
  lasting: false,
  productive: false,
  opened: false,
  ...over,
});
const reset = new Error('read ECONNRESET');

const FIRST: [title: string, ending: Ending, step: Step][] = [
  ['after a list it watches', { kind: 'listed', resourceVersion: '5' }, { action: 'watch', delayMs: 0 }],
  [
    'a list that failed is tried again at once',
    { kind: 'list-failed', error: reset },
    { action: 'list', delayMs: 0 },
  ],
  ['a list that was shed waits', { kind: 'list-failed', error: api(429) }, { action: 'list', delayMs: 800 }],
  [
    'a list waits as long as asked',
    { kind: 'list-failed', error: api(503, 9_000) },
    { action: 'list', delayMs: 9_000 },
  ],
  [
    'a watch that ended is resumed',
    ended({ lasting: true, productive: true }),
    { action: 'watch', delayMs: 0 },
  ],
  [
    'a watch that broke is resumed',
    ended({ productive: true, error: reset }),
    { action: 'watch', delayMs: 0 },
  ],
  ['a 410 lists at once', ended({ error: api(410) }), { action: 'list', delayMs: 0 }],
  ['a 404 lists: the kind itself has gone', ended({ error: api(404) }), { action: 'list', delayMs: 0 }],
  ['a line over the limit lists', ended({ error: new LineTooLongError(1) }), { action: 'list', delayMs: 0 }],
  ['a 429 waits', ended({ error: api(429) }), { action: 'watch', delayMs: 800 }],
  [
    'a 500 waits even after a long watch',
    ended({ lasting: true, error: api(500) }),
    { action: 'watch', delayMs: 800 },
  ],
];

for (const [title, ending, step] of FIRST) {
  t.test(title, async t => t.strictSame(planner().next(ending, false), step));
}

const REPEATED: [title: string, ending: Ending, delays: number[]][] = [
  ['a 410 after each list', ended({ error: api(410) }), [0, 1_600, 3_200, 6_400]],
  [
    'a watch that breaks after one event',
    ended({ productive: true, error: reset }),
    [0, 1_600, 3_200, 6_400],
  ],
  ['a watch that ends at once', ended(), [0, 1_600, 3_200, 6_400]],
  ['a list that never comes', { kind: 'list-failed', error: reset }, [0, 1_600, 3_200, 6_400]],
  ['a watch that lasts and breaks', ended({ lasting: true, productive: true, error: reset }), [0, 0, 0, 0]],
];

for (const [title, ending, delays] of REPEATED) {
  t.test(`${title} waits ${delays.join(', ')} ms`, async t => {
    const { next } = planner();
    t.strictSame(
      delays.map(() => next(ending, false).delayMs),
      delays,
    );
  });
}

const IN_VAIN: [title: string, ending: Ending][] = [
  ['opened and ended at once', ended({ opened: true })],
  ['opened and broke', ended({ opened: true, error: new UnreachableError('GET /x', reset) })],
  ['answered with 504, as a version from the future is', ended({ error: api(504) })],
  ['answered with nonsense', ended({ opened: true, error: new MalformedWatchError('nonsense') })],
];

for (const [title, ending] of IN_VAIN) {
  t.test(`the fifth watch in a row that ${title} is given up for a list`, async t => {
    const { next } = planner();
    const actions = (count: number) => Array.from({ length: count }, () => next(ending, false).action);
    t.strictSame(actions(4), ['watch', 'watch', 'watch', 'watch']);
    next(ended({ productive: true, error: reset }), false);
    t.strictSame(actions(6), ['watch', 'watch', 'watch', 'watch', 'list', 'watch']);
  });
}

const OUTAGES: [title: string, error: unknown][] = [
  ['is away', new UnreachableError('GET /x', reset)],
  ['sheds load', api(429)],
  ['is starting', api(503)],
];

for (const [title, error] of OUTAGES) {
  t.test(`while the API server ${title} nothing is given up`, async t => {
    const { next } = planner();
    const actions = Array.from({ length: 20 }, () => next(ended({ error }), false).action);
    t.notOk(actions.includes('list'));
  });
}

t.test('a list that is due replaces resuming', async t => {
  t.equal(planner().next(ended({ lasting: true, productive: true }), true).action, 'list');
});

function planner() {
  return createPlanner(createBackoff(REFLECTOR_BACKOFF, { now: () => 0, random: () => 0 }));
}
