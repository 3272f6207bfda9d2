// Reviews that go on while a bundle is swapped: counts answers, and notices when a new code first denies.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import { buildReview, type MeshObject } from '../../policies/engine/verdict/review.ts';

export interface Traffic {
  /** Resolves with the milliseconds since `from` when a denial first names the code. */
  denialOf(code: string): Promise<number>;
  /** Ends it; every request has been answered by then. */
  stop(): Promise<{ sent: number; answered: number }>;
}

/** Milliseconds between two reviews. */
const PAUSE_MS = 5;

/** Sends reviews of one manifest, one after another, until stopped. */
export async function startTraffic(url: string, manifest: string): Promise<Traffic> {
  const object = parse(await readFile(manifest, 'utf8')) as MeshObject;
  const { bytes } = buildReview({
    object,
    oldObject: null,
    operation: 'CREATE',
    resource: 'dataproducts',
    userInfo: { username: 'traffic', groups: ['sales-owners'] },
    point: 'admission',
    now: new Date(),
  });
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const texts: { at: number; text: string }[] = [];
  let sent = 0;
  let running = true;
  const loop = (async () => {
    while (running) {
      sent += 1;
      const answer = await request(`${url}/validate`, {
        method: 'POST',
        body: bytes,
        headers: { 'content-type': 'application/json' },
        dispatcher,
      });
      texts.push({ at: performance.now(), text: await answer.body.text() });
      await sleep(PAUSE_MS);
    }
  })();
  const from = performance.now();
  return {
    async denialOf(code) {
      for (let i = 0; i < 2000; i++) {
        const seen = texts.find(({ at, text }) => at >= from && text.includes(`[${code}]`));
        if (seen !== undefined) return seen.at;
        await sleep(5);
      }
      throw new Error(`no denial named ${code}`);
    },
    async stop() {
      running = false;
      await loop;
      await dispatcher.close();
      return { sent, answered: texts.filter(({ text }) => text.includes('"allowed"')).length };
    },
  };
}
