// Bundle files that are not what the build makes: compiled without its limits, or changed afterwards.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entrypointNames, generateEntrypoints } from '../../../policies/bundle/entrypoints.ts';
import { inspectRules } from '../../../policies/bundle/inspect.ts';
import { runOpa } from '../../../policies/bundle/opa.ts';
import { readBundle, writeBundle } from '../../../policies/bundle/repack.ts';
import { readSources } from '../../../policies/bundle/sources.ts';
import { KINDS } from '../../../schemas/kinds.ts';

export type Files = Map<string, Uint8Array>;

async function inFolder<Result>(work: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-tampered-'));
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** The file of a bundle with its contents changed by `change`. */
export function tamper(bundle: Uint8Array, change: (files: Files) => void): Promise<Uint8Array> {
  return inFolder(async dir => {
    const path = join(dir, 'bundle.tar.gz');
    await writeFile(path, bundle);
    const files: Files = new Map(await readBundle(path));
    change(files);
    await writeBundle(files, path);
    return readFile(path);
  });
}

/** The same for its manifest alone. */
export function tamperManifest(
  bundle: Uint8Array,
  change: (manifest: Manifest) => void,
): Promise<Uint8Array> {
  return tamper(bundle, files => {
    const manifest = JSON.parse(Buffer.from(files.get('.manifest') ?? '').toString()) as Manifest;
    change(manifest);
    files.set('.manifest', Buffer.from(JSON.stringify(manifest)));
  });
}

export interface Manifest {
  revision?: unknown;
  wasm: {
    entrypoint: string;
    annotations?: { custom?: Record<string, unknown>; [key: string]: unknown }[];
  }[];
}

/** Compiles a folder of Rego with all that opa knows, and with `more` entrypoints than its policies have. */
export function buildWithoutLimits(folder: string, more: readonly string[] = []): Promise<Uint8Array> {
  return inFolder(async dir => {
    const kinds = KINDS.map(({ kind }) => kind);
    const policies = await inspectRules([folder], dir);
    const sources = (await readSources([folder])).map(({ file, text }) => ({
      file: file.replaceAll('/', '-'),
      text,
    }));
    const modules = generateEntrypoints(policies, kinds).map(({ file, text }) => ({
      file: file.replaceAll('/', '-'),
      text,
    }));
    await mkdir(join(dir, 'sources'));
    for (const { file, text } of [...sources, ...modules]) await writeFile(join(dir, 'sources', file), text);
    const names = [...entrypointNames(policies, kinds), ...more].map(name => `--entrypoint=${name}`);
    await runOpa(['build', '--target=wasm', `--output=${join(dir, 'raw.tar.gz')}`, ...names, 'sources'], dir);
    return readFile(join(dir, 'raw.tar.gz'));
  });
}
