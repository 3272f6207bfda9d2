// Real engines on real threads, ended with the test.

import type { Test } from 'tap';
import {
  createEngine,
  type Engine,
  type EngineEvent,
  type EngineOptions,
} from '../../../policies/engine/engine.ts';
import type { Verdict } from '../../../policies/engine/verdict/verdict.ts';

export interface Served {
  readonly engine: Engine;
  /** All that has happened so far. */
  readonly events: readonly EngineEvent[];
  /** Resolves with the first event that fits, past or to come. */
  happened(fits: (event: EngineEvent) => boolean): Promise<EngineEvent>;
}

/** Nothing is cut off because the machine is busy: whoever wants that moves a clock (hand-clock.ts). */
const PATIENT_MS = 120_000;

/** Starts an engine; one thread unless told otherwise. */
export async function serve(test: Test, options: EngineOptions): Promise<Served> {
  const engine = await createEngine({
    threads: 1,
    evaluationMs: PATIENT_MS,
    startMs: PATIENT_MS,
    ...options,
  });
  test.teardown(() => engine.close());
  const events: EngineEvent[] = [];
  engine.on(event => events.push(event));
  return {
    engine,
    events,
    happened: fits =>
      new Promise(resolve => {
        const past = events.find(fits);
        if (past !== undefined) return resolve(past);
        const stop = engine.on(event => {
          if (!fits(event)) return;
          stop();
          resolve(event);
        });
      }),
  };
}

/** What the first finding says in detail; nothing when there is none. */
export function detailsOf({ findings }: Pick<Verdict, 'findings'>): Readonly<Record<string, unknown>> {
  return findings[0]?.details ?? {};
}

/** Codes of a list of findings, in their order. */
export function codesOf(findings: readonly { readonly code: string }[]): string[] {
  return findings.map(({ code }) => code);
}
