// By message port: one message per review, or all reviews of one turn of the event loop in one.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { MessageWorkerData } from './message-worker.ts';
import type { Way } from './way.ts';

interface Waiting {
  readonly input: Uint8Array;
  readonly resolve: (text: string) => void;
}

/** Starts the thread with the data loaded. */
export async function openByMessage(data: MessageWorkerData, batched: boolean): Promise<Way> {
  let worker = await startWorker(data);
  let gathered: Waiting[] = [];
  /** Posted and not answered yet, message by message. */
  let posted: Waiting[][] = [];

  function listen(): void {
    worker.on('message', (texts: string[]) => {
      for (const [i, { resolve }] of (posted.shift() ?? []).entries()) resolve(texts[i] ?? '');
    });
  }
  function post(): void {
    const inputs = gathered.map(({ input }) => Uint8Array.from(input));
    posted.push(gathered);
    gathered = [];
    worker.postMessage(
      inputs,
      inputs.map(({ buffer }) => buffer),
    );
  }
  listen();
  return {
    name: batched ? 'messages, one per turn of the event loop' : 'a message per review',
    evaluate: input =>
      new Promise(resolve => {
        const isFirst = gathered.push({ input, resolve }) === 1;
        if (!batched) post();
        else if (isFirst) setImmediate(post);
      }),
    async recover() {
      await worker.terminate();
      posted = [];
      worker = await startWorker(data);
      listen();
    },
    async close() {
      await worker.terminate();
    },
  };
}

async function startWorker(workerData: MessageWorkerData): Promise<Worker> {
  const worker = new Worker(new URL('./message-worker.ts', import.meta.url), { workerData });
  await once(worker, 'message');
  return worker;
}
