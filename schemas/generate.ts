// The only generator: `node schemas/generate.ts` writes everything that follows from the schemas,
// `--check` says what is stale and exits 1.

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateCrds } from './generate/crds.ts';
import { generateTypes } from './generate/declarations.ts';
import { generateKinds } from './generate/kinds-table.ts';
import { generateReference } from './generate/reference.ts';
import { generateRegoInputs } from './generate/rego-inputs.ts';
import { readSchemas, type Schemas } from './generate/schema.ts';
import { generateValidators } from './generate/validators.ts';

/** Folders that hold generated files and nothing else. */
export const GENERATED_FOLDERS: readonly string[] = [
  'schemas/generated',
  'gitops/manifest/crds',
  'docs/reference/kinds',
];

/** Every generated file: path from the root of the repository → content. Deterministic. */
export async function generateAll(schemas: Schemas): Promise<Map<string, string>> {
  const parts = [
    generateKinds(schemas),
    await generateTypes(schemas),
    generateCrds(schemas),
    generateValidators(schemas),
    generateRegoInputs(schemas),
    generateReference(schemas),
  ];
  return new Map(parts.flatMap(files => [...files]));
}

/** Paths below `root` that are missing, differ, or should no longer be there; sorted. */
export async function findStale(root: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, content] of files) {
    const current = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (current !== content) stale.push(path);
  }
  const present = (await Promise.all(GENERATED_FOLDERS.map(folder => filesBelow(root, folder)))).flat();
  return [...stale, ...present.filter(path => !files.has(path))].sort();
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = await readdir(join(root, folder), options).catch(() => []);
  const found = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  return found.map(path => path.slice(root.length + 1));
}

async function writeStale(root: string, files: ReadonlyMap<string, string>, stale: string[]): Promise<void> {
  for (const path of stale) {
    const content = files.get(path);
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await (content === undefined ? rm(target) : writeFile(target, content));
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const root = join(import.meta.dirname, '..');
  const files = await generateAll(await readSchemas(import.meta.dirname));
  const stale = await findStale(root, files);
  if (!values.check) await writeStale(root, files, stale);
  const verb = values.check ? 'stale' : 'written';
  for (const path of stale) process.stdout.write(`${verb}: ${path}\n`);
  return values.check && stale.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
