// `dappmesh plan`: its arguments and its help.

import { type Command, Option } from 'commander';
import { PLAN_FORMATS } from '../plan/render.ts';
import type { Shell } from '../shell.ts';
import { parseTime } from './parse-time.ts';

const PLAN_HELP = `
The objects that the reconciler would make of what is named, by the same blueprints. Like check, the tree around the
paths is what blueprints look things up in; --cluster joins it with what lives, and asks the API server by server-side
dry run what would be created, changed and pruned. Nothing is written. Values of Secrets are never shown.

Findings that deny are shown as a note: a plan is made all the same. What the clock changes can be seen with --now.

Exit codes: 0 planned, 2 could not plan; with --exit-code, 1 when something would be created, changed or pruned.

Examples:
  dappmesh plan domains/sales/orders                the objects of one product
  dappmesh plan --rev origin/main -o manifests      of a revision, as YAML documents
  dappmesh plan domains/sales --cluster             what would change in the cluster
  dappmesh plan --cluster --exit-code               is everything as it should be?
  dappmesh plan -o json | jq '.owners[].objects[].kind'`;

export function addPlan(program: Command, shell: Shell): void {
  program
    .command('plan')
    .description('show the Kubernetes objects that products, domains and meshes would get')
    .argument('[paths...]', 'files and folders, or - for standard input (default: this folder)')
    .option('--rev <revision>', 'plan the tree of a git revision; paths choose a part of it')
    .option('--tree <folder>', 'the folder that is the whole mesh')
    .option('--cluster', 'join the tree with a live cluster, and compare; the tree wins')
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config)')
    .addOption(new Option('--now <time>', 'plan as of this time, 2026-12-31T00:00:00Z').argParser(parseTime))
    .option('--bundle <file>', 'policies and blueprints (default: dist/bundle.tar.gz of DappMesh)')
    .option('--exit-code', 'end with 1 when something would be created, changed or pruned')
    .addOption(
      new Option('-o, --output <format>', 'how to show it').choices([...PLAN_FORMATS]).default('text'),
    )
    .addHelpText('after', PLAN_HELP)
    .action(async (paths, options) => (await import('../plan.ts')).plan(paths, options, shell));
}
