// A bundle file (.tar.gz of `opa build -t wasm`) read, checked and compiled. Nothing serves that has not passed here;
// the bytes checked are the bytes loaded. What only running can show (the canary) a thread shows before it serves.

import { createHash } from 'node:crypto';
import { type Projection, toProjection } from '../../inventory/projection.ts';
import { type Plan, toPlans } from '../verdict/plan.ts';
import { type Blueprint, isPolicy, type Policy, type Rule } from '../verdict/policy.ts';
import { ALLOWED_BUILTINS } from '../wasm/builtins.ts';
import { WasmInstance } from '../wasm/wasm-instance.ts';
import { unpack } from './bundle-archive.ts';
import { BundleRejectedError } from './bundle-rejected-error.ts';
import { parseRules } from './metadata.ts';

export interface Bundle {
  readonly revision: string;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  readonly module: WebAssembly.Module;
  readonly policies: readonly Policy[];
  readonly blueprints: readonly Blueprint[];
  readonly plans: ReadonlyMap<string, Plan>;
  readonly entrypoints: Readonly<Record<string, number>>;
  /** What policies read of other objects. */
  readonly projection: Projection;
  /** What policies and blueprints read of them. */
  readonly buildingProjection: Projection;
}

/** Pages that reading the module's own tables may take. */
const PROBE_PAGES = 256;

const ALLOWED_IMPORTS: ReadonlySet<string> = new Set([
  'env.memory',
  'env.opa_abort',
  'env.opa_println',
  'env.opa_builtin0',
  'env.opa_builtin1',
  'env.opa_builtin2',
  'env.opa_builtin3',
  'env.opa_builtin4',
]);

const PATCH_EXPORTS = [
  'opa_eval',
  'opa_value_add_path',
  'opa_value_remove_path',
  'opa_heap_blocks_stash',
  'opa_heap_blocks_restore',
  'opa_heap_stash_clear',
];

/**
 * Reads a bundle file. `expectedDigest` (SHA-256, hex) comes from configuration only.
 * Throws BundleRejectedError with all faults that can be told.
 */
export async function loadBundle(bytes: Uint8Array, expectedDigest?: string): Promise<Bundle> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (expectedDigest !== undefined && digest !== expectedDigest) {
    throw new BundleRejectedError([`its digest is ${digest}, not the expected ${expectedDigest}`]);
  }
  const files = await unpack(bytes);
  checkData(files);
  const manifest = readManifest(files);
  const module = await compile(files);
  const entrypoints = checkModule(module);
  const rules = readRules(manifest);
  const policies = rules.filter(isPolicy);
  const plans = toPlans(rules);
  checkEntrypoints(plans, entrypoints);
  return {
    revision: typeof manifest['revision'] === 'string' ? manifest['revision'] : digest.slice(0, 12),
    digest,
    module,
    policies,
    blueprints: rules.filter(rule => !isPolicy(rule)),
    plans,
    entrypoints,
    projection: toProjection(policies.flatMap(policy => policy.inventory)),
    buildingProjection: toProjection(rules.flatMap(rule => rule.inventory)),
  };
}

/** Policies see the inventory alone: data that came along would be dropped in silence. */
function checkData(files: ReadonlyMap<string, Buffer>): void {
  const data = files.get('data.json')?.toString().trim() ?? '';
  if (data !== '' && data !== '{}') {
    throw new BundleRejectedError(['it has data of its own, which no policy would see']);
  }
}

function readManifest(files: ReadonlyMap<string, Buffer>): Record<string, unknown> {
  const text = files.get('.manifest');
  if (text === undefined) throw new BundleRejectedError(['it has no .manifest']);
  try {
    return JSON.parse(text.toString()) as Record<string, unknown>;
  } catch (error) {
    throw new BundleRejectedError(['its .manifest is not JSON'], { cause: error });
  }
}

async function compile(files: ReadonlyMap<string, Buffer>): Promise<WebAssembly.Module> {
  const wasm = files.get('policy.wasm');
  if (wasm === undefined) throw new BundleRejectedError(['it has no policy.wasm; build it with -t wasm']);
  try {
    return await WebAssembly.compile(new Uint8Array(wasm));
  } catch (error) {
    throw new BundleRejectedError(['its policy.wasm does not compile'], { cause: error });
  }
}

/** Imports, exports, ABI and built-ins: read from the compiled module, so that no trick in the source gets past. */
function checkModule(module: WebAssembly.Module): Readonly<Record<string, number>> {
  const faults = WebAssembly.Module.imports(module)
    .map(({ module: from, name }) => `${from}.${name}`)
    .filter(name => !ALLOWED_IMPORTS.has(name))
    .map(name => `it imports ${name}`);
  const exported = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  for (const name of PATCH_EXPORTS)
    if (!exported.has(name)) faults.push(`it does not export ${name} (ABI 1.3)`);
  if (faults.length > 0) throw new BundleRejectedError(faults);
  const probe = instantiate(module);
  const forbidden = probe.requiredBuiltins().filter(name => !ALLOWED_BUILTINS.has(name));
  if (forbidden.length > 0) {
    throw new BundleRejectedError(
      forbidden.map(name => `it calls the built-in ${name}, which no policy may`),
    );
  }
  return probe.entrypoints;
}

function instantiate(module: WebAssembly.Module): WasmInstance {
  try {
    return new WasmInstance(module, PROBE_PAGES);
  } catch (error) {
    throw new BundleRejectedError(['its module cannot be instantiated'], { cause: error });
  }
}

function readRules(manifest: Record<string, unknown>): readonly Rule[] {
  try {
    return parseRules(manifest);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BundleRejectedError([`its METADATA is incomplete: ${reason}`], { cause: error });
  }
}

function checkEntrypoints(
  plans: ReadonlyMap<string, Plan>,
  entrypoints: Readonly<Record<string, number>>,
): void {
  const wanted = new Set<string>();
  for (const plan of plans.values()) {
    wanted.add(plan.entrypoint);
    for (const rule of plan.rules) wanted.add(rule.entrypoint);
  }
  const faults = [...wanted]
    .filter(name => !(name in entrypoints))
    .map(name => `it has no entrypoint ${name}`);
  for (const name of Object.keys(entrypoints))
    if (!wanted.has(name)) faults.push(`its entrypoint ${name} is unknown`);
  if (wanted.size === 0) faults.push('it has no policies');
  if (faults.length > 0) throw new BundleRejectedError(faults);
}
