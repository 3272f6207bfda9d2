// The command line of the webhook.

import { type ConfigOf, parseCommandLine } from '../process/command-line.ts';
import { OPTIONS } from './options.ts';

export type Config = ConfigOf<typeof OPTIONS>;

/** Arguments → configuration, or `help`. Throws ConfigError with every fault; an unknown option is one. */
export function parseConfig(args: readonly string[]): Config | 'help' {
  return parseCommandLine(OPTIONS, args, contradictions);
}

function contradictions(config: Config): string[] {
  const faults: string[] = [];
  if ((config['tls-cert'] === '') !== (config['tls-key'] === '')) {
    faults.push('--tls-cert and --tls-key: give both or neither');
  }
  if (config['tls-ca'] !== '' && config['tls-cert'] === '')
    faults.push('--tls-ca: needs --tls-cert and --tls-key');
  if (config['webhook-manifest'] !== '' && config.configuration === '') {
    faults.push('--webhook-manifest: needs --configuration');
  }
  return faults;
}
