// A bundle whose one policy contradicts itself about DataProduct sales/orders: judging it is a fault of the engine.

import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { buildBundle } from '../../policies/bundle/build.ts';

const ABORTING = `package dappmesh.governance.aborting

_answer := 1 if input.request.object.metadata.name == "orders"

_answer := 2 if input.request.object.metadata.namespace == "sales"

# METADATA
# title: Aborting
# description: Two rules that contradict each other.
# entrypoint: true
# custom:
#   code: DM-TST-001
#   kinds: [DataProduct]
#   operations: [CREATE, UPDATE]
#   severity: low
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: none
#   scope: [object]
#   inventory: []
violations contains {"path": ["spec"], "message": "never", "details": {}} if _answer == 3
`;

/** Builds it in a folder that goes with the test; gives the path of the bundle. */
export async function buildAbortingBundle(test: Pick<Test, 'teardown'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dappmesh-aborting-'));
  test.teardown(() => rm(folder, { recursive: true }));
  mkdirSync(join(folder, 'governance/aborting'), { recursive: true });
  writeFileSync(join(folder, 'governance/aborting/aborting.rego'), ABORTING);
  const { path } = await buildBundle({
    sources: [join(folder, 'governance')],
    output: join(folder, 'bundle.tar.gz'),
  });
  return path;
}
