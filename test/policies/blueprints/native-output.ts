// What native OPA says that each blueprint says: told apart by blueprint, and nothing of ours in between but the Rego.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOpa } from '../../../policies/bundle/opa.ts';
import type { ChildObject } from '../../../policies/engine/children/blueprint-item.ts';
import type { Engine } from '../../../policies/engine/engine.ts';
import { type Question, toTimestamp } from '../../../policies/engine/verdict/review.ts';

/** Per blueprint, its items about one object. */
export type NativeOutput = Readonly<Record<string, readonly { readonly object?: ChildObject }[]>>;

const QUERY = `[outputs |
  some review in data.reviews
  outputs := {name: items |
    some name in review.blueprints
    items := data.dappmesh.blueprints[replace(name, "-", "_")].output with input as review
  }
]`;

/** Asks every blueprint of the engine's bundle that answers for the kind, question by question. */
export async function evaluateNatively(
  folder: string,
  { bundle, inventory }: Engine,
  questions: readonly Question[],
): Promise<NativeOutput[]> {
  const resident = JSON.parse(Buffer.from(await inventory.snapshot()).toString()) as object;
  const reviews = questions.map(({ request, point, now, contracts }) => ({
    request,
    context: { point, now: toTimestamp(now), contracts },
    blueprints: bundle.blueprints
      .filter(({ kinds }) => kinds.includes(request.kind.kind))
      .map(({ name }) => name),
  }));
  const file = join(folder, 'data.json');
  await writeFile(file, JSON.stringify({ ...resident, reviews }));
  const sources = ['--data=policies/blueprints', '--data=policies/governance/lib'];
  const flags = ['--format=raw', `--data=${file}`, ...sources, '--ignore=*_test.rego'];
  return JSON.parse(await runOpa(['eval', ...flags, QUERY])) as NativeOutput[];
}
