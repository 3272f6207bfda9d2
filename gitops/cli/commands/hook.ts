// `dappmesh hook`: its arguments and its help.

import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

const HOOK_HELP = `
Settings of the bare repository that the hook reads (git config):
  dappmesh.tree       folder that is a whole mesh; several times for several meshes (default: the whole repository)
  dappmesh.timeout    seconds after which a push is refused unjudged (default: 60)
The git host says who pushes in DAPPMESH_USER and DAPPMESH_GROUPS.

Examples:
  dappmesh hook install /srv/git/mesh.git
  git --git-dir /srv/git/mesh.git config --add dappmesh.tree clusters/production`;

export function addHook(program: Command, shell: Shell): void {
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
      (await import('../../hooks/install.ts')).installHook(repository, options, shell),
    );
  hook
    .command('uninstall')
    .description('remove the hook and put back what was there before')
    .argument('<repository>', 'bare repository')
    .action(async repository => (await import('../../hooks/install.ts')).uninstallHook(repository, shell));
  hook
    .command('pre-receive', { hidden: true })
    .description('what the hook runs')
    .option('--bundle <file>', 'policies to judge by')
    .action(async options => (await import('../../hooks/supervise.ts')).supervise(options, shell));
  hook
    .command('judge', { hidden: true })
    .description('what the hook runs under supervision')
    .option('--bundle <file>', 'policies to judge by')
    .action(async options => (await import('../../hooks/judge-push.ts')).judgePush(options, shell));
}
