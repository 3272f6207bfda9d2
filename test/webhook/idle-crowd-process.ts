// A crowd of connections that send nothing, in a process of its own: opens them, says so, keeps them, and ends by itself
// once the other side has closed them all. Takes a port and a number; every tenth connection shakes hands first.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

const LANES = 100;
const EVERY = 10;

const [port = 0, count = 0] = process.argv.slice(2).map(Number);
let next = 0;

function open(number: number): Socket {
  const target = { port, host: '127.0.0.1' };
  const socket =
    number % EVERY === 0 ? connectTls({ ...target, rejectUnauthorized: false }) : connect(target);
  socket.on('error', () => undefined);
  // What the server says before it hangs up has to be read, or the end of it never comes.
  return socket.resume();
}

/** The next begins when it is known what became of the last: the backlog of the server's socket is short. */
async function openInTurn(): Promise<void> {
  while (next < count) {
    const socket = open(next++);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
  }
}

await Promise.all(Array.from({ length: LANES }, openInTurn));
console.log('complete');
