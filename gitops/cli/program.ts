// The commands and their options. What a command does is loaded when it is asked for.

import { Command, InvalidArgumentError, Option } from 'commander';
import { FORMATS } from './output/render.ts';
import type { Shell } from './shell.ts';

/** Builds the program; its actions write to the shell and throw CannotJudgeError. */
export function buildProgram(shell: Shell): Command {
  const program = new Command('dappmesh')
    .description('Judges the specs of a data mesh: the same verdict in git as at the API server.')
    .showHelpAfterError('(dappmesh --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: text => shell.stdout.write(text),
      writeErr: text => shell.stderr.write(text),
    })
    .addHelpText('after', '\nExit codes: 0 allowed, 1 denied, 2 could not judge.');
  addCheck(program, shell);
  addExplain(program, shell);
  addGraph(program, shell);
  addHook(program, shell);
  return program;
}

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

function addCheck(program: Command, shell: Shell): void {
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
    .action(async (paths, options) => (await import('./check.ts')).check(paths, options, shell));
}

function addExplain(program: Command, shell: Shell): void {
  program
    .command('explain')
    .description('say what a code means, why it is there and what to do; without a code, list all')
    .argument('[code]', 'DM-OWN-001')
    .option('--bundle <file>', 'policies to explain (default: dist/bundle.tar.gz of DappMesh)')
    .addOption(new Option('-o, --output <format>', 'how to answer').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExamples:\n  dappmesh explain DM-OWN-001\n  dappmesh explain --output json')
    .action(async (code, options) => (await import('./explain.ts')).explain(code, options, shell));
}

function addGraph(program: Command, shell: Shell): void {
  program
    .command('graph')
    .description('draw products, ports, contracts and agreements')
    .argument('[paths...]', 'files and folders, or - for standard input (default: this folder)')
    .option('--rev <revision>', 'draw the tree of a git revision; paths choose a part of it')
    .option('--tree <folder>', 'the folder that is the whole mesh')
    .addOption(
      new Option('-o, --output <format>', 'language of the drawing')
        .choices(['mermaid', 'dot', 'json'])
        .default('mermaid'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  dappmesh graph > mesh.mmd\n  dappmesh graph --output dot | dot -Tsvg > mesh.svg',
    )
    .action(async (paths, options) => (await import('./graph.ts')).graph(paths, options, shell));
}

const HOOK_HELP = `
Settings of the bare repository that the hook reads (git config):
  dappmesh.tree       folder that is a whole mesh; several times for several meshes (default: the whole repository)
  dappmesh.timeout    seconds after which a push is refused unjudged (default: 60)
The git host says who pushes in DAPPMESH_USER and DAPPMESH_GROUPS.

Examples:
  dappmesh hook install /srv/git/mesh.git
  git --git-dir /srv/git/mesh.git config --add dappmesh.tree clusters/production`;

function addHook(program: Command, shell: Shell): void {
  const hook = program
    .command('hook')
    .description('judge every push to a bare repository')
    .addHelpText('after', HOOK_HELP);
  hook
    .command('install')
    .description('install the pre-receive hook; a hook that is already there runs first')
    .argument('<repository>', 'bare repository')
    .option('--bundle <file>', 'policies to judge by (default: dist/bundle.tar.gz of DappMesh)')
    .action(async (repository, options) =>
      (await import('../hooks/install.ts')).installHook(repository, options, shell),
    );
  hook
    .command('uninstall')
    .description('remove the hook and put back what was there before')
    .argument('<repository>', 'bare repository')
    .action(async repository => (await import('../hooks/install.ts')).uninstallHook(repository, shell));
  hook
    .command('pre-receive', { hidden: true })
    .description('what the hook runs')
    .option('--bundle <file>', 'policies to judge by')
    .action(async options => (await import('../hooks/supervise.ts')).supervise(options, shell));
  hook
    .command('judge', { hidden: true })
    .description('what the hook runs under supervision')
    .option('--bundle <file>', 'policies to judge by')
    .action(async options => (await import('../hooks/judge-push.ts')).judgePush(options, shell));
}

function parseTime(text: string): Date {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)
    ? new Date(text)
    : new Date(Number.NaN);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Write it as 2026-12-31T00:00:00Z.');
  return time;
}
