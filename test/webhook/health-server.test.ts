import t from 'tap';
import { buildHealthServer } from '../../webhook/health-server.ts';
import { listen } from '../../webhook/listen.ts';
import { createReadiness } from '../../webhook/readiness.ts';

t.test('ready means that every condition has been met, and each that has not says why', t => {
  const reports: boolean[] = [];
  const readiness = createReadiness(['bundle', 'inventory'], report => reports.push(report.ready));
  t.strictSame(readiness.report(), {
    ready: false,
    reasons: ['bundle: not there yet', 'inventory: not there yet'],
  });
  readiness.wait('inventory', 'not listed yet: Mesh');
  readiness.meet('bundle');
  t.strictSame(readiness.report(), { ready: false, reasons: ['inventory: not listed yet: Mesh'] });
  t.equal(readiness.has('bundle'), true);
  t.equal(readiness.has('inventory'), false);
  readiness.meet('inventory');
  t.strictSame(readiness.report(), { ready: true, reasons: [] });
  t.strictSame(reports, [true]);
  t.end();
});

t.test('what has been met once stays met, whatever fails later', t => {
  const readiness = createReadiness(['certificate'], () => {});
  readiness.meet('certificate');
  readiness.wait('certificate', 'the API server is down');
  t.equal(readiness.report().ready, true);
  t.end();
});

t.test('a handshake can be lost and met again, and each time is told of', t => {
  const reports: boolean[] = [];
  const readiness = createReadiness(['bundle', 'handshake'], report => reports.push(report.ready));
  readiness.lose('handshake', 'expired');
  t.strictSame(reports, [], 'it was not ready before');
  readiness.meet('bundle');
  readiness.meet('handshake');
  readiness.lose('handshake', 'expired');
  t.strictSame(readiness.report(), { ready: false, reasons: ['handshake: expired'] });
  readiness.lose('handshake', 'expired still');
  readiness.meet('handshake');
  t.strictSame(reports, [true, false, true]);
  t.end();
});

t.test('draining is not ready, but still loaded', t => {
  const readiness = createReadiness(['inventory'], () => {});
  readiness.meet('inventory');
  readiness.drain();
  t.match(readiness.report(), { ready: false, reasons: [/draining/] });
  t.equal(readiness.has('inventory'), true);
  t.end();
});

t.test('health, readiness with reasons and metrics are served, and nothing else', async t => {
  const readiness = createReadiness(['bundle'], () => {});
  let broken = false;
  const server = buildHealthServer({
    readiness: () => readiness.report(),
    async metrics() {
      if (broken) throw new Error('broken');
      return { text: 'a_metric 1\n', contentType: 'text/plain; version=0.0.4' };
    },
  });
  const port = await listen(server, 0, '127.0.0.1');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const get = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [answer.status, await answer.text()];
  };
  t.strictSame(await get('/healthz'), [200, 'ok\n']);
  t.strictSame(await get('/readyz'), [503, '{"ready":false,"reasons":["bundle: not there yet"]}\n']);
  readiness.meet('bundle');
  t.strictSame(await get('/readyz?verbose'), [200, '{"ready":true,"reasons":[]}\n']);
  t.strictSame(await get('/metrics'), [200, 'a_metric 1\n']);
  broken = true;
  t.equal((await get('/metrics'))[0], 500);
  t.equal((await get('/validate'))[0], 404);
  t.equal((await get('/healthz', 'POST'))[0], 405);
});

t.test('a port that is taken rejects', async t => {
  const server = buildHealthServer({
    readiness: () => ({ ready: true, reasons: [] }),
    metrics: async () => ({ text: '', contentType: '' }),
  });
  const port = await listen(server, 0, '127.0.0.1');
  t.teardown(() => server.close());
  const other = buildHealthServer({
    readiness: () => ({ ready: true, reasons: [] }),
    metrics: async () => ({ text: '', contentType: '' }),
  });
  await t.rejects(listen(other, port, '127.0.0.1'), /EADDRINUSE/);
});
