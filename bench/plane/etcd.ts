// Custom resources written straight into etcd. Through the API server tens of thousands would take minutes: it
// validates a product for 8 ms of CPU, which would also be taken from whatever is measured meanwhile.

import { Agent, request } from 'undici';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { keyOf, storedText } from './stored-object.ts';

export interface Etcd {
  /** Adds or replaces; a list or watch of the API server has it afterwards. Gives the number of objects. */
  write(objects: Iterable<MeshObject>): Promise<number>;
  close(): Promise<void>;
}

/** etcd takes 128 operations and 1.5 MB in one transaction. */
const PER_TRANSACTION = 100;
const LANES = 4;

export function openEtcd(url: string): Etcd {
  const dispatcher = new Agent({ connections: LANES });
  return {
    async write(objects) {
      const chunks = chunked(objects);
      let written = 0;
      const lane = async (): Promise<void> => {
        for (const chunk of chunks) {
          await put(`${url}/v3/kv/txn`, chunk, dispatcher);
          written += chunk.length;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      return written;
    },
    close: () => dispatcher.close(),
  };
}

async function put(url: string, objects: readonly MeshObject[], dispatcher: Agent): Promise<void> {
  const success = objects.map(object => ({
    requestPut: { key: toBase64(keyOf(object)), value: toBase64(storedText(object)) },
  }));
  const answer = await request(url, { method: 'POST', body: JSON.stringify({ success }), dispatcher });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`etcd answers ${answer.statusCode}: ${text}`);
}

function* chunked(objects: Iterable<MeshObject>): Generator<MeshObject[]> {
  let chunk: MeshObject[] = [];
  for (const object of objects) {
    if (chunk.push(object) < PER_TRANSACTION) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
