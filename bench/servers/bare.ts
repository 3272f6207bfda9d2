// The ceiling: what HTTP and TLS alone cost on this machine at this moment.

import { startHelper } from '../machine/helper-process.ts';
import type { Identity } from './identity.ts';
import { post, type Server } from './server.ts';

export async function startBare(identity: Identity): Promise<Server> {
  const helper = startHelper(new URL('./bare-process.ts', import.meta.url));
  const port = await helper.ask<number>(identity);
  return {
    name: 'bare Fastify',
    target: { port, caPem: identity.caPem, pid: helper.pid },
    toRequest: review => post('/validate?timeout=5s', review),
    readAnswer: () => undefined,
    stop: () => helper.stop(),
  };
}
