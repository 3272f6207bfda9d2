// The command line of the reconciler.

import { type ConfigOf, parseCommandLine } from '../process/command-line.ts';
import { OPTIONS } from './options.ts';

export type Config = ConfigOf<typeof OPTIONS>;

/** Arguments → configuration, or `help`. Throws ConfigError with every fault; an unknown option is one. */
export function parseConfig(args: readonly string[]): Config | 'help' {
  return parseCommandLine(OPTIONS, args, contradictions);
}

/** As client-go checks them: a leader must notice its loss before anybody else may take over. */
function contradictions(config: Config): string[] {
  const faults: string[] = [];
  const { 'lease-duration': duration, 'lease-renew-deadline': deadline, 'lease-retry': retry } = config;
  if (deadline >= duration) faults.push('--lease-renew-deadline: must be shorter than --lease-duration');
  if (retry * 1.2 >= deadline) faults.push('--lease-retry: must be well shorter than --lease-renew-deadline');
  if (duration % 1_000 !== 0) faults.push('--lease-duration: must be whole seconds');
  return faults;
}
