// `dappmesh check` of a folder of 1,000 manifests, from the start of a fresh process to its exit.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { kindInfo } from '../../schemas/kinds.ts';
import { runCommand } from '../../tools/run-command.ts';
import { median } from '../measure.ts';
import { pick, readExample } from '../mesh/example.ts';
import { benchDomain, makeProducts } from '../mesh/products.ts';
import { renamed } from '../mesh/rename.ts';
import type { Scenario } from '../scenario.ts';
import { ROOT } from '../servers/webhook.ts';

const MANIFESTS = 1000;
const RUNS = 3;

export const check: Scenario = {
  name: 'check',
  title: 'check: dappmesh check of 1,000 manifests, a fresh process each time',
  async run(stand) {
    const folder = join(stand.dir, 'tree');
    await writeTree(folder);
    const times = [];
    for (let run = 0; run < RUNS; run++) times.push(await checkOnce(folder));
    await rm(folder, { recursive: true });
    return {
      figures: { check1000Ms: median(times) },
      tables: [
        {
          title: `dappmesh check of ${MANIFESTS} manifests, one object per file`,
          columns: ['run', 'ms'],
          rows: [...times.map((ms, i) => [i + 1, Math.round(ms)]), ['median', Math.round(median(times))]],
        },
      ],
    };
  },
};

/** Throws unless every manifest is judged and accepted: anything else would be another measurement. */
async function checkOnce(folder: string): Promise<number> {
  const startedAt = performance.now();
  const { code, stdout, stderr } = await runCommand(
    process.execPath,
    [join(ROOT, 'gitops/bin/dappmesh.mjs'), 'check', folder, '--tree', folder, '--output', 'json'],
    { cwd: folder, env: process.env },
  );
  const ms = performance.now() - startedAt;
  if (code !== 0) throw new Error(`dappmesh check exits with ${code}: ${stderr || stdout.slice(0, 2000)}`);
  return ms;
}

async function writeTree(folder: string): Promise<void> {
  const writing = (await makeTree()).map(async object => {
    const file = join(folder, fileOf(object));
    await mkdir(dirname(file), { recursive: true });
    // As people quote: for readers of YAML 1.1 too.
    await writeFile(file, stringify(object, { schema: 'yaml-1.1' }));
  });
  await Promise.all(writing);
}

/** The example, as many whole products as fit (three objects each), and engine classes for the rest. */
async function makeTree(): Promise<MeshObject[]> {
  const example = await readExample();
  const objects = [...example, benchDomain(example, MANIFESTS)];
  objects.push(...makeProducts(example, Math.floor((MANIFESTS - objects.length) / 3)));
  const engine = pick(example, 'EngineClass', 'embedded-sql');
  while (objects.length < MANIFESTS) objects.push(renamed(engine, `engine-${objects.length}`));
  return objects;
}

function fileOf({ kind, metadata }: MeshObject): string {
  return join(metadata.namespace ?? '', kindInfo(kind)?.plural ?? kind, `${metadata.name}.yaml`);
}
