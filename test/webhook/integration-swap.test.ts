// A bundle is replaced while reviews come in on several connections, as a tightened policy is rolled out.

import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Client } from 'undici';
import { buildBundle } from '../../policies/bundle/build.ts';
import { DEFAULT_SOURCES, ROOT } from '../../policies/bundle/sources.ts';
import { product, review } from './admission-review.ts';
import { openScene, until } from './cluster-scene.ts';
import { replaceFile } from './replace-file.ts';

const scene = await openScene(t);
const tightened = `${scene.bundle}.tightened`;
await buildBundle({
  sources: [...DEFAULT_SOURCES, join(ROOT, 'tools/demo/policies')],
  output: tightened,
});

const CONNECTIONS = 6;
/** What the tightened bundle adds; no product here has a phone. */
const NEW_CODE = 'DM-OWN-099';

const spec = {
  domainRef: 'sales',
  owner: { teamRef: 'checkout', contacts: [{ type: 'email', value: 'a@b.example' }] },
  description: 'Every order of the shop with its lines, as placed and paid.',
  version: '1.0.0',
};

type Verdict = 'old' | 'new';

interface Flow {
  /** In the order of the answers. */
  readonly verdicts: Verdict[];
  /** Rejects when an answer was no verdict, and resolves once it has been stopped. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** One connection, asked again as soon as it has answered. */
function flow(t: Test, port: number, name: string): Flow {
  const client = new Client(`https://127.0.0.1:${port}`, { connect: { rejectUnauthorized: false } });
  t.teardown(() => client.destroy());
  const verdicts: Verdict[] = [];
  let connections = 0;
  client.on('connect', () => (connections += 1));
  let running = true;
  async function ask(): Promise<void> {
    for (let i = 0; running; i++) {
      const uid = `${name}-${i}`;
      const body = review({ uid, object: product(spec) });
      const headers = { 'content-type': 'application/json' };
      const answer = await client.request({ method: 'POST', path: '/validate?timeout=30s', body, headers });
      verdicts.push(verdictIn(await answer.body.text(), uid));
    }
    if (connections !== 1) throw new Error(`${connections} connections were needed`);
  }
  const ended = ask();
  // Told to whoever waits for it.
  ended.catch(() => undefined);
  return {
    verdicts,
    ended,
    stop() {
      running = false;
      return ended;
    },
  };
}

/** Throws unless the answer is allowed by the old bundle or denied by the new policy, and by nothing else. */
function verdictIn(text: string, uid: string): Verdict {
  const { response } = JSON.parse(text) as {
    response: { uid: string; allowed: boolean; status?: { message: string } };
  };
  if (response.uid !== uid) throw new Error(`answered ${response.uid} for ${uid}`);
  if (response.allowed) return 'old';
  const codes = response.status?.message.match(/^\[DM-\w+-\d+\]/gm) ?? [];
  if (codes.join() !== `[${NEW_CODE}]`) throw new Error(text);
  return 'new';
}

/** Waits until it holds for all; rejects when one of them has failed. */
async function untilAll(flows: readonly Flow[], holds: (flow: Flow) => boolean): Promise<void> {
  await Promise.race([until(() => flows.every(holds)), ...flows.map(({ ended }) => ended)]);
}

t.test('a tightened bundle takes over while reviews flow, and none is lost', async t => {
  const webhook = await scene.webhook(t, ['--configuration=']);
  await webhook.ready();
  const flows = Array.from({ length: CONNECTIONS }, (_, i) => flow(t, webhook.port, `flow-${i}`));
  await untilAll(flows, ({ verdicts }) => verdicts.length > 20);
  await rename(tightened, scene.bundle);
  await untilAll(flows, ({ verdicts }) => verdicts.at(-1) === 'new');
  const seen = flows.map(({ verdicts }) => verdicts.length);
  await untilAll(flows, ({ verdicts }) => verdicts.length > 20 + Math.max(...seen));
  await Promise.all(flows.map(each => each.stop()));
  for (const { verdicts } of flows) {
    const first = verdicts.indexOf('new');
    t.ok(
      verdicts.slice(first).every(verdict => verdict === 'new'),
      'there is no way back',
    );
  }
  t.notMatch(
    (await webhook.get('/metrics')).body,
    /dappmesh_(engine_faults|admission_shed)_total(\{.*\})? [1-9]/,
  );
});

t.test('a file that is no bundle changes nothing while reviews flow', async t => {
  const webhook = await scene.webhook(t, ['--configuration=']);
  await webhook.ready();
  const flows = Array.from({ length: CONNECTIONS }, (_, i) => flow(t, webhook.port, `flow-${i}`));
  await replaceFile(scene.bundle, 'no bundle');
  await webhook.logged(line => line.msg === 'bundle refused');
  const seen = flows.map(({ verdicts }) => verdicts.length);
  await untilAll(flows, ({ verdicts }) => verdicts.length > 20 + Math.max(...seen));
  await Promise.all(flows.map(each => each.stop()));
  t.ok(flows.every(({ verdicts }) => verdicts.every(verdict => verdict === 'new')));
});
