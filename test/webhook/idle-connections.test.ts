// The crowd is a process of its own: what it costs the server is seen in the memory of this one.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { portOf } from '../../process/listen.ts';
import { runCommand } from '../../tools/run-command.ts';
import type { TransportLimits } from '../../webhook/transport.ts';
import { until } from '../until.ts';
import { fakeEngine, review } from './admission-review.ts';
import { PATIENT_LIMITS, testServer } from './inject-server.ts';
import { connectRaw, post, type RawClient, verdicts } from './tls-client.ts';

const CROWD = 10_000;
/** What else a process of Node has open. */
const OTHER_FILES = 200;
/** Between two reviews of the one that is kept alive. */
const BREATH_MS = 20;
const MIB = 1024 * 1024;
/** The 1,000 that are let in take about 30 here; 10,000 would take ten times as much. */
const MOST_MIB = 120;

const { stdout } = await runCommand('sh', ['-c', 'ulimit -Hn']);
const files = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout);
const skip =
  files < CROWD + OTHER_FILES ? `no process here may open ${CROWD} files: ulimit -Hn says ${files}` : false;

t.test('10,000 idle connections cost neither a verdict nor memory', { skip }, async t => {
  // Those that are let in stay as long as they are looked at, however long it takes to open all.
  const server = await listening(t, PATIENT_LIMITS);
  const port = portOf(server);
  const early = await connectRaw(port);
  let asked = 0;
  const askEarly = (): Promise<void> => ask(early, ++asked);
  await askEarly();
  const before = process.memoryUsage.rss();

  const crowd = spawnCrowd(t, port, CROWD);
  let peak = before;
  async function look(): Promise<void> {
    await askEarly();
    peak = Math.max(peak, process.memoryUsage.rss());
    await sleep(BREATH_MS);
  }
  while (!crowd.isComplete() && crowd.isThere()) await look();
  await until(async () => (await connectionsOf(server)) === PATIENT_LIMITS.connections);
  for (let i = 0; i < 10; i++) await look();
  t.ok(crowd.isThere(), 'who was there before is answered all along');
  t.equal(await connectionsOf(server), PATIENT_LIMITS.connections, 'as many as may are let in, and no more');
  const grown = Math.round((peak - before) / MIB);
  t.ok(grown < MOST_MIB, `${grown} MiB more`);

  crowd.child.kill('SIGKILL');
  await until(async () => (await connectionsOf(server)) === 1);
  const late = await connectRaw(port);
  await ask(late, 1);
  t.comment(`${asked} reviews meanwhile`);
  early.end();
  late.end();
});

t.test('idle connections are closed, whether they have shaken hands or not', async t => {
  const server = await listening(t, {
    ...PATIENT_LIMITS,
    handshakeMs: 150,
    headersMs: 150,
    checkEveryMs: 50,
  });
  const crowd = spawnCrowd(t, portOf(server), 100);
  t.equal(await crowd.exitCode, 0, 'it ends by itself when all its connections are closed');
});

async function listening(t: Test, limits: TransportLimits): Promise<Server> {
  const { app } = testServer({ admission: fakeEngine().deps, limits });
  await app.listen({ port: 0, host: '127.0.0.1' });
  t.teardown(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return app.server;
}

/** The n-th review on this connection, answered. */
async function ask(client: RawClient, n: number): Promise<void> {
  client.write(post(review()));
  await client.received(text => verdicts(text) === n);
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

interface Crowd {
  readonly child: ChildProcess;
  readonly exitCode: Promise<number | null>;
  /** It has opened all its connections, or been turned away. */
  isComplete(): boolean;
  isThere(): boolean;
}

/** Starts it with as many file descriptors as it may have; it goes with the test. */
function spawnCrowd(t: Test, port: number, count: number): Crowd {
  const script = join(import.meta.dirname, 'idle-crowd-process.ts');
  const raised = 'ulimit -n "$(ulimit -Hn)"; exec "$@"';
  const child = spawn('sh', ['-c', raised, 'sh', process.execPath, script, String(port), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let complete = false;
  child.stdout.once('data', () => {
    complete = true;
  });
  const exitCode = new Promise<number | null>(resolve => child.once('exit', resolve));
  t.teardown(() => child.kill('SIGKILL'));
  return {
    child,
    exitCode,
    isComplete: () => complete,
    isThere: () => child.exitCode === null && child.signalCode === null,
  };
}
