// Ports of the loopback that nobody listens on.

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Not from the range out of which Linux serves those who ask for any port, which every outgoing connection does
 * (net.ipv4.ip_local_port_range): such a one could be taken again before it is used.
 */
const RANGE: readonly [first: number, end: number] = [15_000, 30_000];

/**
 * Gives `count` different ports. Until this process ends, nobody else who asks here gets them, in whatever process, so
 * that what is started on one, and started again, finds it free. A stranger could still take it: whoever can, tries
 * again with new ports then.
 */
export async function freePorts(count: number, range = RANGE): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(...range);
    if ((await claim(port)) && (await isFree(port))) ports.push(port);
  }
  return ports;
}

/** UDP ports are of no use to anybody here: whoever holds one has the TCP port of that number, until it ends. */
async function claim(port: number): Promise<boolean> {
  const mark = createSocket('udp4').unref();
  mark.bind({ port, address: '127.0.0.1', exclusive: true });
  const ours = await unlessTaken(once(mark, 'listening'));
  if (!ours) mark.close();
  return ours;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  const free = await unlessTaken(once(server, 'listening'));
  if (free) await new Promise(resolve => server.close(resolve));
  return free;
}

async function unlessTaken(bound: Promise<unknown>): Promise<boolean> {
  try {
    await bound;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
}
