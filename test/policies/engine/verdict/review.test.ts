import fc from 'fast-check';
import t from 'tap';
import { buildReview, reviewParts, toTimestamp } from '../../../../policies/engine/verdict/review.ts';
import { jsonEquals } from '../../../../policies/engine/verdict/unchanged.ts';
import { meshObject, product, review } from '../question.ts';

function textOf(parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString();
}

t.test('a review has the shape that the API server sends', async t => {
  const question = review(product('orders', { domainRef: 'sales' }), {
    oldObject: product('orders'),
    userInfo: { username: 'ada', groups: ['a'] },
    point: 'push',
  });
  t.strictSame(JSON.parse(Buffer.from(question.bytes).toString()), {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'push/DataProduct/sales/orders',
      kind: { group: 'dappmesh.io', version: 'v1alpha1', kind: 'DataProduct' },
      resource: { group: 'dappmesh.io', version: 'v1alpha1', resource: 'dataproducts' },
      name: 'orders',
      namespace: 'sales',
      operation: 'UPDATE',
      userInfo: { username: 'ada', groups: ['a'] },
      object: product('orders', { domainRef: 'sales' }),
      oldObject: product('orders'),
      dryRun: false,
    },
  });
});

t.test('a deletion is about its old object, and a cluster-scoped object has no namespace', async t => {
  const question = buildReview({
    object: null,
    oldObject: meshObject('Mesh', 'retail'),
    operation: 'DELETE',
    resource: 'meshes',
    point: 'audit',
    now: new Date(0),
  });
  t.equal(question.request.uid, 'audit/Mesh//retail');
  t.notOk('namespace' in question.request);
  t.equal(question.request.object, null);
});

t.test('a review of nothing is a mistake', async t => {
  const parts = {
    object: null,
    oldObject: null,
    operation: 'DELETE',
    resource: 'meshes',
    point: 'push',
  } as const;
  t.throws(() => buildReview({ ...parts, now: new Date(0) }), TypeError);
});

t.test('time is told in UTC to whole seconds', async t => {
  t.equal(toTimestamp(new Date('2026-01-31T13:00:00.999+01:00')), '2026-01-31T12:00:00Z');
  t.equal(toTimestamp(new Date(0)), '1970-01-01T00:00:00Z');
});

t.test('later is greater as text', async () => {
  const anyDate = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  fc.assert(
    fc.property(anyDate, anyDate, (a, b) => {
      const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
      return (
        Math.sign(seconds(a) - seconds(b)) ===
        (toTimestamp(a) === toTimestamp(b) ? 0 : toTimestamp(a) < toTimestamp(b) ? -1 : 1)
      );
    }),
  );
});

t.test('the context is appended to any review, and is the one that counts', async () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('', ' ', '\n\t '),
      fc.boolean(),
      (context, blanks, isFirst) => {
        const question = review(product('orders', { '}': '}' }), { now: new Date(0) });
        const body = JSON.parse(Buffer.from(question.bytes).toString()) as object;
        const text = JSON.stringify(isFirst ? { context, ...body } : { ...body, context });
        const complete = JSON.parse(
          textOf(reviewParts({ ...question, bytes: Buffer.from(text + blanks) })),
        ) as object;
        const expected = { ...body, context: { point: 'admission', now: '1970-01-01T00:00:00Z' } };
        return jsonEquals(complete, expected);
      },
    ),
  );
});
