import t from 'tap';
import { compactHeap } from '../../../policies/inventory/compact-heap.ts';

const MIB = 1024 * 1024;

t.test('the room that a burst of garbage took is given back', async t => {
  let burst: unknown = Array.from({ length: 500_000 }, (_, i) => ({ name: `product-${i}`, at: [i] }));
  const full = process.memoryUsage().heapTotal;
  t.ok(burst);
  burst = undefined;
  await compactHeap();
  t.ok(full - process.memoryUsage().heapTotal > 30 * MIB);
});

t.test('a small heap is left alone, again and again', async t => {
  await compactHeap();
  await t.resolves(compactHeap());
});
