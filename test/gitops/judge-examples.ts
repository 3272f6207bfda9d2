// The real engine on the real bundle, with the example mesh as its inventory.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { createEngine, type Engine } from '../../policies/engine/engine.ts';
import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import type { Operation, Point } from '../../policies/engine/verdict/policy.ts';
import { buildReview, type MeshObject, type UserInfo } from '../../policies/engine/verdict/review.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import { kindInfo } from '../../schemas/kinds.ts';
import { shippedBundle } from '../shipped-bundle.ts';

export interface Step {
  readonly object: MeshObject;
  readonly oldObject?: MeshObject;
  readonly point: Point;
  readonly userInfo?: UserInfo;
}

/** Builds the bundle in a folder of the test and starts an engine that knows `objects`; the test ends it. */
export async function startEngine(test: typeof t, objects: readonly MeshObject[]): Promise<Engine> {
  const path = await shippedBundle(join(test.testdir(), 'bundle.tar.gz'));
  const engine = await createEngine({
    bundle: await loadBundle(await readFile(path)),
    threads: 1,
    evaluationMs: 60_000,
  });
  test.teardown(() => engine.close());
  for (const object of objects) engine.inventory.apply(object);
  return engine;
}

/** What the engine says about one step; a step with an old object is an update. */
export async function judgeStep(engine: Engine, step: Step): Promise<readonly Finding[]> {
  const { object, oldObject = null, point, userInfo } = step;
  const operation: Operation = oldObject === null ? 'CREATE' : 'UPDATE';
  const resource = kindInfo(object.kind)?.plural ?? '';
  const identity = userInfo === undefined ? {} : { userInfo };
  const review = buildReview({ object, oldObject, operation, resource, point, now: new Date(), ...identity });
  const { findings } = await engine.judge(review);
  return findings;
}
