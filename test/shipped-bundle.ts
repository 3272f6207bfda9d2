// The bundle of the shipped policies. A run of everything builds it once, before the tests (test/run/checks.ts).

import { copyFile } from 'node:fs/promises';
import { buildBundle, DEFAULT_OUTPUT } from '../policies/bundle/build.ts';

/** Set for the tests of such a run: what lies at `DEFAULT_OUTPUT` comes from the sources as they are. */
export const BUILT_VARIABLE = 'DAPPMESH_TEST_BUNDLE_BUILT';

/** Puts the bundle at `output`, and gives that. */
export async function shippedBundle(output: string): Promise<string> {
  if (process.env[BUILT_VARIABLE] === undefined) await buildBundle({ output });
  else await copyFile(DEFAULT_OUTPUT, output);
  return output;
}
