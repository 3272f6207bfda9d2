// What a policy may call: what is native in Wasm, and what the host adds. Everything else is a build error.
// Which built-ins are native is not read off a list but tried: all of them are compiled into one module, and what
// the module then asks of its host is not native.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALLOWED_BUILTINS } from '../engine/wasm/builtins.ts';
import { WasmInstance } from '../engine/wasm/wasm-instance.ts';
import { runOpa } from './opa.ts';
import { readBundleFile } from './repack.ts';

interface Builtin {
  readonly name: string;
  readonly decl: { readonly args?: readonly unknown[]; readonly result?: unknown };
  readonly relation?: boolean;
  readonly nondeterministic?: boolean;
  readonly deprecated?: boolean;
}

interface Capabilities {
  readonly builtins: readonly Builtin[];
  readonly [key: string]: unknown;
}

/** Memory for reading the module's tables, in pages of 64 KiB. */
const PROBE_PAGES = 64;

/**
 * Output and tracing are no business of a policy: they would end up on the host's standard output. And JSON is read by
 * a parser in Wasm that takes `01`, `1 2` and `[1,]`, which `opa eval` and the API server do not.
 */
const UNWANTED: ReadonlySet<string> = new Set(
  'print internal.print trace internal.test_case json.is_valid json.unmarshal'.split(' '),
);

/** Gives the text of `policies/capabilities.json` for the pinned opa. */
export async function generateCapabilities(): Promise<string> {
  const current = JSON.parse(await runOpa(['capabilities', '--current'])) as Capabilities;
  const candidates = current.builtins.filter(
    ({ name, nondeterministic, deprecated }) =>
      // What the host adds is its own: `json.match_schema` fetches schemas in OPA, and does not here.
      (nondeterministic !== true || ALLOWED_BUILTINS.has(name)) && deprecated !== true && !UNWANTED.has(name),
  );
  const hosted = await findHosted(candidates);
  const builtins = candidates.filter(({ name }) => ALLOWED_BUILTINS.has(name) || !hosted.has(name));
  return `${JSON.stringify({ ...current, builtins: builtins.map(plain) }, null, 1)}\n`;
}

/** Descriptions are for readers of OPA's manual. */
function plain({ name, decl, ...rest }: Builtin): unknown {
  const { infix, relation } = rest as { infix?: string; relation?: boolean };
  return {
    name,
    decl,
    ...(infix === undefined ? {} : { infix }),
    ...(relation === true ? { relation } : {}),
  };
}

async function findHosted(builtins: readonly Builtin[]): Promise<ReadonlySet<string>> {
  const dir = await mkdtemp(join(tmpdir(), 'dappmesh-capabilities-'));
  try {
    const lines = builtins.map((builtin, i) => `r${i} := x if ${callOf(builtin)}`);
    await writeFile(join(dir, 'all.rego'), `package all\n\n${lines.join('\n\n')}\n`);
    await runOpa(['build', '-t', 'wasm', '-e', 'all', '-o', 'all.tar.gz', 'all.rego'], dir);
    const wasm = await readBundleFile(join(dir, 'all.tar.gz'), 'policy.wasm');
    return new Set(new WasmInstance(await WebAssembly.compile(wasm), PROBE_PAGES).requiredBuiltins());
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** A call whose arguments may have any type. */
function callOf({ name, decl, relation }: Builtin): string {
  const args = (decl.args ?? []).map((_, i) => `input.a${i}`);
  if (relation === true) return `${name}(${[...args, 'x'].join(', ')})`;
  if (name === 'eq' || name === 'assign') return 'x = input.a0';
  return `x := ${name}(${args.join(', ')})`;
}
