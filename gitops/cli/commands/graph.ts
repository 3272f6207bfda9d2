// `dappmesh graph`: its arguments and its help.

import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';

const GRAPH_HELP = `
With --cluster, products are marked by what their status says: ready, ready but against a policy, not ready, not known;
edges by whether their agreement is in force now. Paths or --rev then say what is drawn; without, it is the cluster.

Examples:
  dappmesh graph > mesh.mmd                               the tree of this folder
  dappmesh graph --output dot | dot -Tsvg > mesh.svg
  dappmesh graph --cluster                                the mesh as it lives
  dappmesh graph domains/sales --cluster --output json    one domain of the tree, as it lives`;

export function addGraph(program: Command, shell: Shell): void {
  program
    .command('graph')
    .description('draw products, ports, contracts and agreements')
    .argument('[paths...]', 'files and folders, or - for standard input (default: this folder)')
    .option('--rev <revision>', 'draw the tree of a git revision; paths choose a part of it')
    .option('--tree <folder>', 'the folder that is the whole mesh')
    .option('--cluster', 'mark what is drawn by its live state; without paths, draw the cluster')
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config)')
    .addOption(
      new Option('-o, --output <format>', 'language of the drawing')
        .choices(['mermaid', 'dot', 'json'])
        .default('mermaid'),
    )
    .addHelpText('after', GRAPH_HELP)
    .action(async (paths, options) => (await import('../graph.ts')).graph(paths, options, shell));
}
