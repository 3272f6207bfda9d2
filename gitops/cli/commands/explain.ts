// `dappmesh explain`: its arguments and its help.

import { type Command, Option } from 'commander';
import type { Shell } from '../shell.ts';

export function addExplain(program: Command, shell: Shell): void {
  program
    .command('explain')
    .description('say what a code means, why it is there and what to do; without a code, list all')
    .argument('[code]', 'DM-OWN-001')
    .option('--bundle <file>', 'policies to explain (default: dist/bundle.tar.gz of DappMesh)')
    .addOption(new Option('-o, --output <format>', 'how to answer').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExamples:\n  dappmesh explain DM-OWN-001\n  dappmesh explain --output json')
    .action(async (code, options) => (await import('../explain.ts')).explain(code, options, shell));
}
