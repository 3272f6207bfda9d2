import t from 'tap';
import type { KubernetesObject } from '../../cluster/kubernetes-object.ts';
import { createWritten, idOfRef } from '../../reconciler/written.ts';

const REF = { apiVersion: 'v1', kind: 'Secret', namespace: 'sales', name: 'a' };
const told: string[] = [];
const tell = () => void told.push('told');
const answer = (resourceVersion: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'a', namespace: 'sales', resourceVersion },
});

function openWritten() {
  const clock = { now: 0 };
  const written = createWritten(() => clock.now);
  told.length = 0;
  return {
    clock,
    written,
    apply: (version: string, fields: { settled?: string } = {}) =>
      written.writeChild(
        REF,
        async () => answer(version),
        () => ({ desired: 'abc', owner: 'u1', ...fields }),
      ),
  };
}

t.test('what was written is remembered until a watch shows it, and its echo starts nothing', async t => {
  const { written, apply } = openWritten();
  await apply('7');
  t.match(written.child(REF), { desired: 'abc', resourceVersion: '7' });
  written.sawChild(REF, '6', tell);
  t.ok(written.child(REF), 'an older state');
  t.equal(told.length, 1);
  written.sawChild(REF, '7', tell);
  t.equal(written.child(REF), undefined);
  t.equal(told.length, 1);
  written.sawChild(REF, '8', tell);
  t.equal(told.length, 2);
});

t.test('what no watch shows is not remembered for ever', async t => {
  const { written, apply, clock } = openWritten();
  await apply('7');
  clock.now = 30_000;
  t.equal(written.child(REF), undefined);
});

t.test('what is gone, or newer than the write, counts whatever was written', async t => {
  const { written, apply } = openWritten();
  for (const version of [undefined, '10']) {
    await apply('7');
    told.length = 0;
    written.sawChild(REF, version, tell);
    t.equal(written.child(REF), undefined);
    t.equal(told.length, 1);
  }
});

t.test('what has turned out to need no write is remembered until the child goes', async t => {
  const { written, apply, clock } = openWritten();
  await apply('7', { settled: 'digest' });
  clock.now = 1_000_000;
  written.sawChild(REF, '7', tell);
  t.equal(written.child(REF)?.settled, 'digest');
  written.sawChild(REF, undefined, tell);
  t.equal(written.child(REF), undefined);
});

t.test('a child that came and went before the answer is told, not waited for', async t => {
  const { written } = openWritten();
  const write = async () => {
    written.sawChild(REF, '7', tell);
    written.sawChild(REF, undefined, tell);
    t.equal(told.length, 0, 'nobody can say yet what it means');
    return answer('7');
  };
  await written.writeChild(REF, write, () => ({ desired: 'abc', owner: 'u1' }));
  t.equal(written.child(REF), undefined);
  t.equal(told.length, 1);
});

t.test('an echo that comes before the answer is no news', async t => {
  const { written } = openWritten();
  const write = async () => {
    written.sawChild(REF, '6', tell);
    written.sawChild(REF, '7', tell);
    return answer('7');
  };
  await written.writeChild(REF, write, () => ({ desired: 'abc', owner: 'u1' }));
  t.equal(written.child(REF), undefined, 'the watch shows it');
  t.equal(told.length, 0);
});

t.test('a removal is remembered for a while', async t => {
  const { written, clock } = openWritten();
  written.removed('u1');
  t.ok(written.wasRemoved('u1'));
  t.notOk(written.wasRemoved('u2'));
  clock.now = 40_000;
  t.notOk(written.wasRemoved('u1'));
  written.removed('u2');
  t.ok(written.wasRemoved('u2'));
});

t.test('status and finalizers of an owner are remembered together, until a watch shows them', async t => {
  const { written, clock } = openWritten();
  await written.writeOwner('u1', async () => answer('1'), { finalizers: ['x'] });
  await written.writeOwner('u1', async () => answer('2'), { status: { a: 1 } });
  written.sawOwner('u1', '1');
  t.match(written.owner('u1'), { resourceVersion: '2', finalizers: ['x'], status: { a: 1 } });
  written.sawOwner('u1', '2');
  t.equal(written.owner('u1'), undefined);
  await written.writeOwner('u1', async () => answer('3'), {});
  clock.now = 30_000;
  t.equal(written.owner('u1'), undefined);
});

t.test('an owner whose status a watch shows before the answer is not remembered at all', async t => {
  const { written } = openWritten();
  const write = async () => {
    written.sawOwner('u1', '9');
    return answer('9');
  };
  await written.writeOwner('u1', write, { status: {} });
  t.equal(written.owner('u1'), undefined);
});

t.test('a refusal counts for the same attempt and a minute', async t => {
  const { written, apply, clock } = openWritten();
  const problem = { kind: 'refused', message: 'no' } as const;
  written.refused(REF, 'attempt', problem);
  t.strictSame(written.problem(REF, 'attempt'), problem);
  t.equal(written.problem(REF, 'another'), undefined);
  t.equal(written.problem({ ...REF, name: 'b' }, 'attempt'), undefined);
  clock.now = 60_000;
  t.equal(written.problem(REF, 'attempt'), undefined);
  written.refused(REF, 'attempt', problem);
  await apply('7');
  t.equal(written.problem(REF, 'attempt'), undefined);
});

t.test('refusals of a kind are forgotten when it is served anew', async t => {
  const { written } = openWritten();
  const problem = { kind: 'refused', message: '405' } as const;
  const other = { ...REF, kind: 'ConfigMap' };
  for (const ref of [REF, other]) written.refused(ref, 'attempt', problem);
  written.forgetRefusals('v1/Secret');
  t.equal(written.problem(REF, 'attempt'), undefined);
  t.strictSame(written.problem(other, 'attempt'), problem);
});

t.test('an edit by hand is taken back three times in ten minutes', async t => {
  const { written, clock } = openWritten();
  t.strictSame(
    [1, 2, 3, 4, 5].map(() => written.mayRepair(REF)),
    [true, true, true, false, false],
  );
  clock.now = 600_000;
  t.ok(written.mayRepair(REF));
});

t.test('cluster-scoped objects have ids too', async t =>
  t.equal(idOfRef({ apiVersion: 'v1', kind: 'Namespace', name: 'a' }), 'v1/Namespace//a'),
);
