import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { createEngine, type Engine } from '../../../policies/engine/engine.ts';
import { handClock } from './hand-clock.ts';
import { buildHostile, loadHostile } from './hostile-bundle.ts';
import { product, review } from './question.ts';
import { codesOf } from './serve.ts';

const bundle = await loadHostile('faulty');

/** Its evaluations end by a clock that stands still. */
async function start(clock = handClock()): Promise<Engine> {
  return createEngine({ bundle, threads: 1, evaluationMs: 1_000, startMs: 120_000, now: clock.now });
}

t.test('closing settles every review, under evaluation, in the ring and beyond it', async t => {
  const engine = await start();
  const asked = ['endless', ...Array.from({ length: 60 }, (_, i) => `p-${i}`)];
  const verdicts = asked.map(name => engine.judge(review(product(name))));
  await engine.close();
  for (const { allowed, findings } of await Promise.all(verdicts)) {
    if (!allowed) t.strictSame(codesOf(findings), ['DM-ENGINE-006']);
  }
  t.equal((await verdicts[0])?.allowed, false);
  t.equal(engine.depth, 0);
  t.equal(engine.ready, false);
});

t.test('closing while a thread is being replaced settles what it gave back', async t => {
  const clock = handClock();
  const engine = await start(clock);
  const verdicts = ['endless', 'orders', 'stock'].map(name => engine.judge(review(product(name))));
  clock.pass(1_001);
  while (engine.ready) await new Promise(resolve => setImmediate(resolve));
  await engine.close();
  const codes = (await Promise.all(verdicts)).map(({ findings }) => codesOf(findings));
  t.strictSame(codes, [['DM-ENGINE-001'], ['DM-ENGINE-006'], ['DM-ENGINE-006']]);
});

t.test('closing does not wait for a review that never ends on a bundle that has gone', async t => {
  const engine = await start();
  const endless = engine.judge(review(product('endless')));
  await engine.swap(await loadHostile('upgraded'));
  await engine.close();
  t.strictSame(codesOf((await endless).findings), ['DM-ENGINE-006']);
});

t.test('once closed, it denies what it is asked and takes no other bundle', async t => {
  const engine = await start();
  await engine.close();
  await engine.close();
  const { allowed, findings } = await engine.judge(review(product('orders')));
  t.equal(allowed, false);
  t.strictSame(codesOf(findings), ['DM-ENGINE-006']);
  t.strictSame(codesOf((await engine.fill(review(product('orders')))).faults), ['DM-ENGINE-006']);
  await t.rejects(engine.swap(bundle), /closed/);
});

t.test('closing ends a swap that is under way', async t => {
  const engine = await start();
  const swapped = engine.swap(await loadHostile('endless-start'));
  const rejected = t.rejects(swapped, /ended while it was starting/);
  // Its thread is there one turn later, and never answers.
  await new Promise(resolve => setImmediate(resolve));
  await engine.close();
  await rejected;
});

t.test('a bundle that does not run makes no engine', async t => {
  await t.rejects(createEngine({ bundle: await loadHostile('aborting-start'), threads: 2 }), /conflict/);
});

for (const [title, folder, said] of [
  ['after an engine is closed', 'faulty', 'judged'],
  ['after an engine did not start', 'aborting-start', 'not started'],
] as const) {
  t.test(`a process ends by itself ${title}`, async t => {
    const dir = await mkdtemp(join(tmpdir(), 'dappmesh-close-'));
    t.teardown(() => rm(dir, { recursive: true }));
    await writeFile(join(dir, 'bundle.tar.gz'), await buildHostile(folder));
    const program = join(import.meta.dirname, 'programs', 'judge-once.ts');
    const child = spawn(process.execPath, [program, join(dir, 'bundle.tar.gz')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', chunk => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number | null];
    t.equal(code, 0);
    t.equal(output.trim(), said);
  });
}
