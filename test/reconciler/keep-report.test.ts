// What one reconcile makes of reports, and what a report that cannot be written makes of a reconcile: nothing.

import t from 'tap';
import { UnreachableError } from '../../cluster/unreachable-error.ts';
import { finishChild } from '../../policies/engine/children/child.ts';
import { faultFinding } from '../../policies/engine/verdict/faults.ts';
import type { Finding } from '../../policies/engine/verdict/verdict.ts';
import type { ObservedChild } from '../../reconciler/deps.ts';
import { reconcile } from '../../reconciler/reconcile.ts';
import { toReport } from '../../reconciler/report.ts';
import { apiError, KEY, ORDERS, type Script, scripted, wish } from './scripted-deps.ts';

const SUBJECT = { kind: 'DataProduct', namespace: 'sales', name: 'orders' };
const FINDING: Finding = {
  ...SUBJECT,
  code: 'DM-OWN-001',
  severity: 'high',
  enforcement: 'deny',
  path: ['spec', 'owner', 'teamRef'],
  message: 'no team is set',
  remedy: 'set it',
  details: {},
};
const APPLY = 'apply Report dataproduct-orders';
const REMOVE = 'remove Report dataproduct-orders';
const STATUS = 'status DataProduct orders';
const WARNING = 'a report cannot be written';

function run(script: Script) {
  const scene = scripted({ reports: true, ...script });
  return { ...scene, result: again(scene.deps) };
}

function again(deps: ReturnType<typeof scripted>['deps']) {
  return reconcile(KEY, deps, new AbortController().signal);
}

/** The report as it was written for these findings. */
function stored(findings: readonly Finding[], ours = true): ObservedChild {
  const report = toReport(ORDERS, findings, []);
  if (report === undefined) throw new Error('there is no report without findings');
  const { metadata, ...rest } = finishChild(report, ORDERS);
  return { object: { ...rest, metadata: { ...metadata, uid: 'r1', resourceVersion: '7' } }, ours };
}

const refusing = (error: Error) => (request: string) => {
  if (request.includes(' Report ')) throw error;
};

t.test('the report is written last, after children and status', async t => {
  const scene = run({ findings: [FINDING], built: { objects: [wish('a')] } });
  t.strictSame(await scene.result, { isTerminal: false });
  t.strictSame(scene.requests, ['apply ConfigMap a', STATUS, APPLY]);
});

t.test('without findings, or where reports are not known, there is none', async t => {
  const clean = run({});
  await clean.result;
  t.strictSame(clean.requests, [STATUS]);
  const unknown = run({ reports: false, findings: [FINDING] });
  await unknown.result;
  t.strictSame(unknown.requests, [STATUS]);
});

t.test('a report that says the same is left alone, one that says something else is not', async t => {
  const same = run({ findings: [FINDING], children: [stored([FINDING])] });
  await same.result;
  t.strictSame(same.requests, [STATUS]);
  const other = run({ findings: [FINDING], children: [stored([{ ...FINDING, message: 'another' }])] });
  await other.result;
  t.strictSame(other.requests, [STATUS, APPLY]);
});

t.test('the report goes when there is nothing to report, but only one of ours', async t => {
  const fixed = run({ children: [stored([FINDING])] });
  await fixed.result;
  t.strictSame(fixed.requests, [STATUS, REMOVE]);
  const foreign = run({ children: [stored([FINDING], false)] });
  await foreign.result;
  t.strictSame(foreign.requests, [STATUS]);
});

const STANDSTILLS: readonly (readonly [string, Script])[] = [
  ['waits', { built: { waitsFor: [{ path: [], message: 'no class' }] } }],
  ['waits for a kind', { served: false, built: { objects: [wish('a')] } }],
  ['is stalled', { built: { faults: [faultFinding('blueprint', SUBJECT, 'twice', 'mesh')] } }],
  ['is suspended', { owner: { ...ORDERS, spec: { ...ORDERS.spec, suspend: true } } }],
];

for (const [what, script] of STANDSTILLS)
  t.test(`while an object ${what}, its report is kept: written, left, removed`, async t => {
    const found = run({ ...script, findings: [FINDING] });
    await found.result;
    t.strictSame(found.requests, [STATUS, APPLY]);
    const kept = run({ ...script, findings: [FINDING], children: [stored([FINDING])] });
    await kept.result;
    t.strictSame(kept.requests, [STATUS]);
    const fixed = run({ ...script, children: [stored([FINDING])] });
    await fixed.result;
    t.strictSame(fixed.requests, [STATUS, REMOVE]);
  });

t.test('what is suspended is judged, and not built', async t => {
  const { deps, requests } = scripted({ owner: { ...ORDERS, spec: { suspend: true } } });
  const engine = { ...deps.engine, build: () => Promise.reject(new Error('asked to build')) };
  await again({ ...deps, engine });
  t.strictSame(requests, [STATUS]);
});

t.test('an object that is deleted is not reported on: its report goes with it', async t => {
  const metadata = { ...ORDERS.metadata, deletionTimestamp: 'now', finalizers: ['dappmesh.io/in-use'] };
  const holds = [{ component: '', message: 'somebody uses it' }];
  const children = [stored([FINDING])];
  const scene = run({ owner: { ...ORDERS, metadata }, built: { holds }, findings: [FINDING], children });
  await scene.result;
  t.strictSame(scene.requests, [STATUS]);
});

for (const [what, error] of [
  ['denied', apiError(403, 'cannot patch reports')],
  ['refused', apiError(422, 'results: Invalid value')],
  ['a conflict', apiError(409, 'Apply failed with 1 conflict: conflict with "x": .results')],
] as const)
  t.test(`${what}, the object is as well as before; that is logged once and not tried at once`, async t => {
    const scene = run({ findings: [FINDING], onRequest: refusing(error) });
    t.strictSame(await scene.result, { isTerminal: false, requeueAfterMs: 600_000 });
    t.strictSame(scene.conditions(), ['Compliant False PolicyViolated', 'Ready True Succeeded']);
    const sent = scene.requests.length;
    await again(scene.deps);
    t.strictSame(scene.requests.slice(sent), []);
    t.strictSame(scene.logged, [WARNING]);
  });

for (const error of [apiError(500), new UnreachableError('PATCH /x', 'reset'), new Error('a bug')])
  t.test(`what may pass (${error.message}) is tried again later, and logged once`, async t => {
    const scene = run({ findings: [FINDING], onRequest: refusing(error) });
    t.strictSame(await scene.result, { isTerminal: false, requeueAfterMs: 60_000 });
    t.strictSame(await again(scene.deps), { isTerminal: false, requeueAfterMs: 60_000 });
    t.strictSame(scene.requests, [STATUS, APPLY, APPLY]);
    t.strictSame(scene.logged, [WARNING]);
  });

t.test('without the lease no report is written', async t => {
  let leads = true;
  const scene = scripted({
    reports: true,
    findings: [FINDING],
    onRequest: () => {
      leads = false;
    },
  });
  await t.rejects(again({ ...scene.deps, mayWrite: () => leads }), { name: 'NotLeadingError' });
  t.strictSame(scene.requests, [STATUS]);
});

t.test(
  'a report that was written and is not shown yet is looked for when it is no longer wanted',
  async t => {
    const scene = run({ findings: [FINDING] });
    await scene.result;
    const judge = async () => ({ ...(await scripted().deps.engine.judge({} as never)), findings: [] });
    const fixed = { ...scene.deps, engine: { ...scene.deps.engine, judge } };
    t.strictSame(await again(fixed), { isTerminal: false, requeueAfterMs: 30_000 });
    t.notOk(scene.requests.includes(REMOVE));
  },
);
