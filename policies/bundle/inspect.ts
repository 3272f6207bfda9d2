// The policies and blueprints in a set of Rego sources, as `opa inspect` finds their METADATA.

import { parseRules } from '../engine/loading/metadata.ts';
import type { Rule } from '../engine/verdict/policy.ts';
import { runOpa } from './opa.ts';
import { ROOT } from './sources.ts';

interface Annotated {
  readonly annotations: { readonly scope?: string; readonly entrypoint?: boolean };
  readonly path?: readonly { readonly value: string }[];
}

/** Throws `OpaError` when a file does not parse, `MetadataError` when METADATA is not as it should be. */
export async function inspectRules(folders: readonly string[], cwd = ROOT): Promise<Rule[]> {
  const annotated: Annotated[] = [];
  for (const folder of folders) {
    const report = JSON.parse(
      await runOpa(['inspect', '--annotations', '--format', 'json', folder], cwd),
    ) as {
      annotations?: Annotated[];
    };
    annotated.push(...(report.annotations ?? []));
  }
  return parseRules({ wasm: toEntries(annotated) });
}

/** The part of a manifest that describes entrypoints, as `opa build` will write it. */
function toEntries(annotated: readonly Annotated[]): { entrypoint: string; annotations: unknown[] }[] {
  const entries = new Map<string, unknown[]>();
  for (const { annotations, path = [] } of annotated) {
    if (annotations.entrypoint !== true) continue;
    const entrypoint = path
      .slice(1)
      .map(part => part.value)
      .join('/');
    entries.set(entrypoint, [...(entries.get(entrypoint) ?? []), annotations]);
  }
  return [...entries].map(([entrypoint, blocks]) => ({ entrypoint, annotations: blocks }));
}
