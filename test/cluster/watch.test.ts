import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { LineTooLongError } from '../../cluster/json-lines.ts';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import { type ResourceWatch, type WatchOptions, watchResource } from '../../cluster/watch.ts';
import type { WatchEvent } from '../../cluster/watch-events.ts';
import { MalformedWatchError, SilentWatchError } from '../../cluster/watch-stream.ts';
import {
  type Answer,
  configMap,
  listOf,
  refusal,
  type ScriptedApiServer,
  startScriptedApiServer,
  watchOf,
  watchOfText,
} from './scripted-api-server.ts';

const RESOURCE = { group: '', version: 'v1', plural: 'configmaps' };
/** Short, so that a test is; the real ones are the defaults. */
const BACKOFF = { minMs: 20, maxMs: 100, resetMs: 1_000 };

interface Followed {
  readonly server: ScriptedApiServer;
  readonly watch: ResourceWatch;
  /** `applied shop/a@1`, in order. */
  readonly changes: string[];
  readonly events: WatchEvent[];
  /** Settles when the condition holds; checked after each change and event. */
  until(condition: () => boolean): Promise<void>;
}

async function follow(
  t: Test,
  script: { list: Answer[]; watch: Answer[] },
  options: Partial<WatchOptions> = {},
) {
  const server = await startScriptedApiServer(t);
  server.script('list', ...script.list);
  server.script('watch', ...script.watch);
  const changes: string[] = [];
  const events: WatchEvent[] = [];
  const { onChange, onEvent, timing, ...others } = options;
  const watch = watchResource(server.cluster, {
    resource: RESOURCE,
    ...others,
    onChange(change) {
      const { name, resourceVersion } = change.object.metadata;
      changes.push(`${change.type} ${name}@${resourceVersion}`);
      return onChange?.(change);
    },
    onEvent(event) {
      events.push(event);
      onEvent?.(event);
    },
    timing: { backoff: BACKOFF, ...timing },
  });
  t.teardown(() => watch.stop());
  const until = async (condition: () => boolean) => {
    while (!condition()) await sleep(5);
  };
  return { server, watch, changes, events, until } satisfies Followed;
}

t.test('a list is handed over, then each event of the watch', async t => {
  const { changes, until, watch, server } = await follow(t, {
    list: [listOf('5', configMap('a', '1'), configMap('b', '2'))],
    watch: [
      watchOf(
        'stays',
        { type: 'ADDED', object: configMap('c', '6') },
        { type: 'MODIFIED', object: configMap('a', '7') },
        { type: 'DELETED', object: configMap('b', '8') },
      ),
    ],
  });
  await until(() => changes.length === 5);
  t.strictSame(changes, ['applied a@1', 'applied b@2', 'applied c@6', 'applied a@7', 'deleted b@8']);
  t.equal(watch.hasSynced, true);
  const query = server.requests[1]?.searchParams;
  t.strictSame(
    [query?.get('resourceVersion'), query?.get('allowWatchBookmarks'), query?.get('timeoutSeconds')],
    ['5', 'true', '290'],
  );
});

t.test('it has not synced before the list is complete', async t => {
  const page = (next: string | undefined, name: string): Answer => {
    const metadata = { resourceVersion: '5', ...(next === undefined ? {} : { continue: next }) };
    const body = { apiVersion: 'v1', kind: 'ConfigMapList', metadata, items: [configMap(name, '1')] };
    return response => response.end(JSON.stringify(body));
  };
  const syncedAt: boolean[] = [];
  const { watch, server, changes } = await follow(
    t,
    { list: [page('next-page', 'a'), page(undefined, 'b')], watch: [watchOf('stays')] },
    { onChange: () => void syncedAt.push(false), onSynced: () => void syncedAt.push(true) },
  );
  await watch.synced;
  t.strictSame(syncedAt, [false, false, true]);
  t.strictSame(changes, ['applied a@1', 'applied b@1']);
  t.equal(server.requests[0]?.searchParams.get('limit'), '500');
  t.equal(server.requests[1]?.searchParams.get('continue'), 'next-page');
});

t.test('items of a list of a built-in kind get their kind', async t => {
  const kinds: string[] = [];
  const item = { metadata: { name: 'a', resourceVersion: '1' } };
  const { watch } = await follow(
    t,
    { list: [listOf('5', item)], watch: [watchOf('stays')] },
    { onChange: ({ object }) => void kinds.push(`${object.apiVersion} ${object.kind}`) },
  );
  await watch.synced;
  t.strictSame(kinds, ['v1 ConfigMap']);
});

t.test('managedFields are dropped and unknown fields are kept', async t => {
  const objects: unknown[] = [];
  const object = { ...configMap('a', '1'), unheardOf: { x: [1] } };
  const managed = { ...object, metadata: { ...object.metadata, managedFields: [{ manager: 'x' }] } };
  const { watch } = await follow(
    t,
    { list: [listOf('5', managed)], watch: [watchOf('stays')] },
    { onChange: change => void objects.push(change.object) },
  );
  await watch.synced;
  t.strictSame(objects, [object]);
});

t.test('a watch that ends is resumed from its last version, bookmarks included', async t => {
  const { server, events } = await follow(t, {
    list: [listOf('5')],
    watch: [
      watchOf('ends', { type: 'ADDED', object: configMap('a', '6') }),
      watchOf('ends', {
        type: 'BOOKMARK',
        object: { kind: 'ConfigMap', metadata: { resourceVersion: '90' } },
      }),
      watchOf('stays'),
    ],
  });
  await server.arrived('watch', 3);
  t.strictSame(resumedFrom(server), ['5', '6', '90']);
  t.equal(server.requests.filter(url => !url.searchParams.has('watch')).length, 1);
  t.ok(events.some(event => event.kind === 'bookmark' && event.resourceVersion === '90'));
});

const EXPIRIES: [title: string, answer: Answer][] = [
  ['as a status', refusal(410, 'Expired')],
  [
    'as an ERROR event',
    watchOf('stays', { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }),
  ],
];

for (const [title, expiry] of EXPIRIES) {
  t.test(`a 410 ${title} leads to a new list, with deletes for what is gone`, async t => {
    const { changes, until, events, server } = await follow(t, {
      list: [
        listOf('5', configMap('stays', '1'), configMap('gone', '2')),
        listOf('50', configMap('stays', '1'), configMap('new', '40')),
      ],
      watch: [expiry, watchOf('stays')],
    });
    await until(() => changes.length === 4);
    await server.arrived('watch', 2);
    t.strictSame(changes, ['applied stays@1', 'applied gone@2', 'applied new@40', 'deleted gone@2']);
    t.strictSame(resumedFrom(server), ['5', '50']);
    t.ok(events.some(event => event.kind === 'expired'));
  });
}

t.test('an object that was replaced by one of its name arrives as the new one', async t => {
  const { changes, until } = await follow(t, {
    list: [listOf('5', configMap('a', '1', 'first')), listOf('50', configMap('a', '40', 'second'))],
    watch: [refusal(410, 'Expired'), watchOf('stays')],
  });
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@1', 'applied a@40']);
});

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
  t.strictSame(changes, ['applied a@1', 'applied b@8', 'deleted a@1']);
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
    const { changes, until, events, server } = await follow(t, {
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
  const { changes, until, server } = await follow(t, {
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

t.test('events that are cut anywhere arrive whole, multi-byte characters included', async t => {
  const object = { ...configMap('a', '6'), data: { text: 'grün 🌳' } };
  const bytes = Buffer.from(`${JSON.stringify({ type: 'ADDED', object })}\n`);
  const drip: Answer = async response => {
    response.writeHead(200);
    for (const byte of bytes) {
      response.write(Buffer.from([byte]));
      await sleep(0);
    }
  };
  const objects: unknown[] = [];
  const { until } = await follow(
    t,
    { list: [listOf('5')], watch: [drip] },
    { onChange: change => void objects.push(change.object) },
  );
  await until(() => objects.length === 1);
  t.strictSame(objects, [object]);
});

t.test('Retry-After is honoured', async t => {
  const { events, until } = await follow(
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
  const talking: Answer = async response => {
    response.writeHead(200);
    for (let beat = 0; beat < 20; beat++) {
      response.write(bookmark);
      await sleep(20);
    }
    response.end();
  };
  const { events, server } = await follow(
    t,
    { list: [listOf('5')], watch: [talking, watchOf('stays')] },
    { timing: { timeoutSeconds: 0, idleMarginMs: 250, backoff: BACKOFF } },
  );
  await server.arrived('watch', 2);
  const firstEnd = events.find(event => event.kind === 'ended' || event.kind === 'failed');
  t.equal(firstEnd?.kind, 'ended');
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

t.test('an old list is taken anew without need', async t => {
  const { changes, until, server } = await follow(
    t,
    {
      list: [listOf('5', configMap('a', '1')), listOf('9', configMap('missed', '8'))],
      watch: [watchOf('ends'), watchOf('stays')],
    },
    { timing: { relistMs: 0, backoff: BACKOFF } },
  );
  await until(() => changes.length === 3);
  t.strictSame(changes, ['applied a@1', 'applied missed@8', 'deleted a@1']);
  t.ok(server.requests.length >= 3);
});

t.test('a handler that throws gets the change again, and other objects do not wait', async t => {
  let failures = 2;
  const { changes, until, watch, events } = await follow(
    t,
    {
      list: [listOf('5', configMap('a', '1'), configMap('b', '2'))],
      watch: [watchOf('stays', { type: 'ADDED', object: configMap('c', '6') })],
    },
    {
      onChange({ object }) {
        if (object.metadata.name === 'a' && failures-- > 0) throw new Error('not now');
      },
    },
  );
  await until(() => changes.filter(change => change === 'applied a@1').length === 3);
  await until(() => changes.includes('applied c@6'));
  t.equal(changes.filter(change => change === 'applied b@2').length, 1);
  t.equal(watch.failing, 0);
  t.equal(events.filter(event => event.kind === 'handler-failed').length, 2);
});

t.test('a handler that rejects counts as one that throws', async t => {
  let failures = 1;
  const { changes, until } = await follow(
    t,
    { list: [listOf('5', configMap('a', '1'))], watch: [watchOf('stays')] },
    { onChange: async () => (failures-- > 0 ? Promise.reject(new Error('not now')) : undefined) },
  );
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@1', 'applied a@1']);
});

t.test('what the handler threw at is superseded by a later state of the object', async t => {
  const { changes, until, watch } = await follow(
    t,
    {
      list: [listOf('5', configMap('a', '1'))],
      watch: [watchOf('stays', { type: 'MODIFIED', object: configMap('a', '6') })],
    },
    {
      onChange({ object }) {
        if (object.metadata.resourceVersion === '1') throw new Error('not this one');
      },
      timing: { backoff: { ...BACKOFF, minMs: 100 } },
    },
  );
  await until(() => changes.includes('applied a@6'));
  t.equal(watch.failing, 0);
  t.strictSame(changes.slice(-1), ['applied a@6']);
});

t.test(
  'an object that the handler never took and that is gone after a relist is deleted all the same',
  async t => {
    const { changes, until, watch } = await follow(
      t,
      {
        list: [listOf('5', configMap('poison', '1')), listOf('50')],
        watch: [refusal(410, 'Expired'), watchOf('stays')],
      },
      {
        onChange({ type }) {
          if (type === 'applied') throw new Error('poison');
        },
      },
    );
    await until(() => changes.includes('deleted poison@1'));
    t.equal(watch.failing, 0);
  },
);

t.test('the same event twice is handed over once', async t => {
  const event = { type: 'ADDED', object: configMap('a', '6') };
  const { changes, until } = await follow(t, {
    list: [listOf('5')],
    watch: [watchOf('stays', event, event, { type: 'ADDED', object: configMap('b', '7') })],
  });
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@6', 'applied b@7']);
});

t.test('a listener that throws does not end the watch', async t => {
  const { changes, until } = await follow(
    t,
    { list: [listOf('5')], watch: [watchOf('stays', { type: 'ADDED', object: configMap('a', '6') })] },
    {
      onEvent() {
        throw new Error('a counter is broken');
      },
      onSynced() {
        throw new Error('so is this');
      },
    },
  );
  await until(() => changes.length === 1);
  t.pass();
});

t.test('stop ends a standing watch and closes its connection', async t => {
  let closed: () => void = () => {};
  const gone = new Promise<void>(resolve => {
    closed = resolve;
  });
  const standing: Answer = response => {
    response.writeHead(200).flushHeaders();
    response.on('close', closed);
  };
  const { watch, server } = await follow(t, { list: [listOf('5')], watch: [standing] });
  await server.arrived('watch', 1);
  await watch.stop();
  await gone;
  t.pass();
});

t.test('stop does not wait for a backoff, an unanswered list or a handler that hangs', async t => {
  const endless = { backoff: { minMs: 1e8, maxMs: 1e9, resetMs: 1 } };
  const waiting = await follow(t, { list: [refusal(500, 'InternalError')], watch: [] }, { timing: endless });
  await waiting.until(() => waiting.events.length === 1);
  await waiting.watch.stop();

  const unanswered = await follow(t, { list: [() => {}], watch: [] });
  await unanswered.server.arrived('list', 1);
  await unanswered.watch.stop();
  await t.rejects(unanswered.watch.synced, { message: 'the watch was stopped' });

  const hanging = await follow(
    t,
    { list: [listOf('5', configMap('a', '1'))], watch: [] },
    { onChange: () => new Promise<void>(() => {}) },
  );
  await hanging.until(() => hanging.changes.length === 1);
  await hanging.watch.stop();
});

function resumedFrom(server: ScriptedApiServer): (string | null)[] {
  return server.requests
    .filter(url => url.searchParams.has('watch'))
    .map(url => url.searchParams.get('resourceVersion'));
}
