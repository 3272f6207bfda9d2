import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import t from 'tap';
import type { EngineEvent } from '../../policies/engine/engine.ts';
import { ENGINE_FAULTS } from '../../policies/engine/verdict/faults.ts';
import { noteEvent } from '../../process/bundle.ts';
import { createLog } from '../../process/log.ts';
import { commonMetrics } from '../../process/metrics.ts';

t.test('engine events move their counters, and faults are logged', async t => {
  const registry = new Registry();
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const evaluated: unknown[] = [];
  const deps = {
    metrics: commonMetrics(registry),
    log: createLog('info', stream),
    onEvaluated: (event: unknown) => void evaluated.push(event),
  };
  const events: readonly EngineEvent[] = [
    { type: 'evaluated', kind: 'DataProduct', family: 'governance', seconds: 0.001 },
    { type: 'fault', fault: 'deadline', policy: 'DM-X-001', message: 'slow' },
    { type: 'replaced', reason: 'deadline', error: undefined },
    { type: 'swapped', revision: 'r2' },
  ];
  for (const event of events) noteEvent(event, deps);
  const text = await registry.metrics();
  t.match(text, `dappmesh_engine_faults_total{code="${ENGINE_FAULTS.deadline.code}"} 1`);
  t.match(text, 'dappmesh_engine_workers_replaced_total{reason="deadline"} 1');
  t.strictSame(evaluated, events.slice(0, 1));
  t.match(
    lines.map(line => JSON.parse(line)),
    [{ msg: 'engine fault', policy: 'DM-X-001' }, { msg: 'evaluation thread replaced' }],
  );
});
