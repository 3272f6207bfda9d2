// The real bundle in the plain SDK: what every policy finds, by the collecting entrypoints and by its own.

import { join } from 'node:path';
import t from 'tap';
import { inspectRules } from '../../../policies/bundle/inspect.ts';
import { runOpa } from '../../../policies/bundle/opa.ts';
import { DEFAULT_SOURCES } from '../../../policies/bundle/sources.ts';
import { isPolicy, type Policy } from '../../../policies/engine/verdict/policy.ts';
import { toProjection } from '../../../policies/inventory/projection.ts';
import { KINDS } from '../../../schemas/kinds.ts';
import { shippedBundle } from '../../shipped-bundle.ts';
import { CONTRACT, changed, OBJECTS, OFFENCES, PRODUCT, reviewOf } from './mesh-data.ts';
import { dataOf, evaluate, judge, loadModule, WHOLE } from './module.ts';

const policies = (await inspectRules(DEFAULT_SOURCES)).filter(isPolicy);
const bundle = await shippedBundle(join(t.testdir(), 'bundle.tar.gz'));
const module = await loadModule(bundle);
module.setData(await dataOf(OBJECTS, WHOLE));

function codesOf(review: object, kind: string): string[] {
  const found = Object.entries(judge(module, review, kind)).filter(([, violations]) => violations.length > 0);
  return found.map(([code]) => code);
}

t.test('a product and a contract that keep every policy draw nothing', async t => {
  for (const object of [PRODUCT, CONTRACT]) {
    t.strictSame(codesOf(reviewOf({ object }), object.kind), [], `${object.kind} created`);
    t.strictSame(codesOf(reviewOf({ object, oldObject: object }), object.kind), [], `${object.kind} updated`);
  }
});

for (const [i, { code, ...offence }] of OFFENCES.entries()) {
  t.test(`${code} is drawn by its offence alone, at offence ${i}`, async t => {
    t.strictSame(codesOf(reviewOf(offence), offence.object.kind), [code]);
  });
}

t.test('every governance policy has an offence', async t => {
  const codes = policies.filter(({ family }) => family === 'governance').map(({ code }) => code);
  t.strictSame([...new Set(OFFENCES.map(({ code }) => code))].toSorted(), codes);
});

t.test('each policy by itself finds what the collecting entrypoint finds', async t => {
  for (const { code, ...offence } of OFFENCES) {
    const [single] = evaluate(module, reviewOf(offence), policyOf(code).entrypoint) as [{ result: unknown }];
    t.strictSame(single.result, judge(module, reviewOf(offence), offence.object.kind)[code], code);
  }
});

/** Asked once for all: every start of opa compiles every policy anew. */
const FOUND_BY_EACH = `[found |
  some offence in data.offences
  review := offence.review
  found := data.dappmesh.governance[offence.policy].violations with input as review
]`;

t.test('Wasm finds what opa itself finds', async t => {
  const offences = OFFENCES.map(({ code, ...offence }) => ({
    policy: policyOf(code).name.replaceAll('-', '_'),
    review: reviewOf(offence),
  }));
  const data = { ...(await dataOf(OBJECTS, WHOLE)), offences };
  const file = join(t.testdir({ 'data.json': JSON.stringify(data) }), 'data.json');
  const sources = DEFAULT_SOURCES.flatMap(source => ['--data', source]);
  const query = ['eval', '--format=raw', '--data', file, ...sources, FOUND_BY_EACH];
  const answers = JSON.parse(await runOpa(query)) as object[][];
  t.equal(answers.length, OFFENCES.length);
  for (const [i, { code, ...offence }] of OFFENCES.entries()) {
    const found = judge(module, reviewOf(offence), offence.object.kind)[code] ?? [];
    t.ok(found.length > 0);
    t.strictSame(sorted(found), sorted(answers[i] ?? []), code);
  }
});

function policyOf(code: string): Policy {
  const policy = policies.find(candidate => candidate.code === code);
  if (policy === undefined) throw new Error(`no policy ${code}`);
  return policy;
}

/** Sets come in another order from each evaluator. */
function sorted(violations: readonly object[]): string[] {
  return violations.map(violation => JSON.stringify(sortKeys(violation))).toSorted();
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sortKeys);
    return items.every(item => typeof item === 'string') ? items.toSorted() : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sortKeys(child)]),
  );
}

t.test('each policy finds the same in what it declares to read as in whole objects', async t => {
  for (const { code, ...offence } of OFFENCES) {
    const policy = policyOf(code);
    const review = reviewOf(offence);
    const expected = judge(module, review, offence.object.kind)[code];
    const narrow = await loadModule(bundle);
    narrow.setData(await dataOf(OBJECTS, toProjection(policy.inventory)));
    const [single] = evaluate(narrow, review, policy.entrypoint) as [{ result: unknown }];
    t.strictSame(single.result, expected, code);
    const [clean] = evaluate(narrow, reviewOf({ object: PRODUCT }), policy.entrypoint) as [
      { result: unknown },
    ];
    t.strictSame(clean.result, [], `${code} has nothing against a good product`);
  }
});

t.test(
  'the answer has a key for every policy of the kind that judges the operation, and no other',
  async t => {
    for (const { kind } of KINDS) {
      for (const operation of ['CREATE', 'UPDATE', 'DELETE'] as const) {
        const review = { request: { uid: 'u', operation, kind: { kind }, object: null, oldObject: null } };
        const judging = policies.filter(
          policy => policy.kinds.includes(kind) && policy.operations.includes(operation),
        );
        const keysOf = (family: Policy['family'], key: 'code' | 'name'): string[] =>
          judging.filter(policy => policy.family === family).map(policy => policy[key]);
        const [verdict] = evaluate(module, review, `dappmesh/verdict/${kind}`) as [{ result: Answer }];
        const [fill] = evaluate(module, review, `dappmesh/fill/${kind}`) as [{ result: Answer }];
        t.equal(verdict.result.uid, 'u');
        t.equal(fill.result.uid, 'u');
        t.strictSame(
          Object.keys(verdict.result.violations ?? {}).toSorted(),
          keysOf('governance', 'code').toSorted(),
        );
        t.strictSame(
          Object.keys(fill.result.additions ?? {}).toSorted(),
          keysOf('defaults', 'name').toSorted(),
        );
      }
    }
  },
);

interface Answer {
  readonly uid: string;
  readonly violations?: object;
  readonly additions?: Record<string, { path: string[]; value: unknown }[]>;
}

t.test('an input that did not arrive leaves the answer undefined', async t => {
  for (const input of [{}, { request: {} }, { request: { uid: 'u', operation: 'CONNECT' } }]) {
    t.strictSame(evaluate(module, input, 'dappmesh/verdict/DataProduct'), []);
    t.strictSame(evaluate(module, input, 'dappmesh/fill/DataProduct'), []);
  }
});

t.test('the defaults propose labels and notice, and nothing for what is there', async t => {
  const added = (object: typeof PRODUCT): [string, unknown][] => {
    const [{ result }] = evaluate(module, reviewOf({ object }), `dappmesh/fill/${object.kind}`) as [
      { result: Answer },
    ];
    return Object.values(result.additions ?? {})
      .flat()
      .map(({ path, value }): [string, unknown] => [path.join(' '), value])
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
  };
  const domain: [string, unknown] = ['metadata labels dappmesh.io/domain', 'sales'];
  t.strictSame(added(PRODUCT), [['metadata labels dappmesh.io/cost-centre', 'cc-4711'], domain]);
  t.strictSame(added(CONTRACT), [domain, ['spec noticePeriodDays', 90]]);
  const labels = { 'dappmesh.io/domain': 'x' };
  t.strictSame(added(changed(CONTRACT, { 'metadata.labels': labels, 'spec.noticePeriodDays': 7 })), []);
});

t.test(
  'no value of the author gets a control character or a word that acts on GitOps tools into a path',
  async t => {
    for (const value of ['a\nb', '\u0000', '\u001b[31m', 'x'.repeat(5000)]) {
      const object = changed(PRODUCT, {
        'metadata.name': value,
        'spec.version': value,
        'spec.owner.teamRef': value,
        'spec.residency': value,
        'spec.lifecycle.phase': value,
        'spec.outputPorts.0.contractRef': { id: value, version: value },
      });
      const violations = Object.values(judge(module, reviewOf({ object }), 'DataProduct')).flat();
      t.ok(violations.length >= 6);
      for (const { message } of violations) {
        t.notMatch(message, /[\p{Cc}]/u);
        t.ok(message.length < 600, message);
      }
    }
  },
);
