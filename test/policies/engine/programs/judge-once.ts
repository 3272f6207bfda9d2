// Judges one review with the bundle given, closes the engine, and does nothing to end the process.

import { readFile } from 'node:fs/promises';
import { createEngine } from '../../../../policies/engine/engine.ts';
import { loadBundle } from '../../../../policies/engine/loading/bundle.ts';
import { product, review } from '../question.ts';

const bundle = await loadBundle(await readFile(process.argv[2] ?? ''));
try {
  const engine = await createEngine({ bundle, threads: 2 });
  await engine.judge(review(product('orders')));
  await engine.close();
  console.log('judged');
} catch {
  console.log('not started');
}
