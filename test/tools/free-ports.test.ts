import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { freePorts } from '../../tools/free-ports.ts';

const PROGRAM = fileURLToPath(new URL('./programs/hold-ports.ts', import.meta.url));

t.test('ports are free, different, and none that an outgoing connection may take meanwhile', async t => {
  const ports = await freePorts(50);
  t.equal(new Set(ports).size, 50);
  t.strictSame(
    ports.filter(port => port < 1_024 || port >= 32_768),
    [],
  );
  const [port = 0] = ports;
  await new Promise<void>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
});

t.test('what was given once is given to nobody else, here or in another process', async t => {
  const first = randomInt(15_000, 29_000);
  const theirs = await portsOfAnother(t, 30, first, first + 100);
  const ours = [
    ...(await freePorts(20, [first, first + 100])),
    ...(await freePorts(20, [first, first + 100])),
  ];
  t.equal(new Set([...theirs, ...ours]).size, 70);
});

async function portsOfAnother(t: Test, ...range: number[]): Promise<number[]> {
  const child = spawn(process.execPath, [PROGRAM, ...range.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line) as number[];
  throw new Error('the other process gave no ports');
}
