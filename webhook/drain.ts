// A graceful end: readiness goes first, the listening socket last, and kept-alive clients cannot hold it up.

import type { Server } from 'node:http';

export interface DrainDeps {
  readonly server: Server;
  /** Makes /readyz say no. */
  readonly unready: () => void;
  /** Makes every further reply close its connection. */
  readonly closeReplies: () => void;
  /** Waits for the endpoints of the Service, which may lag behind; served as before. Rejects when it is aborted. */
  readonly delay: (hurry: AbortSignal) => Promise<unknown>;
  /** Upper bound of the last step; then connections are cut. */
  readonly graceMs: number;
  /** Aborted by a second signal: end at once. */
  readonly hurry: AbortSignal;
}

/** How often idle connections are looked for: `close()` alone waits for the client's keep-alive to run out. */
const SWEEP_MS = 100;

/** Ends the server. Resolves when the last connection is gone. */
export async function drain(deps: DrainDeps): Promise<void> {
  const { server, hurry } = deps;
  deps.unready();
  // Rejects only in a hurry, and then there is no waiting.
  await deps.delay(hurry).catch(() => undefined);
  deps.closeReplies();
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  let patient = true;
  // Again and again: a connection whose handshake was under way comes in after the socket has been closed.
  function sweep(): void {
    if (patient && !hurry.aborted) server.closeIdleConnections();
    else server.closeAllConnections();
  }
  const sweeping = setInterval(sweep, SWEEP_MS);
  const grace = setTimeout(() => {
    patient = false;
  }, deps.graceMs);
  await closed;
  clearInterval(sweeping);
  clearTimeout(grace);
}
