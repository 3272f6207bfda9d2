// `dappmesh check`: its arguments and its help.

import { type Command, Option } from 'commander';
import { FORMATS } from '../output/render.ts';
import type { Shell } from '../shell.ts';
import { parseTime } from './parse-time.ts';

const CHECK_HELP = `
The tree around the paths is what policies look things up in: --tree, else the smallest folder around them that holds
a Mesh, at most the git work tree. Only what is named is reported. A path outside of the tree, or standard input, is
judged as a change of the tree, in place of the object of that name; the tree itself is judged as it stands.

Kustomizations: the namespace they set is respected; files listed as patches are fragments and are not judged; nothing
else of a build is imitated, and a warning says so. Helm templates are not judged. To judge what comes out:
  kustomize build overlays/production | dappmesh check -
  helm template . | dappmesh check -

Examples:
  dappmesh check                                  everything below this folder
  dappmesh check domains/sales/orders             one product, within its mesh
  dappmesh check --rev origin/main                the tree of a revision
  dappmesh check --range origin/main..HEAD        what a change would do: only what it makes worse denies
  dappmesh check --output sarif > dappmesh.sarif  for code scanning
  dappmesh check --cluster product.yaml           joined with what lives in the cluster`;

export function addCheck(program: Command, shell: Shell): void {
  program
    .command('check')
    .description('judge files, folders, standard input (-), a git revision or a range of revisions')
    .argument('[paths...]', 'files and folders, or - for standard input (default: this folder)')
    .option('--rev <revision>', 'judge the tree of a git revision; paths choose a part of it')
    .option('--range <base..head>', 'judge what a change does to the tree')
    .option('--tree <folder>', 'the folder that is the whole mesh')
    .option('--cluster', 'join the tree with a live cluster; the tree wins')
    .option('--kubeconfig <file>', 'how to reach the cluster (default: KUBECONFIG, ~/.kube/config)')
    .option('--user <name>', 'who pushes (default: DAPPMESH_USER); policies about it are skipped without')
    .option('--group <name...>', 'groups of the user (default: DAPPMESH_GROUPS)')
    .addOption(new Option('--now <time>', 'judge as of this time, 2026-12-31T00:00:00Z').argParser(parseTime))
    .option('--bundle <file>', 'policies to judge by (default: dist/bundle.tar.gz of DappMesh)')
    .option('--strict', 'warnings deny')
    .addOption(new Option('-o, --output <format>', 'how to report').choices([...FORMATS]).default('text'))
    .addHelpText('after', CHECK_HELP)
    .action(async (paths, options) => (await import('../check.ts')).check(paths, options, shell));
}
