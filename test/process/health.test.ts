import { Socket } from 'node:net';
import t from 'tap';
import { openHealth } from '../../process/health.ts';

t.test('health, readiness and metrics are served, and nothing else', async t => {
  let ready = false;
  let broken = false;
  const health = await openHealth(
    { port: 0, address: '127.0.0.1' },
    {
      readiness: () => ({ ready, reasons: ready ? [] : ['because'] }),
      async metrics() {
        if (broken) throw new Error('broken');
        return { text: 'up 1\n', contentType: 'text/plain; version=0.0.4' };
      },
    },
  );
  t.teardown(() => health.close());
  const ask = async (path: string, method = 'GET') => {
    // A connection that is kept may be closed by the server just as it is used again.
    const headers = { connection: 'close' };
    const answer = await fetch(`http://127.0.0.1:${health.port}${path}`, { method, headers });
    return [answer.status, await answer.text()];
  };
  t.strictSame(await ask('/healthz'), [200, 'ok\n']);
  t.strictSame(await ask('/readyz?verbose'), [503, '{"ready":false,"reasons":["because"]}\n']);
  ready = true;
  t.match(await ask('/readyz'), [200]);
  t.strictSame(await ask('/metrics'), [200, 'up 1\n']);
  broken = true;
  t.match(await ask('/metrics'), [500]);
  t.match(await ask('/secrets'), [404]);
  t.match(await ask('/healthz', 'POST'), [405]);
});

t.test('a port that is taken is an error', async t => {
  const deps = {
    readiness: () => ({ ready: true, reasons: [] }),
    metrics: async () => ({ text: '', contentType: '' }),
  };
  const first = await openHealth({ port: 0, address: '127.0.0.1' }, deps);
  t.teardown(() => first.close());
  await t.rejects(openHealth({ port: first.port, address: '127.0.0.1' }, deps), { code: 'EADDRINUSE' });
  const socket = new Socket().connect(first.port, '127.0.0.1');
  await new Promise(resolve => socket.once('connect', resolve));
  socket.destroy();
});
