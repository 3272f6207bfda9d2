import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { until } from '../until.ts';
import { type Answer, configMap, listOf, refusal, watchOf } from './scripted-api-server.ts';
import { BACKOFF, follow, resumedFrom } from './scripted-watch.ts';

t.test('a list is handed over, then each event of the watch', async t => {
  const { changes, watch, server } = await follow(t, {
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

t.test('an object that was replaced by one of its name arrives as the new one', async t => {
  const { changes } = await follow(t, {
    list: [listOf('5', configMap('a', '1', 'first')), listOf('50', configMap('a', '40', 'second'))],
    watch: [refusal(410, 'Expired'), watchOf('stays')],
  });
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@1', 'applied a@40']);
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
  await follow(
    t,
    { list: [listOf('5')], watch: [drip] },
    { onChange: change => void objects.push(change.object) },
  );
  await until(() => objects.length === 1);
  t.strictSame(objects, [object]);
});

t.test('an old list is taken anew without need', async t => {
  const { changes, server } = await follow(
    t,
    {
      list: [listOf('5', configMap('a', '1')), listOf('9', configMap('missed', '8'))],
      watch: [watchOf('ends'), watchOf('stays')],
    },
    { timing: { relistMs: 0, backoff: BACKOFF } },
  );
  await until(() => changes.length === 3);
  t.strictSame(changes, ['applied a@1', 'applied missed@8', 'deleted a']);
  t.ok(server.requests.length >= 3);
});

t.test('the same event twice is handed over once', async t => {
  const event = { type: 'ADDED', object: configMap('a', '6') };
  const { changes } = await follow(t, {
    list: [listOf('5')],
    watch: [watchOf('stays', event, event, { type: 'ADDED', object: configMap('b', '7') })],
  });
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@6', 'applied b@7']);
});

t.test('a listener that throws does not end the watch', async t => {
  const { changes } = await follow(
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
  await until(() => waiting.events.length === 1);
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
  await until(() => hanging.changes.length === 1);
  await hanging.watch.stop();
});

t.test('a list that is asked for hands over every object again, and then the watch goes on', async t => {
  const { changes, watch, server } = await follow(t, {
    list: [
      listOf('5', configMap('a', '1'), configMap('b', '2'), configMap('c', '3')),
      listOf('9', configMap('a', '1'), configMap('b', '8')),
    ],
    watch: [
      watchOf('stays', { type: 'MODIFIED', object: configMap('b', '6') }),
      watchOf('stays', { type: 'ADDED', object: configMap('d', '10') }),
    ],
  });
  await until(() => changes.length === 4);
  changes.length = 0;
  await watch.relist();
  t.strictSame(changes, ['applied a@1', 'applied b@8', 'deleted c']);
  await until(() => changes.length === 4);
  t.strictSame(changes.at(-1), 'applied d@10');
  t.strictSame(resumedFrom(server), ['5', '9']);
});

t.test('who asks for a list is told when it fails, and the watch goes on by itself', async t => {
  const { changes, watch } = await follow(t, {
    list: [listOf('5', configMap('a', '1')), refusal(403, 'Forbidden'), listOf('6', configMap('b', '6'))],
    watch: [watchOf('stays')],
  });
  await watch.synced;
  await t.rejects(watch.relist(), /scripted Forbidden/);
  await until(() => changes.includes('applied b@6'));
});

t.test('who asks for a list while another waits for its turn gets that one', async t => {
  const { changes, watch, server } = await follow(t, {
    list: [listOf('5', configMap('a', '1'))],
    watch: [watchOf('stays')],
  });
  await watch.synced;
  await Promise.all([watch.relist(), watch.relist()]);
  t.equal(server.requests.filter(url => !url.searchParams.has('watch')).length, 2);
  t.strictSame(changes, ['applied a@1', 'applied a@1']);
});

t.test('who asks for a list is told when the watch is stopped', async t => {
  const { watch } = await follow(t, { list: [listOf('5'), () => undefined], watch: [watchOf('stays')] });
  await watch.synced;
  const asked = watch.relist();
  const told = t.rejects(asked, /the watch was stopped/);
  await watch.stop();
  await told;
});
