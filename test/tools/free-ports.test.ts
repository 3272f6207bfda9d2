import { createServer } from 'node:net';
import t from 'tap';
import { freePorts } from '../../tools/free-ports.ts';

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
