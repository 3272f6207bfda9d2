// Waits for a server to answer its health address.

import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './children.ts';

const POLL_MS = 40;

export interface HealthAddress {
  readonly url: string;
  readonly caPem?: string;
  readonly timeoutMs: number;
}

/** Settles when `url` answers 200. Throws with the end of the child's log when it dies or takes too long. */
export async function untilReady(child: Child, health: HealthAddress): Promise<void> {
  const deadline = Date.now() + health.timeoutMs;
  while ((await statusOf(health)) !== 200) {
    if (child.ended)
      throw new Error(`${child.name} ended while starting; its last lines:\n${child.lastLines()}`);
    if (Date.now() > deadline) {
      throw new Error(
        `${child.name} was not ready after ${health.timeoutMs} ms; its last lines:\n${child.lastLines()}`,
      );
    }
    await sleep(POLL_MS);
  }
}

/** Undefined while nobody answers. */
async function statusOf({ url, caPem }: HealthAddress): Promise<number | undefined> {
  return new Promise(resolve => {
    const options = { timeout: 2_000, agent: false as const };
    const call = url.startsWith('https:')
      ? secureRequest(url, { ...options, ca: caPem })
      : request(url, options);
    call.on('response', response => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.end();
  });
}
