import { readFile } from 'node:fs/promises';
import t from 'tap';
import { createMetrics } from '../../reconciler/metrics.ts';

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
