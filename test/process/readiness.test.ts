import t from 'tap';
import { createReadiness } from '../../process/readiness.ts';

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
  const readiness = createReadiness<'bundle' | 'handshake', 'handshake'>(['bundle', 'handshake'], report =>
    reports.push(report.ready),
  );
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
