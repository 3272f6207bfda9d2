// The webhook as a process. Everything else is in start.ts.

import { runProgram } from '../process/run.ts';
import { parseConfig } from './config.ts';
import { helpText } from './options.ts';

await runProgram({
  parse: parseConfig,
  help: helpText,
  async start(config) {
    const [{ openLog }, { connect }, { startWebhook }, { readShippedConfigurations }] = await Promise.all([
      import('./decision-log.ts'),
      import('../cluster/connect.ts'),
      import('./start.ts'),
      import('./configurations/shipped-configurations.ts'),
    ]);
    const { log, logDecision, flush } = openLog(config['log-level']);
    process.on('exit', flush);
    const { kubeconfig, configuration, 'webhook-manifest': manifest } = config;
    const shipped = manifest === '' ? [] : await readShippedConfigurations(manifest, configuration);
    const cluster = connect({ ...(kubeconfig === '' ? {} : { kubeconfig }), userAgent: 'dappmesh-webhook' });
    const webhook = await startWebhook({ config, cluster, log, logDecision, shipped });
    return {
      log,
      // Without its port it is of no use, and a restart may get it.
      lost: webhook.port,
      async stop(hurry) {
        await webhook.stop(hurry);
        await cluster.close();
      },
    };
  },
});
