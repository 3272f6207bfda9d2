// `node policies/bundle/main.ts [--output file] [--sources folder…]`: builds the bundle of all policies.

import { Command } from 'commander';
import { buildBundle, DEFAULT_OUTPUT } from './build.ts';
import { DEFAULT_SOURCES } from './sources.ts';

const program = new Command('bundle')
  .description('Builds the policies into one bundle of WebAssembly.')
  .option('--output <file>', 'bundle to write', DEFAULT_OUTPUT)
  .option('--sources <folders...>', 'folders of Rego', [...DEFAULT_SOURCES])
  .action(async (options: { output: string; sources: string[] }) => {
    const { path, revision, bytes } = await buildBundle(options);
    process.stdout.write(`${path}: revision ${revision}, ${bytes} bytes\n`);
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
