import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { followBundleFile, markOf } from '../../../../policies/engine/loading/bundle-file.ts';
import { until } from '../../../until.ts';

interface Followed {
  readonly path: string;
  readonly taken: string[];
  readonly faults: unknown[];
  /** Looks at the file now. */
  check(): Promise<void>;
  /** Waits for so many takes and faults together. */
  settled(count: number): Promise<void>;
}

async function follow(t: Test, pollMs: number): Promise<Followed> {
  const path = join(t.testdir({ 'bundle.tar.gz': 'one' }), 'bundle.tar.gz');
  const taken: string[] = [];
  const faults: unknown[] = [];
  const file = followBundleFile(
    {
      path,
      async take(bytes) {
        const text = Buffer.from(bytes).toString();
        if (text.startsWith('bad') && faults.length < 3) throw new Error(text);
        taken.push(text);
      },
      onFault: error => faults.push(error),
      isFinal: error => !String(error).includes('for now'),
      pollMs,
    },
    await markOf(path),
  );
  t.teardown(file.stop);
  await file.check();
  return {
    path,
    taken,
    faults,
    check: file.check,
    async settled(count) {
      await until(() => taken.length + faults.length >= count);
    },
  };
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

for (const [title, pollMs] of [
  ['by the file system’s word', 3_600_000],
  ['by the poll', 20],
] as const) {
  t.test(`a replaced file is taken up ${title}, each version once`, async t => {
    const { path, taken, faults, settled } = await follow(t, pollMs);
    t.strictSame(taken, [], 'what was loaded at the start is not loaded again');
    await replace(path, 'two');
    await settled(1);
    await replace(path, 'three');
    await settled(2);
    t.strictSame(taken, ['two', 'three']);
    t.strictSame(faults, []);
  });
}

t.test('a bad file is told, and the next good one taken', async t => {
  const { path, taken, faults, settled } = await follow(t, 20);
  await replace(path, 'bad one');
  await settled(1);
  t.match(faults, [/bad one/]);
  await replace(path, 'good');
  await settled(2);
  t.strictSame(taken, ['good']);
});

t.test('a file that vanishes is told, and its return is noticed', async t => {
  const { path, taken, faults, settled } = await follow(t, 20);
  await rm(path);
  await settled(1);
  t.match(faults[0], { code: 'ENOENT' });
  await replace(path, 'back');
  await until(() => taken.length > 0);
  t.strictSame(taken, ['back']);
});

t.test('what fails for another reason than the file is tried again, a bad file is not', async t => {
  const passing = await follow(t, 2);
  await replace(passing.path, 'bad for now');
  await passing.settled(4);
  t.strictSame(passing.taken, ['bad for now']);
  t.equal(passing.faults.length, 3);
  const final = await follow(t, 2);
  await replace(final.path, 'bad for ever');
  await final.settled(1);
  await sleep(100);
  await final.check();
  t.equal(final.faults.length, 1);
});
