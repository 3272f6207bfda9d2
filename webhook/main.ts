// The webhook as a process: command line, signals, exit code. Everything else is in start.ts.

import { enableCompileCache } from 'node:module';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { helpText } from './options.ts';

/** Wrong use, as every command of DappMesh says it. */
const EXIT_USAGE = 2;

// The modules below are large; what V8 made of them at the last start is used again.
enableCompileCache();
const config = readConfig();
if (config !== null) await run(config);

function readConfig(): Config | null {
  try {
    const config = parseConfig(process.argv.slice(2));
    if (config !== 'help') return config;
    process.stdout.write(helpText());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.faults.join('\n')}\nSee --help.\n`);
    process.exitCode = EXIT_USAGE;
  }
  return null;
}

async function run(config: Config): Promise<void> {
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

  const hurry = new AbortController();
  let ending = false;
  async function end(signal: string): Promise<void> {
    log.info({ signal }, ending ? 'ending at once' : 'draining');
    // A second signal means: now.
    if (ending) return hurry.abort();
    ending = true;
    await webhook.stop(hurry.signal);
    await cluster.close();
    log.info('ended');
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void end(signal));
  // Without its port the webhook is of no use, and a restart may get it.
  webhook.port.catch((error: unknown) => {
    if (ending) return;
    log.fatal({ err: error }, 'cannot listen');
    process.exitCode = 1;
    void end('failure');
  });
}
