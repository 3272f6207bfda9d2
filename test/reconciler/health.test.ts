import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import t from 'tap';
import { openHealth } from '../../reconciler/health.ts';
import { createMetrics } from '../../reconciler/metrics.ts';
import { createReadiness } from '../../reconciler/process-readiness.ts';

t.test('the documented series are those of the registry, with their labels', async t => {
  const text = await readFile('docs/metrics-reconciler.md', 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+) \|([^|]*)\|/gm)];
  const documented = rows.map(([, name, type, labels = '']) => `${name} ${type} ${labels.trim()}`);
  const registered = createMetrics().registry.getMetricsAsArray() as unknown as {
    name: string;
    labelNames: string[];
    constructor: { name: string };
  }[];
  t.strictSame(
    documented,
    registered
      .map(
        metric => `${metric.name} ${metric.constructor.name.toLowerCase()} ${metric.labelNames.join(', ')}`,
      )
      .toSorted(),
  );
});

t.test('outcomes are counted by kind and result', async t => {
  const metrics = createMetrics();
  const { reconciles } = metrics;
  for (const result of ['success', 'requeue_after', 'error', 'terminal'] as const)
    reconciles.reconciled('DataProduct', result, 0.01);
  reconciles.panicked('DataProduct');
  reconciles.wrote('Secret', 'apply');
  metrics.requests({ method: 'GET', status: 200, durationMs: 2 });
  metrics.requests({ method: 'GET', durationMs: 2 });
  const text = await metrics.registry.metrics();
  for (const line of [
    'controller_runtime_reconcile_total{controller="dataproduct",result="success"} 1',
    'controller_runtime_reconcile_total{controller="dataproduct",result="requeue_after"} 1',
    'controller_runtime_reconcile_total{controller="dataproduct",result="error"} 2',
    'controller_runtime_reconcile_errors_total{controller="dataproduct"} 2',
    'controller_runtime_terminal_reconcile_errors_total{controller="dataproduct"} 1',
    'controller_runtime_reconcile_panics_total{controller="dataproduct"} 1',
    'dappmesh_reconciler_writes_total{kind="Secret",action="apply"} 1',
    'rest_client_requests_total{code="200",method="GET"} 1',
    'rest_client_requests_total{code="<error>",method="GET"} 1',
  ])
    t.ok(text.split('\n').includes(line), line);
});

t.test('a condition that was met once stays met, and draining ends readiness', async t => {
  const reports: boolean[] = [];
  const readiness = createReadiness(({ ready }) => void reports.push(ready));
  readiness.wait('caches', 'not listed yet: Mesh');
  t.strictSame(readiness.report().reasons, ['bundle: not there yet', 'caches: not listed yet: Mesh']);
  readiness.meet('bundle');
  readiness.meet('caches');
  readiness.wait('caches', 'again');
  readiness.meet('caches');
  t.strictSame(readiness.report(), { ready: true, reasons: [] });
  readiness.drain();
  t.strictSame(reports, [true, false]);
});

t.test('health, readiness and metrics are served, and nothing else', async t => {
  let ready = false;
  let broken = false;
  const health = await openHealth(
    { port: 0, address: '127.0.0.1' },
    {
      readiness: () => ({ ready, reasons: ready ? [] : ['because'] }),
      async metrics() {
        if (broken) throw new Error('broken');
        return { text: 'up 1\n', contentType: 'text/plain; version=0.0.4' };
      },
    },
  );
  t.teardown(() => health.close());
  const ask = async (path: string, method = 'GET') => {
    // A connection that is kept may be closed by the server just as it is used again.
    const headers = { connection: 'close' };
    const answer = await fetch(`http://127.0.0.1:${health.port}${path}`, { method, headers });
    return [answer.status, await answer.text()];
  };
  t.strictSame(await ask('/healthz'), [200, 'ok\n']);
  t.strictSame(await ask('/readyz?verbose'), [503, '{"ready":false,"reasons":["because"]}\n']);
  ready = true;
  t.match(await ask('/readyz'), [200]);
  t.strictSame(await ask('/metrics'), [200, 'up 1\n']);
  broken = true;
  t.match(await ask('/metrics'), [500]);
  t.match(await ask('/secrets'), [404]);
  t.match(await ask('/healthz', 'POST'), [405]);
});

t.test('a port that is taken is an error', async t => {
  const deps = {
    readiness: () => ({ ready: true, reasons: [] }),
    metrics: async () => ({ text: '', contentType: '' }),
  };
  const first = await openHealth({ port: 0, address: '127.0.0.1' }, deps);
  t.teardown(() => first.close());
  await t.rejects(openHealth({ port: first.port, address: '127.0.0.1' }, deps), { code: 'EADDRINUSE' });
  const socket = new Socket().connect(first.port, '127.0.0.1');
  await new Promise(resolve => socket.once('connect', resolve));
  socket.destroy();
});
