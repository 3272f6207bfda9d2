// `node policies/bundle/generate.ts`: writes what follows from the policies and the pinned opa.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPolicy } from '../engine/verdict/policy.ts';
import { generateCapabilities } from './capabilities.ts';
import { inspectRules } from './inspect.ts';
import { generateReconcilerRole, RECONCILER_ROLE_FILE } from './reconciler-role.ts';
import { generateReference, REFERENCE_FILE } from './reference.ts';
import { CAPABILITIES_FILE, DEFAULT_SOURCES, ROOT } from './sources.ts';

/** Every generated file: path from the root of the repository → content. */
export async function generatePolicyFiles(): Promise<Map<string, string>> {
  const rules = await inspectRules(DEFAULT_SOURCES);
  return new Map([
    [CAPABILITIES_FILE, await generateCapabilities()],
    [REFERENCE_FILE, generateReference(rules)],
    [RECONCILER_ROLE_FILE, generateReconcilerRole(rules.filter(rule => !isPolicy(rule)))],
  ]);
}

if (import.meta.main) {
  for (const [file, content] of await generatePolicyFiles()) await writeFile(join(ROOT, file), content);
}
