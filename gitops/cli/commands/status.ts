// `dappmesh status`: its arguments and its help.

import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';

const STATUS_HELP = `
Exit codes: 0 all is ready and compliant, 1 something is not, 2 it cannot be told.

Examples:
  dappmesh status                      the whole mesh, and what is not ready and why
  dappmesh status sales                one domain with its products
  dappmesh status sales/orders         one product with its ports and consumers
  dappmesh status -o json | jq '.problems[].message'`;

export function addStatus(program: Command, shell: Shell): void {
  program
    .command('status')
    .description('say whether the live mesh is as it should be, and if not, why')
    .argument('[domain or product]', 'sales, domain/sales, orders, sales/orders (default: the whole mesh)')
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config)')
    .addOption(
      new Option('-o, --output <format>', 'how to show it').choices(['text', 'json', 'yaml']).default('text'),
    )
    .addHelpText('after', STATUS_HELP)
    .action(async (name, options) => (await import('../status.ts')).status(name, options, shell));
}
