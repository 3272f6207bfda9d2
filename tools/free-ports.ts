// Ports of the loopback that nobody listens on.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Not from the range out of which Linux serves those who ask for any port, which every outgoing connection does
 * (net.ipv4.ip_local_port_range): such a one could be taken again before it is used.
 */
const [FIRST, LAST] = [15_000, 30_000];

/**
 * Gives `count` different ports. They are held together and then let go, so another process could take one before
 * it is used: whoever starts a server on it tries again with new ports, or takes that for unlikely enough.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

async function listen(): Promise<Server> {
  for (;;) {
    const server = createServer().listen(randomInt(FIRST, LAST), '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
