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
  for (clock.now = 0; clock.now <= 2300; clock.now += 10) progress.tick();
  progress.end();
  t.strictSame(written, [
    '\r201 objects judged',
    '\r211 objects judged',
    '\r221 objects judged',
    '\r231 objects judged',
    '\r\u001b[K',
  ]);
});

t.test('a program is never told', async t => {
  const { stream, written, clock } = stage(false);
  const progress = startProgress(stream, () => clock.now);
  clock.now = 10_000;
  progress.tick();
  progress.end();
  t.strictSame(written, []);
});
