// The reconciler as a process. Everything else is in start.ts.

import { runProgram } from '../process/run.ts';
import { parseConfig } from './config.ts';
import { helpText } from './options.ts';

await runProgram({
  parse: parseConfig,
  help: helpText,
  async start(config) {
    const [{ openLog }, { connect }, { createMetrics }, { startReconciler }] = await Promise.all([
      import('../process/log.ts'),
      import('../cluster/connect.ts'),
      import('./metrics.ts'),
      import('./start.ts'),
    ]);
    const { log, flush } = openLog(config['log-level']);
    process.on('exit', flush);
    const metrics = createMetrics();
    const { kubeconfig } = config;
    const cluster = connect({
      ...(kubeconfig === '' ? {} : { kubeconfig }),
      userAgent: 'dappmesh-reconciler',
      onRequest: metrics.requests,
    });
    const reconciler = await startReconciler({ config, cluster, log, metrics });
    return {
      log,
      async stop(hurry) {
        await reconciler.stop(hurry);
        await cluster.close();
      },
    };
  },
});
