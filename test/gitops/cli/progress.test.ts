import { PassThrough } from 'node:stream';
import t from 'tap';
import { startProgress } from '../../../gitops/cli/progress.ts';

/** A stream, what was written to it, and a clock. */
function stage(isTTY: boolean): { stream: NodeJS.WriteStream; written: string[]; clock: { now: number } } {
  const written: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => written.push(chunk.toString()));
  return {
    stream: Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream,
    written,
    clock: { now: 0 },
  };
}

t.test('a short wait shows nothing', async t => {
  const { stream, written, clock } = stage(true);
  const progress = startProgress(stream, () => clock.now);
  for (clock.now = 0; clock.now < 2000; clock.now += 10) progress.tick();
  progress.end();
  t.strictSame(written, []);
});

t.test('a long one shows how far it is, now and then, and cleans up', async t => {
  const { stream, written, clock } = stage(true);
  const progress = startProgress(stream, () => clock.now);
  progress.phase('objects judged');
  for (clock.now = 0; clock.now <= 2300; clock.now += 10) progress.tick();
  progress.end();
  t.strictSame(written, [
    '\r201 objects judged\u001b[K',
    '\r211 objects judged\u001b[K',
    '\r221 objects judged\u001b[K',
    '\r231 objects judged\u001b[K',
    '\r\u001b[K',
  ]);
});

t.test('where a program reads, not a person, no progress is written', async t => {
  const { stream, written, clock } = stage(false);
  const progress = startProgress(stream, () => clock.now);
  clock.now = 10_000;
  progress.tick();
  progress.end();
  t.strictSame(written, []);
});

t.test('what is going on is said, and each phase counts anew', async t => {
  const { stream, written, clock } = stage(true);
  const progress = startProgress(stream, () => clock.now);
  clock.now = 3000;
  progress.phase('reading the cluster');
  clock.now = 4000;
  progress.phase('objects compared');
  clock.now = 5000;
  progress.tick();
  progress.end();
  progress.end();
  t.strictSame(written, [
    '\rreading the cluster\u001b[K',
    '\robjects compared\u001b[K',
    '\r1 objects compared\u001b[K',
    '\r\u001b[K',
  ]);
});
