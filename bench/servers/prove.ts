// Before a server's clock starts it shows that it judges right: every review that will be sent, asked one by one.

import { type Connection, openConnection } from '../load/connection.ts';
import type { Shot } from '../load/job.ts';
import type { Said, Server } from './server.ts';

export interface Expectation {
  readonly review: Buffer;
  readonly says: Said;
}

/** Nothing to say. */
export const CLEAN: Said = { denied: [], warned: [] };

/** Asks for every review; gives what to shoot. Throws on the first verdict that is not as expected. */
export async function prove(server: Server, expectations: readonly Expectation[]): Promise<Shot[]> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  // Told to whoever asks next; between two questions nobody listens.
  broken.catch(() => undefined);
  const connection: Connection = await openConnection(server.target, reject);
  try {
    const shots: Shot[] = [];
    for (const { review, says } of expectations) {
      const request = server.toRequest(review);
      const { status, body } = await Promise.race([connection.ask(request), broken]);
      if (status !== 200) throw new Error(`${server.name} answers ${status}: ${body.toString()}`);
      compare(server, server.readAnswer(body), says);
      shots.push({ request, bodyBytes: body.length });
    }
    return shots;
  } finally {
    connection.close();
  }
}

function compare(server: Server, said: Said | undefined, expected: Said): void {
  if (said === undefined || JSON.stringify(said) === JSON.stringify(expected)) return;
  throw new Error(`${server.name} says ${JSON.stringify(said)} instead of ${JSON.stringify(expected)}`);
}
