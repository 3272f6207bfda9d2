import { createHash } from 'node:crypto';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Engine } from '../../policies/engine/engine.ts';
import { createReadiness } from '../../process/readiness.ts';
import { serveConfiguredBundle } from '../../webhook/bundle-serving.ts';
import { parseConfig } from '../../webhook/config.ts';
import { createMetrics } from '../../webhook/metrics.ts';
import type { Readiness } from '../../webhook/readiness.ts';
import { buildHostile } from '../policies/engine/hostile-bundle.ts';
import { product, review } from '../policies/engine/question.ts';
import { codesOf } from '../policies/engine/serve.ts';
import { until } from '../until.ts';
import { replaceFile } from './replace-file.ts';

const [faulty, matching] = await Promise.all([buildHostile('faulty'), buildHostile('matching')]);

interface Served {
  readonly engine: Promise<Engine>;
  readonly readiness: Readiness;
  readonly metrics: () => Promise<string>;
  /** Puts a bundle where it is looked for, as whole as a rename is. */
  replace(bytes: Uint8Array): Promise<void>;
}

async function serve(t: Test, ...args: string[]): Promise<Served> {
  const path = join(t.testdir({}), 'bundle.tar.gz');
  const replace = (bytes: Uint8Array): Promise<void> => replaceFile(path, bytes);
  await replace(faulty);
  const config = parseConfig(['--bundle', path, ...args]);
  if (config === 'help') throw new Error('help was asked for');
  const metrics = createMetrics();
  const readiness = createReadiness(['bundle'], () => {});
  const log = { info: () => {}, warn: () => {}, error: () => {} } as never;
  const reload = (): never => {
    throw new Error('nothing is to be reloaded');
  };
  const serving = serveConfiguredBundle({ config, log, metrics, readiness, reload });
  t.teardown(() => serving.stop());
  return { engine: serving.engine, readiness, metrics: () => metrics.registry.metrics(), replace };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

t.test('a bundle of another digest than the expected one never serves', async t => {
  const { readiness, replace, engine } = await serve(t, `--bundle-digest=${digestOf(matching)}`);
  await until(() => JSON.stringify(readiness.report()).includes('not the expected'));
  await replace(matching);
  t.equal((await engine).bundle.digest, digestOf(matching));
});

t.test('a bundle that takes the place of the expected one is refused, and the old one serves', async t => {
  const { engine, metrics, replace } = await serve(t, `--bundle-digest=${digestOf(faulty)}`);
  const serving = await engine;
  await replace(matching);
  await until(async () => (await metrics()).includes('dappmesh_bundle_swaps_total{outcome="refused"} 1'));
  t.equal(serving.bundle.digest, digestOf(faulty));
  t.match(await metrics(), 'dappmesh_bundle_healthy 0');
});

t.test('without an expected digest every bundle that is fit serves', async t => {
  const { engine, metrics, replace } = await serve(t);
  const serving = await engine;
  await replace(matching);
  await until(async () => (await metrics()).includes('dappmesh_bundle_swaps_total{outcome="taken"} 1'));
  t.equal(serving.bundle.digest, digestOf(matching));
});

for (const [mebibytes, code] of [
  [32, 'DM-ENGINE-003'],
  [256, 'DM-TST-010'],
] as const) {
  t.test(`a review that needs 100 MiB gets ${code} of ${mebibytes} MiB`, async t => {
    const { engine, metrics } = await serve(t, `--evaluation-memory=${mebibytes}`, '--evaluation-time=60s');
    const heavy = review(product('repeating', { text: 'x', list: Array.from({ length: 400_000 }, () => 1) }));
    t.ok(codesOf((await (await engine).judge(heavy)).findings).includes(code));
    t.match(await metrics(), /^dappmesh_engine_evaluation_seconds_count\{family="governance"\} [1-9]/m);
  });
}
