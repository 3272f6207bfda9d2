// By shared memory and Atomics: the engine's own thread, as it serves.

import { EvaluationThread } from '../../policies/engine/threads/thread.ts';
import { planKey } from '../../policies/engine/verdict/plan.ts';
import type { Way, WayOptions } from './way.ts';

const PAGES = 16_384;
const LOAD_MS = 30_000;

export async function openBySharedMemory(options: WayOptions): Promise<Way> {
  let thread = await startThread(options);
  return {
    name: 'shared memory and Atomics (the engine)',
    evaluate: input =>
      new Promise((resolve, reject) => {
        thread.submit({
          planKey: planKey('governance', 'DataProduct', 'CREATE'),
          parts: [input],
          bytes: input.byteLength,
          deadlineAt: Number.POSITIVE_INFINITY,
          settle: outcome => {
            if (outcome.kind === 'fault') reject(new Error(outcome.message));
            else resolve(outcome.text);
          },
        });
      }),
    async recover() {
      await thread.kill();
      thread = await startThread(options);
    },
    async close() {
      await thread.kill();
    },
  };
}

async function startThread({ bundle, data }: WayOptions): Promise<EvaluationThread> {
  const thread = new EvaluationThread(bundle, {
    maximumPages: PAGES,
    now: () => performance.now(),
    onFree: () => undefined,
  });
  await thread.load(Uint8Array.from(data), LOAD_MS);
  return thread;
}
