import t from 'tap';
import { ApiError } from '../../cluster/api-error.ts';
import { NotServedError } from '../../cluster/discovery.ts';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import { OverloadedError } from '../../policies/engine/ask.ts';
import { isOutside, isRaceLost, NotLeadingError, problemOf, retryAfterOf } from '../../reconciler/faults.ts';
import { EngineFaultError } from '../../reconciler/verdicts.ts';

function apiError(status: number, message = 'no', reason = ''): ApiError {
  return new ApiError({ status, reason, message: `PATCH /api/v1/x: ${message}` });
}

const APPLIED = 'Apply failed with 1 conflict: conflict with "argocd-controller": .data.a';
const EDITED = 'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.b\n- .data.a';
const BOTH =
  'Apply failed with 2 conflicts: conflicts with "kubectl-edit" using v1:\n- .data.b\nconflicts with "argocd-controller":\n- .data.a';

const PROBLEMS: readonly (readonly [Error, string | undefined, string?])[] = [
  [apiError(400), 'refused', 'no'],
  [
    apiError(422, 'spec: Forbidden: updates are forbidden'),
    'refused',
    'spec: Forbidden: updates are forbidden',
  ],
  [apiError(413), 'refused'],
  [apiError(403), 'denied', 'no'],
  [apiError(404, 'namespaces "a" not found'), 'missing', 'namespaces "a" not found'],
  [new NotServedError('x.io/v1', 'Thing'), 'missing', 'the API server does not serve Thing in x.io/v1'],
  [apiError(409, APPLIED), 'conflict', 'argocd-controller manages .data.a'],
  [apiError(409, EDITED), 'conflict', 'kubectl-edit manages .data.a, .data.b'],
  [apiError(409, BOTH), 'conflict', 'argocd-controller manages .data.a; kubectl-edit manages .data.b'],
  [apiError(409, 'the object has been modified'), undefined],
  [apiError(401), undefined],
  [apiError(429), undefined],
  [apiError(500), undefined],
  [apiError(503), undefined],
  [new UnreachableError('GET /', new Error('reset')), undefined],
  [new TypeError('a bug'), undefined],
];

for (const [error, kind, message] of PROBLEMS)
  t.test(`${error.message}: ${kind ?? 'passes'}`, async t => {
    const problem = problemOf(error);
    t.equal(problem?.kind, kind);
    if (message !== undefined) t.equal(problem?.message, message);
  });

t.test('a lost race is no conflict of fields', async t => {
  t.ok(isRaceLost(apiError(409)));
  t.notOk(isRaceLost(apiError(409, EDITED)));
});

t.test('a bug is told from the outside world', async t => {
  const outside = [
    apiError(500),
    new UnreachableError('GET /', 'reset'),
    new NotLeadingError(),
    new DOMException('late', 'TimeoutError'),
    new DOMException('stopped', 'AbortError'),
    new OverloadedError(),
    new EngineFaultError('a thread was lost'),
  ];
  t.ok(outside.every(isOutside));
  t.notOk(isOutside(new TypeError('a bug')));
  t.notOk(isOutside('thrown'));
  t.notOk(isOutside(Object.assign(new Error('no such class'), { name: 'OverloadedError' })));
});

t.test('the server may say when to come back', async t => {
  t.equal(retryAfterOf(new ApiError({ status: 429, reason: '', message: '', retryAfterMs: 5000 })), 5000);
  t.equal(retryAfterOf(new Error()), undefined);
});
