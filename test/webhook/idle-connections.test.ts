// The crowd is a process of its own: what it costs the server is seen in the memory of this one.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { runCommand } from '../../tools/run-command.ts';
import { portOf } from '../../webhook/listen.ts';
import { buildServer } from '../../webhook/server.ts';
import { TRANSPORT_LIMITS } from '../../webhook/transport.ts';
import { fakeEngine, review } from './admission-review.ts';
import { identity } from './inject-server.ts';
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

t.test('10,000 idle connections cost neither a verdict nor memory, and are closed', { skip }, async t => {
  const app = buildServer({
    admission: fakeEngine().deps,
    identity,
    limits: TRANSPORT_LIMITS,
    closing: () => false,
    refused: () => {},
    inFlight: () => {},
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const port = portOf(app.server);
  t.teardown(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const early = await connectRaw(port);
  let asked = 0;
  const askEarly = (): Promise<void> => ask(early, ++asked);
  await askEarly();
  const before = process.memoryUsage.rss();

  const crowd = spawnCrowd(port);
  t.teardown(() => crowd.child.kill('SIGKILL'));
  let [most, peak] = [0, before];
  while (!crowd.hasEnded()) {
    await askEarly();
    most = Math.max(most, await connectionsOf(app.server));
    peak = Math.max(peak, process.memoryUsage.rss());
    await sleep(BREATH_MS);
  }
  t.equal(await crowd.exitCode, 0, 'the crowd has ended by itself: all its connections were closed');
  t.ok(asked > 10, 'who was there before is answered all along');
  t.ok(most > TRANSPORT_LIMITS.connections / 2, 'as many as may are let in');
  t.ok(most <= TRANSPORT_LIMITS.connections, 'and no more');
  t.ok(peak - before < MOST_MIB * MIB, `${Math.round((peak - before) / MIB)} MiB more`);

  const late = await connectRaw(port);
  await ask(late, 1);
  t.comment(
    `${most} connections at once, ${asked} reviews meanwhile, ${Math.round((peak - before) / MIB)} MiB more`,
  );
  early.end();
  late.end();
});

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
  hasEnded(): boolean;
}

/** Starts it with as many file descriptors as it may have. */
function spawnCrowd(port: number): Crowd {
  const script = join(import.meta.dirname, 'idle-crowd-process.ts');
  const raised = 'ulimit -n "$(ulimit -Hn)"; exec "$@"';
  const child = spawn('sh', ['-c', raised, 'sh', process.execPath, script, String(port), String(CROWD)], {
    stdio: 'inherit',
  });
  const exitCode = new Promise<number | null>(resolve => child.once('exit', resolve));
  return { child, exitCode, hasEnded: () => child.exitCode !== null || child.signalCode !== null };
}
