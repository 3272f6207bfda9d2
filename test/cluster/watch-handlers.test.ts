import t from 'tap';
import { until } from '../until.ts';
import { configMap, listOf, refusal, watchOf } from './scripted-api-server.ts';
import { BACKOFF, follow } from './scripted-watch.ts';

t.test('a handler that throws gets the change again, and other objects do not wait', async t => {
  let failures = 2;
  const { changes, watch, events } = await follow(
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
  const { changes } = await follow(
    t,
    { list: [listOf('5', configMap('a', '1'))], watch: [watchOf('stays')] },
    { onChange: async () => (failures-- > 0 ? Promise.reject(new Error('not now')) : undefined) },
  );
  await until(() => changes.length === 2);
  t.strictSame(changes, ['applied a@1', 'applied a@1']);
});

t.test('what the handler threw at is superseded by a later state of the object', async t => {
  const { changes, watch } = await follow(
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
    const { changes, watch } = await follow(
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
    await until(() => changes.includes('deleted poison'));
    t.equal(watch.failing, 0);
  },
);
