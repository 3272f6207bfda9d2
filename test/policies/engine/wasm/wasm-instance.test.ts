import t from 'tap';
import { WasmInstance } from '../../../../policies/engine/wasm/wasm-instance.ts';
import { loadHostile } from '../hostile-bundle.ts';
import { product, review, wasmInput } from '../question.ts';

const bundle = await loadHostile('faulty');
const COLLECTOR = bundle.entrypoints['dappmesh/verdict/DataProduct'] ?? -1;
const TELLER = bundle.entrypoints['dappmesh/governance/telling/violations'] ?? -1;
const DATA = {
  inventory: { Domain: { sales: { spec: { description: 'x'.repeat(3_000_000) } } } },
  index: {},
};

function instance(maximumPages = 512): WasmInstance {
  const made = new WasmInstance(bundle.module, maximumPages);
  made.load(Buffer.from(JSON.stringify(DATA)));
  return made;
}

function evaluate(made: WasmInstance, name: string, entrypoint = COLLECTOR): string {
  return new TextDecoder().decode(made.evaluate(entrypoint, wasmInput(review(product(name)))));
}

function dataSeenBy(made: WasmInstance): unknown {
  const [{ result }] = JSON.parse(evaluate(made, 'telling', TELLER)) as [{ result: { details: object }[] }];
  const { inventory, index } = (result[0]?.details ?? {}) as Partial<typeof DATA>;
  return { inventory, index };
}

t.test('aborts without recovery use the stack up; with it, any number is survived', async t => {
  const made = instance();
  for (let i = 0; i < 2000; i++) {
    t.throws(() => evaluate(made, 'conflict'));
    made.recover();
  }
  t.match(evaluate(made, 'orders'), /"DM-TST-001":\[\]/);
  const spent = instance();
  const thrown = new Set<unknown>();
  for (let i = 0; i < 2000; i++) {
    try {
      evaluate(spent, 'conflict');
    } catch (error) {
      thrown.add(typeof error);
    }
  }
  t.strictSame(thrown, new Set(['string', 'object']), 'which is why there is a recovery');
});

t.test('recovery keeps the data, patched or not, and leaves it patchable', async t => {
  const made = instance();
  made.patch([{ path: ['index', 'a', 'b'], json: 'true' }]);
  for (let round = 0; round < 3; round++) {
    t.throws(() => evaluate(made, 'bomb'));
    made.recover();
    made.patch([{ path: ['index', `round ${round}`], json: '{"größe":"💥"}' }]);
  }
  made.patch([{ path: ['index', 'a'] }]);
  const rounds = Object.fromEntries([0, 1, 2].map(round => [`round ${round}`, { größe: '💥' }]));
  t.strictSame(dataSeenBy(made), { ...DATA, index: rounds });
});

t.test('memory is bounded, and enough for the next review after one that wanted more', async t => {
  const made = instance(128);
  for (let i = 0; i < 20; i++) {
    t.throws(() => evaluate(made, 'bomb'));
    made.recover();
    t.match(evaluate(made, 'orders'), /"DM-TST-001":\[\]/);
  }
});

t.test('data that does not fit, or is no JSON, is an error', async t => {
  const tooMuch = Buffer.from(`"${'x'.repeat(5_000_000)}"`);
  t.throws(() => new WasmInstance(bundle.module, 64).load(tooMuch));
  t.throws(() => instance().patch([{ path: ['index'], json: 'not json' }]));
  t.throws(() => instance().patch([{ path: [], json: '{}' }]), /failed with code/);
});
