// The full set of policies and one more, which does not come to an end within any deadline when an object asks for it.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBundle } from '../../policies/bundle/build.ts';
import { DEFAULT_SOURCES } from '../../policies/bundle/sources.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';

/** Some seconds: so that a way without a watchdog comes back too, late. */
const REGO = `package dappmesh.governance.runaway

# METADATA
# title: Runaway
# description: Counts far, for objects that carry the annotation.
# entrypoint: true
# custom:
#   code: DM-RUN-001
#   kinds: [DataProduct]
#   operations: [CREATE]
#   severity: low
#   enforce: {push: deny, admission: deny, audit: deny}
#   remedy: remove the annotation
#   scope: [object]
#   inventory: []
violations contains {"path": [], "message": "counted", "details": {}} if {
	input.request.object.metadata.annotations.runaway == "yes"
	some a in numbers.range(1, 400)
	some b in numbers.range(1, 400)
	some c in numbers.range(1, 400)
	a + b < c - 1000
}
`;

/** Builds the bundle in a folder; gives the file's bytes. */
export async function buildRunawayBundle(dir: string): Promise<Uint8Array> {
  const source = join(dir, 'runaway');
  const output = join(dir, 'runaway.tar.gz');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'runaway.rego'), REGO);
  await buildBundle({ sources: [...DEFAULT_SOURCES, source], output });
  return readFile(output);
}

/** The object, asking for it. */
export function runawayObject(object: MeshObject): MeshObject {
  return { ...object, metadata: { ...object.metadata, annotations: { runaway: 'yes' } } };
}
