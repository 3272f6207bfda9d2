import { join } from 'node:path';
import t from 'tap';
import { startChild } from '../../tools/children.ts';
import { until } from '../until.ts';
import { isAlive } from './is-alive.ts';

t.test('a child that ends when asked is not killed', async t => {
  const logFile = join(t.testdir(), 'log');
  const script = 'trap "echo asked; exit 0" TERM; echo started; while :; do sleep 0.02; done';
  const child = await startChild('polite', '/bin/sh', ['-c', script], logFile);
  await said(child, 'started');
  await child.stop(120_000);
  t.equal(child.ended, true);
  t.equal(child.lastLines(1), 'asked');
  t.notOk(isAlive(child.pid));
});

t.test('a child that does not listen is killed after its grace', async t => {
  const logFile = join(t.testdir(), 'log');
  const script = 'trap "" TERM; echo started; while :; do sleep 0.02; done';
  const child = await startChild('deaf', '/bin/sh', ['-c', script], logFile);
  await said(child, 'started');
  await child.stop(50);
  t.notOk(isAlive(child.pid));
});

t.test('stopping what has ended by itself is no error', async t => {
  const child = await startChild('brief', '/bin/sh', ['-c', 'exit 3'], join(t.testdir(), 'log'));
  await until(() => child.ended);
  await child.stop();
  await child.stop();
  t.pass();
});

t.test('a program that is not there is an error', async t => {
  await t.rejects(startChild('absent', '/absent/program', [], join(t.testdir(), 'log')), { code: 'ENOENT' });
});

function said(child: { lastLines(): string }, text: string): Promise<void> {
  return until(() => child.lastLines().includes(text));
}
