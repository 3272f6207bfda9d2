// A TCP gate before an API server: it counts connections, cuts them when it is closed, and lets them go dead on demand.

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
  /** What is open now stays open, but nothing comes through any more, not even its end. New connections work. */
  stall(): void;
}

interface Passage {
  readonly near: Socket;
  readonly far: Socket;
}

/** Opens a gate that goes with the test. */
export async function startGate(t: Test, { url, kubeconfig, dir }: ControlPlane): Promise<Gate> {
  const passages = new Set<Passage>();
  let count = 0;
  let isOpen = true;
  const server = createServer(near => {
    count++;
    if (isOpen) passages.add(letThrough(near, Number(new URL(url).port), passages));
    else near.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const config = (await readFile(kubeconfig, 'utf8')).replace(url, `https://127.0.0.1:${address.port}`);
  const path = join(dir, `through-gate-${address.port}`);
  await writeFile(path, config);
  const cut = () => {
    isOpen = false;
    for (const { near, far } of passages) [near, far].map(end => end.destroy());
    passages.clear();
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
    stall: () => passages.forEach(goDead),
  };
}

function letThrough(near: Socket, port: number, passages: Set<Passage>): Passage {
  const far = connect(port, '127.0.0.1');
  const passage = { near, far };
  for (const socket of [near, far]) socket.on('error', () => {});
  near.on('close', () => {
    far.destroy();
    passages.delete(passage);
  });
  far.on('close', () => near.destroy());
  near.pipe(far).pipe(near);
  return passage;
}

/** Either end goes on as if the other were only slow: as after a firewall that forgot the connection. */
function goDead({ near, far }: Passage): void {
  near.unpipe(far).resume();
  far.unpipe(near).resume();
  far.removeAllListeners('close');
}
