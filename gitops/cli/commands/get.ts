// `dappmesh get`: its arguments and its help.

import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';

const GET_HELP = `
What there is: meshes, domains, products, ports, uses (who consumes what under which agreement), contracts, engines,
exemptions; also by their kinds and short names. Without a namespace, that of the kubeconfig's context counts, and all
when it names none; meshes, domains and engines belong to none.

Examples:
  dappmesh get                                   the mesh at a glance
  dappmesh get products -n sales                 the products of a namespace
  dappmesh get orders                            everything that is called orders: product, ports, uses
  dappmesh get product/orders uses -o json       for programs
  dappmesh get ports -A                          every port and its address`;

export function addGet(program: Command, shell: Shell): void {
  program
    .command('get')
    .description('show what lives in a cluster: products, ports, who uses what')
    .argument(
      '[kinds and names...]',
      'products, product/orders, orders, sales/orders (default: the mesh at a glance)',
    )
    .option('-n, --namespace <namespace>', 'only of this namespace')
    .option('-A, --all-namespaces', 'of all namespaces, whatever the context says')
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config)')
    .addOption(
      new Option('-o, --output <format>', 'how to show it').choices(['text', 'json', 'yaml']).default('text'),
    )
    .addHelpText('after', GET_HELP)
    .action(async (args, options) => (await import('../get.ts')).get(args, options, shell));
}
