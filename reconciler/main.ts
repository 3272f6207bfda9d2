// The reconciler as a process: command line, signals, exit code. Everything else is in start.ts.

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
  const [{ openLog }, { connect }, { createMetrics }, { startReconciler }] = await Promise.all([
    import('./log.ts'),
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

  const hurry = new AbortController();
  let ending = false;
  async function end(signal: string): Promise<void> {
    log.info({ signal }, ending ? 'ending at once' : 'draining');
    // A second signal means: now.
    if (ending) return hurry.abort();
    ending = true;
    await reconciler.stop(hurry.signal);
    await cluster.close();
    log.info('ended');
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void end(signal));
}
