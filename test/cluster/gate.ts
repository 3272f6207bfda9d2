// A TCP gate before an API server: it counts connections, and cuts them when it is closed.

import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Test } from 'tap';
import type { ControlPlane } from '../../tools/control-plane.ts';

export interface Gate {
  /** Leads through the gate. */
  readonly kubeconfig: string;
  /** How many were ever opened. */
  connections(): number;
  /** Cuts all connections and lets no new one through. */
  close(): void;
  open(): void;
}

/** Opens a gate that goes with the test. */
export async function startGate(t: Test, { url, kubeconfig }: ControlPlane): Promise<Gate> {
  const sockets = new Set<Socket>();
  let count = 0;
  let isOpen = true;
  const server = createServer(near => {
    count++;
    if (!isOpen) return near.destroy();
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => [near, far].map(end => end.destroy()));
    }
    near.pipe(far).pipe(near);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const config = (await readFile(kubeconfig, 'utf8')).replace(url, `https://127.0.0.1:${address.port}`);
  const path = join(t.testdir(), 'kubeconfig');
  await writeFile(path, config);
  const cut = () => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  t.teardown(() => {
    cut();
    server.close();
  });
  return {
    kubeconfig: path,
    connections: () => count,
    close: cut,
    open: () => {
      isOpen = true;
    },
  };
}
