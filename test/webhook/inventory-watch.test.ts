import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import type { ApiRequest } from '../../cluster/request.ts';
import { KINDS } from '../../schemas/kinds.ts';
import { createInventoryAge } from '../../webhook/inventory-age.ts';
import { type InventoryWatchDeps, watchInventory } from '../../webhook/inventory-watch.ts';

const FORBIDDEN = new ApiError({ status: 403, reason: 'Forbidden', message: 'no' });

interface Scene {
  readonly deps: InventoryWatchDeps;
  /** Kinds, once for each time that they were heard of. */
  readonly heard: string[];
  readonly failed: string[];
}

/** Every kind can be listed once. */
function scene(stream: InventoryWatchDeps['cluster']['stream']): Scene {
  const heard: string[] = [];
  const failed: string[] = [];
  const listed = new Set<string>();
  async function request<Answer>({ path }: ApiRequest): Promise<Answer> {
    if (listed.has(path)) throw FORBIDDEN;
    listed.add(path);
    return { kind: 'List', metadata: { resourceVersion: '7' }, items: [] } as Answer;
  }
  const deps: InventoryWatchDeps = {
    cluster: { request, stream },
    inventory: { apply: () => {}, remove: () => {}, hold: () => {}, release: async () => {} },
    log: { debug: () => {}, info: () => {}, warn: () => {} },
    onWatchEvent: (resource, { kind }) => void (kind === 'failed' && failed.push(resource)),
    onHeard: kind => heard.push(kind),
    onProgress: () => {},
    timing: { timeoutSeconds: 3, backoff: { minMs: 1, maxMs: 2, resetMs: 1_000 } },
  };
  return { deps, heard, failed };
}

t.test('a kind whose watch is refused for good is heard of no more', async t => {
  const { deps, heard, failed } = scene(() => Promise.reject(FORBIDDEN));
  const watch = watchInventory(deps);
  t.teardown(() => watch.stop());
  while (KINDS.some(({ plural }) => failed.filter(each => each === plural).length < 10)) await sleep(1);
  t.strictSame(new Set(heard), new Set(KINDS.map(({ kind }) => kind)));
  t.equal(heard.length, KINDS.length, 'by its first list alone');
});

t.test('what comes over a watch is word of the API server, changes and bookmarks alike', async t => {
  const asked: ApiRequest[] = [];
  const { deps, heard } = scene(async request => {
    asked.push(request);
    return linesUntil(request.signal);
  });
  const watch = watchInventory(deps);
  t.teardown(() => watch.stop());
  while (KINDS.some(({ kind }) => heard.filter(each => each === kind).length < 3)) await sleep(1);
  t.ok(asked.every(({ query }) => query?.['timeoutSeconds'] === 3));
});

async function* linesUntil(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const metadata = { name: 'a', resourceVersion: '8' };
  for (const type of ['ADDED', 'BOOKMARK']) {
    yield Buffer.from(`${JSON.stringify({ type, object: { metadata } })}\n`);
  }
  while (signal?.aborted === false) await sleep(5);
}

t.test('an age grows until the kind is heard of, each for itself', t => {
  let now = 5_000;
  const age = createInventoryAge(() => now);
  now += 90_000;
  age.heard('Mesh');
  now += 1_500;
  t.equal(age.seconds().get('Mesh'), 1.5);
  t.equal(age.seconds().get('Domain'), 91.5);
  t.equal(age.seconds().size, KINDS.length);
  t.end();
});
