import t from 'tap';
import { createReadiness } from '../../process/readiness.ts';
import { checkHandshake } from '../../webhook/handshake-check.ts';

import type { DialOutcome } from '../../webhook/self-dial.ts';

const GOOD: DialOutcome = { kind: 'answered' };
const BROKEN: DialOutcome = { kind: 'broken', message: 'the certificate is foreign' };
const BUSY: DialOutcome = { kind: 'unanswered', message: 'no handshake within 2000 ms' };

/** A check whose dials answer what they are told to, one by one; the last answer is given again and again. */
function checking(outcomes: readonly DialOutcome[], retryMs = 1) {
  const reports: boolean[] = [];
  const faults: string[] = [];
  const readiness = createReadiness<'handshake', 'handshake'>(['handshake'], ({ ready }) =>
    reports.push(ready),
  );
  let asked = 0;
  const all = Promise.withResolvers<void>();
  const check = checkHandshake({
    readiness,
    retryMs,
    onFault: message => faults.push(message),
    async dial() {
      asked += 1;
      if (asked === outcomes.length) setImmediate(() => all.resolve());
      return outcomes[Math.min(asked, outcomes.length) - 1] ?? GOOD;
    },
  });
  return { check, readiness, reports, faults, all: all.promise, asked: () => asked };
}

t.test('a good answer is ready, and is not asked for again', async t => {
  const { check, readiness, asked } = checking([GOOD]);
  await check.check();
  t.equal(readiness.report().ready, true);
  t.equal(asked(), 1);
});

t.test('a bad answer is asked for again until it is good, and logged once', async t => {
  const { check, reports, faults, all } = checking([BROKEN, BROKEN, BUSY, BUSY, GOOD]);
  await check.check();
  await all;
  t.strictSame(reports, [true]);
  t.strictSame(
    faults,
    [BROKEN, BUSY].map(outcome => 'message' in outcome && outcome.message),
  );
});

t.test('a new certificate that nobody can trust is not ready any more', async t => {
  const { check, readiness, reports } = checking([GOOD, BROKEN], 3_600_000);
  await check.check();
  await check.check();
  t.strictSame(readiness.report(), { ready: false, reasons: ['handshake: the certificate is foreign'] });
  t.strictSame(reports, [true, false]);
  check.stop();
});

t.test('a server that is too busy to answer stays ready', async t => {
  const { check, readiness, reports, all } = checking([GOOD, BUSY, BUSY, GOOD]);
  await check.check();
  await check.check();
  await all;
  t.equal(readiness.report().ready, true);
  t.strictSame(reports, [true]);
});

t.test('an answer about the certificate before the last one counts for nothing', async t => {
  const first = Promise.withResolvers<DialOutcome>();
  const answers = [first.promise, Promise.resolve(GOOD)];
  const readiness = createReadiness<'handshake', 'handshake'>(['handshake'], () => {});
  const dial = async (): Promise<DialOutcome> => (await answers.shift()) ?? BROKEN;
  const check = checkHandshake({ readiness, dial, retryMs: 3_600_000, onFault: () => t.fail('no fault') });
  const early = check.check();
  await check.check();
  first.resolve(BROKEN);
  await early;
  t.equal(readiness.report().ready, true);
});

t.test('once stopped, nothing is asked and nothing is taken', async t => {
  const { check, readiness, asked } = checking([BROKEN]);
  const asking = check.check();
  check.stop();
  await asking;
  t.strictSame(readiness.report().reasons, ['handshake: not there yet']);
  t.equal(asked(), 1);
});
