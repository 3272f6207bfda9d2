import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { LineTooLongError } from '../../cluster/json-lines.ts';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import { MalformedWatchError, SilentWatchError } from '../../cluster/watch-stream.ts';
import { until } from '../until.ts';
import { type Answer, configMap, listOf, refusal, watchOf, watchOfText } from './scripted-api-server.ts';
import { BACKOFF, follow, resumedFrom } from './scripted-watch.ts';

const EXPIRIES: [title: string, answer: Answer][] = [
  ['as a status', refusal(410, 'Expired')],
  [
    'as an ERROR event',
    watchOf('stays', { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }),
  ],
];

for (const [title, expiry] of EXPIRIES) {
  t.test(`a 410 ${title} leads to a new list, with deletes for what is gone`, async t => {
    const { changes, events, server } = await follow(t, {
      list: [
        listOf('5', configMap('stays', '1'), configMap('gone', '2')),
        listOf('50', configMap('stays', '1'), configMap('new', '40')),
      ],
      watch: [expiry, watchOf('stays')],
    });
    await until(() => changes.length === 4);
    await server.arrived('watch', 2);
    t.strictSame(changes, ['applied stays@1', 'applied gone@2', 'applied new@40', 'deleted gone']);
    t.strictSame(resumedFrom(server), ['5', '50']);
    t.ok(events.some(event => event.kind === 'expired'));
  });
}

t.test('a 410 in the middle of the pages starts the list again', async t => {
  const firstPage: Answer = response =>
    response.end(
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMapList',
        metadata: { resourceVersion: '5', continue: 'lost' },
        items: [configMap('a', '1')],
      }),
    );
  const { watch, changes } = await follow(t, {
    list: [firstPage, refusal(410, 'Expired'), listOf('9', configMap('b', '8'))],
    watch: [watchOf('stays')],
  });
  await watch.synced;
  t.strictSame(changes, ['applied a@1', 'applied b@8', 'deleted a']);
});

const FAULTS: [title: string, answer: Answer, check: (error: unknown) => boolean][] = [
  ['a 429', refusal(429, 'TooManyRequests'), error => error instanceof ApiError && error.status === 429],
  ['a 500', refusal(500, 'InternalError'), error => error instanceof ApiError && error.status === 500],
  ['a 403', refusal(403, 'Forbidden'), error => error instanceof ApiError && error.status === 403],
  [
    'a reset before the answer',
    response => response.socket?.resetAndDestroy(),
    error => error instanceof UnreachableError,
  ],
  ['a reset in the stream', watchOf('resets'), error => error instanceof UnreachableError],
  [
    'a line that is not JSON',
    watchOfText('stays', '{"type": nonsense}\n'),
    error => error instanceof MalformedWatchError,
  ],
  [
    'an event without an object',
    watchOfText('stays', '{"type":"ADDED"}\n'),
    error => error instanceof MalformedWatchError,
  ],
  [
    'an event of an unknown type',
    watchOf('stays', { type: 'NEWS', object: configMap('a', '6') }),
    error => error instanceof MalformedWatchError,
  ],
  [
    'an ERROR event',
    watchOf('stays', { type: 'ERROR', object: { kind: 'Status', code: 500, message: 'etcd is away' } }),
    error => error instanceof ApiError && error.message.includes('etcd is away'),
  ],
];

for (const [title, fault, check] of FAULTS) {
  t.test(`${title} does not end the watch`, async t => {
    const { changes, events, server } = await follow(t, {
      list: [listOf('5')],
      watch: [fault, watchOf('stays', { type: 'ADDED', object: configMap('after', '6') })],
    });
    await until(() => changes.length === 1);
    t.strictSame(changes, ['applied after@6']);
    t.strictSame(resumedFrom(server), ['5', '5']);
    t.ok(events.some(event => event.kind === 'failed' && event.phase === 'watch' && check(event.error)));
  });
}

const LIST_FAULTS: [title: string, answer: Answer][] = [
  ['a 429', refusal(429, 'TooManyRequests')],
  ['a 500', refusal(500, 'InternalError')],
  ['a 404, as of a CRD that is not there yet,', refusal(404, 'NotFound')],
  ['a reset', response => response.socket?.resetAndDestroy()],
  ['an answer that is not JSON', response => response.end('<html>a proxy speaks</html>')],
  [
    'half an answer',
    response =>
      response
        .writeHead(200, { 'Content-Length': '100' })
        .write('{"items":', () => response.socket?.resetAndDestroy()),
  ],
];

for (const [title, fault] of LIST_FAULTS) {
  t.test(`${title} instead of the first list is tried again`, async t => {
    const { watch, changes, events } = await follow(t, {
      list: [fault, fault, listOf('5', configMap('a', '1'))],
      watch: [watchOf('stays')],
    });
    await watch.synced;
    t.strictSame(changes, ['applied a@1']);
    t.equal(events.filter(event => event.kind === 'failed' && event.phase === 'list').length, 2);
  });
}

t.test('half a line is dropped and its event comes with the resumed watch', async t => {
  const event = `${JSON.stringify({ type: 'ADDED', object: configMap('b', '7') })}\n`;
  const { changes, server } = await follow(t, {
    list: [listOf('5')],
    watch: [
      watchOfText(
        'resets',
        `${JSON.stringify({ type: 'ADDED', object: configMap('a', '6') })}\n${event.slice(0, 30)}`,
      ),
      watchOfText('stays', event),
    ],
  });
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@6', 'applied b@7']);
  t.strictSame(resumedFrom(server), ['5', '6']);
});

t.test('Retry-After is honoured', async t => {
  const { events } = await follow(
    t,
    {
      list: [listOf('5')],
      watch: [refusal(429, 'TooManyRequests', { 'Retry-After': '7' }), watchOf('stays')],
    },
    { random: () => 0 },
  );
  await until(() => events.some(event => event.kind === 'failed'));
  t.match(
    events.find(event => event.kind === 'failed'),
    { retryInMs: 7_000 },
  );
});

t.test('a silent watch is closed and resumed', async t => {
  const { events, server } = await follow(
    t,
    { list: [listOf('5')], watch: [watchOf('stays')] },
    { timing: { timeoutSeconds: 0, idleMarginMs: 60, backoff: BACKOFF } },
  );
  await server.arrived('watch', 3);
  t.ok(events.some(event => event.kind === 'failed' && event.error instanceof SilentWatchError));
});

t.test('a watch that keeps talking is not taken for silent', async t => {
  const bookmark = `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '6' } } })}\n`;
  const idleMarginMs = 250;
  let quietMs = 0;
  let last = 0;
  const noteQuiet = () => {
    quietMs = Math.max(quietMs, performance.now() - last);
    last = performance.now();
  };
  const talking: Answer = async response => {
    noteQuiet();
    response.writeHead(200);
    for (let beat = 0; beat < 20; beat++) {
      response.write(bookmark);
      await sleep(20);
      noteQuiet();
    }
    response.end();
  };
  const firstEnd = async () => {
    quietMs = 0;
    last = performance.now();
    const { events, server, watch } = await follow(
      t,
      { list: [listOf('5')], watch: [talking, watchOf('stays')] },
      { timing: { timeoutSeconds: 0, idleMarginMs, backoff: BACKOFF } },
    );
    await server.arrived('watch', 2);
    await watch.stop();
    return events.find(event => event.kind === 'ended' || event.kind === 'failed')?.kind;
  };
  // A machine that stood still had the server be silent: that proves nothing, and it talks again.
  let end: string | undefined;
  await until(async () => {
    end = await firstEnd();
    return end === 'ended' || quietMs < idleMarginMs / 2;
  });
  t.equal(end, 'ended');
});

t.test('a line over the limit leads to a new list: resuming would bring it again', async t => {
  const large = { type: 'ADDED', object: { ...configMap('large', '6'), data: { text: 'x'.repeat(5_000) } } };
  const { events, server } = await follow(
    t,
    { list: [listOf('5'), listOf('9')], watch: [watchOf('stays', large), watchOf('stays')] },
    { timing: { maxLineBytes: 1_000, backoff: BACKOFF } },
  );
  await server.arrived('watch', 2);
  t.strictSame(resumedFrom(server), ['5', '9']);
  t.ok(events.some(event => event.kind === 'failed' && event.error instanceof LineTooLongError));
});

t.test('resuming in vain is given up for a new list', async t => {
  const { server } = await follow(t, {
    list: [listOf('5'), listOf('9')],
    watch: [...Array.from({ length: 5 }, () => refusal(504, 'Timeout')), watchOf('stays')],
  });
  await server.arrived('watch', 6);
  t.strictSame(resumedFrom(server), ['5', '5', '5', '5', '5', '9']);
});
