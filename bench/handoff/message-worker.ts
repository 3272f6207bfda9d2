// A thread that evaluates what comes by message, one review or many, and answers with as many texts.

import { parentPort, workerData } from 'node:worker_threads';
import { loadBundle } from '../../policies/engine/loading/bundle.ts';
import { openInstance } from '../evaluation/instance.ts';

export interface MessageWorkerData {
  readonly bundle: Uint8Array;
  readonly data: Uint8Array;
}

const { bundle, data } = workerData as MessageWorkerData;
const evaluate = openInstance(await loadBundle(bundle), data);
const decoder = new TextDecoder();

parentPort?.on('message', (inputs: Uint8Array[]) => {
  parentPort?.postMessage(inputs.map(input => decoder.decode(evaluate(input))));
});
parentPort?.postMessage('ready');
