// Terms of leadership as the lease comes and goes, told by the test.

import { setImmediate as turn } from 'node:timers/promises';
import { pino } from 'pino';
import t from 'tap';
import type { LeaseEvent } from '../../cluster/lease.ts';
import { type Config, parseConfig } from '../../reconciler/config.ts';
import { takeTurns } from '../../reconciler/election.ts';
import { createMetrics } from '../../reconciler/metrics.ts';
import type { Term } from '../../reconciler/term.ts';

const CONFIG = parse();

function openScene(config = CONFIG) {
  const history: string[] = [];
  const terms: { readonly mayWrite: () => boolean; readonly end: () => void }[] = [];
  const lease = { isHeld: false, tell(_event: LeaseEvent) {} };
  const leadership = takeTurns({
    config,
    cluster: { request: () => Promise.reject(new Error('not to be called')) },
    log: pino({ level: 'silent' }),
    metrics: { leading: createMetrics().leading },
    compete(_cluster, { onEvent }) {
      lease.tell = onEvent;
      return { isHeld: () => lease.isHeld, stop: async () => void history.push('lease given up') };
    },
    startTerm(mayWrite) {
      const ended = Promise.withResolvers<void>();
      const name = `term ${terms.length + 1}`;
      terms.push({ mayWrite, end: ended.resolve });
      history.push(`${name} begins`);
      const over = (how: string) => {
        history.push(`${name} ${how}`);
        return ended.promise.then(() => void history.push(`${name} is over`));
      };
      return { abort: () => over('aborted'), drain: () => over('drained') } as Partial<Term> as Term;
    },
  });
  return {
    terms,
    leadership,
    async acquire() {
      lease.isHeld = true;
      lease.tell({ kind: 'acquired' });
      await turn();
    },
    async lose() {
      lease.isHeld = false;
      lease.tell({ kind: 'lost', reason: 'held by another' });
      await turn();
    },
    /** What has happened since the last time. */
    news: () => history.splice(0),
  };
}

t.test('a term begins with the lease and is ended without it', async t => {
  const { terms, leadership, acquire, lose, news } = openScene();
  t.equal(leadership.term(), undefined);
  await acquire();
  t.ok(leadership.term());
  t.equal(terms[0]?.mayWrite(), true);
  await lose();
  t.equal(leadership.term(), undefined);
  t.equal(terms[0]?.mayWrite(), false);
  t.strictSame(news(), ['term 1 begins', 'term 1 aborted']);
});

t.test('a term begins when the one before is over', async t => {
  const { terms, leadership, acquire, lose, news } = openScene();
  await acquire();
  await lose();
  await acquire();
  t.equal(leadership.term(), undefined);
  terms[0]?.end();
  await turn();
  t.ok(leadership.term());
  t.strictSame(news(), ['term 1 begins', 'term 1 aborted', 'term 1 is over', 'term 2 begins']);
});

t.test('the lease comes and goes while a term is ending: one other begins, and no more', async t => {
  const { terms, leadership, acquire, lose, news } = openScene();
  await acquire();
  await lose();
  await acquire();
  await lose();
  await acquire();
  terms[0]?.end();
  await turn();
  t.equal(terms.length, 2);
  news();
  await lose();
  t.equal(leadership.term(), undefined);
  t.strictSame(news(), ['term 2 aborted']);
});

t.test('what was acquired and lost while a term was ending begins nothing', async t => {
  const { terms, acquire, lose } = openScene();
  await acquire();
  await lose();
  await acquire();
  await lose();
  terms[0]?.end();
  await turn();
  t.equal(terms.length, 1);
});

t.test('a stop drains the term, then gives the lease up; nothing begins any more', async t => {
  const { terms, leadership, acquire, news } = openScene();
  await acquire();
  const stopped = leadership.stop(60_000, new AbortController().signal);
  await turn();
  await acquire();
  terms[0]?.end();
  await stopped;
  t.strictSame(news(), ['term 1 begins', 'term 1 drained', 'term 1 is over', 'lease given up']);
});

t.test('in a hurry, a stop ends what is in flight', async t => {
  const { terms, leadership, acquire, news } = openScene();
  await acquire();
  const stopped = leadership.stop(60_000, AbortSignal.abort());
  await turn();
  terms[0]?.end();
  await stopped;
  t.ok(news().includes('term 1 aborted'));
});

t.test('without an election this process leads at once', async t => {
  const { terms, leadership } = openScene(parse('--no-leader-election'));
  await turn();
  t.ok(leadership.term());
  t.equal(terms[0]?.mayWrite(), true);
});

function parse(...args: string[]): Config {
  const config = parseConfig(args);
  if (config === 'help') throw new Error('no config');
  return config;
}
