import fc from 'fast-check';
import t from 'tap';
import type { Finding } from '../../../../policies/engine/verdict/verdict.ts';
import {
  auditAnnotations,
  denialText,
  findingLine,
  warningTexts,
} from '../../../../policies/engine/verdict/wording.ts';

const FINDING: Finding = {
  code: 'DM-OWN-001',
  severity: 'high',
  enforcement: 'deny',
  kind: 'DataProduct',
  namespace: 'sales',
  name: 'orders',
  path: ['spec', 'owner', 'teamRef'],
  message: 'no team is set',
  remedy: 'set owner.teamRef and add a contact',
  details: {},
};

function finding(change: Partial<Finding>): Finding {
  return { ...FINDING, ...change };
}

/** What Flux, Argo CD and the API server stumble over. Flux looks for its words with one blank of any kind between. */
const FORBIDDEN = /is\simmutable|immutable\sfield|map\[|[^\P{Cc}\n]/u;

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        'is immutable',
        'this immutable',
        'immutable field',
        'map[a:b]',
        'MAP[',
        'is\nimmutable',
        'is ',
        'immutable',
        'field',
        'x'.repeat(500),
        '💥',
        '💥'.repeat(300),
        'Ж'.repeat(600),
        '\ud800',
        '\udc00',
        '\u0000',
        '\r\n',
        '\u2028',
        '<script>',
        '|',
        '`',
      ),
      { maxLength: 8 },
    )
    .map(parts => parts.join('')),
);
const anyFinding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constantFrom('DM-OWN-001', 'DM-OWN-002', 'DM-ENGINE-001'),
  severity: fc.constantFrom('low', 'high'),
  enforcement: fc.constantFrom('deny', 'warn'),
  kind: fc.constantFrom('DataProduct', 'Mesh'),
  namespace: fc.oneof(fc.constant(''), anyText),
  name: anyText,
  path: fc.array(fc.oneof(anyText, fc.nat())),
  message: anyText,
  remedy: fc.constant(FINDING.remedy),
  details: fc.constant({}),
});
/** Codes have one remedy each. */
const anyFindings = fc
  .tuple(fc.array(anyFinding, { maxLength: 45 }), anyText)
  .map(([findings, remedy]) => findings.map(one => ({ ...one, remedy })));

t.test('a denial reads code, object, path, problem, remedy', async t => {
  t.equal(
    denialText([FINDING]),
    '[DM-OWN-001] DataProduct/sales/orders spec.owner.teamRef: no team is set; set owner.teamRef and add a contact',
  );
  t.equal(
    findingLine(finding({ kind: 'Mesh', namespace: '', name: 'retail', path: [] })).split(':')[0],
    '[DM-OWN-001] Mesh/retail',
  );
});

t.test('denials are sorted and warnings are not among them', async t => {
  const findings = [
    finding({ code: 'DM-OWN-003' }),
    finding({ enforcement: 'warn' }),
    finding({ code: 'DM-OWN-002' }),
  ];
  t.strictSame(denialText(findings).match(/DM-OWN-\d+/g), ['DM-OWN-002', 'DM-OWN-003']);
  t.equal(denialText([finding({ enforcement: 'warn' })]), '');
});

t.test('what does not fit is counted, and the counts add up', async t => {
  for (const count of [1, 10, 20, 100, 1000]) {
    const text = denialText(Array.from({ length: count }, (_, i) => finding({ name: `product-${i}` })));
    const shown = text.match(/^\[/gm)?.length ?? 0;
    const more = Number(/… and (\d+) more: dappmesh check$/.exec(text)?.[1] ?? 0);
    t.equal(shown + more, count);
    t.ok(shown > 0);
  }
});

t.test('the first denial is always shown, however long it is and whatever it is written in', async t => {
  for (const letter of ['x', 'Ж', '日', '💥']) {
    const text = denialText([finding({ path: ['spec'], message: letter.repeat(3000) }), FINDING]);
    t.match(text, new RegExp(`^\\[DM-OWN-001\\] DataProduct/sales/orders spec: .*${letter}…?`, 'u'));
    t.ok(Buffer.byteLength(text) <= 2048);
  }
});

t.test('every denial keeps to 2 KiB, holds nothing that others act on, and says the same twice', async () => {
  fc.assert(
    fc.property(anyFindings, findings => {
      const text = denialText(findings);
      return (
        Buffer.byteLength(text) <= 2048 &&
        !FORBIDDEN.test(text) &&
        text.isWellFormed() &&
        text === denialText(findings.toReversed()) &&
        (text !== '') === findings.some(({ enforcement }) => enforcement === 'deny')
      );
    }),
    { numRuns: 150 },
  );
});

t.test(
  'every warning keeps to 120 characters and one line, all of them to what the API server takes',
  async () => {
    fc.assert(
      fc.property(anyFindings, findings => {
        const texts = warningTexts(findings);
        return (
          texts.every(
            text =>
              text.length <= 120 && text.isWellFormed() && !FORBIDDEN.test(text) && !text.includes('\n'),
          ) &&
          new Set(texts).size === texts.length &&
          texts.join('').length <= 4096 &&
          JSON.stringify(texts) === JSON.stringify(warningTexts(findings.toReversed()))
        );
      }),
      { numRuns: 150 },
    );
  },
);

t.test('more warnings than fit are counted', async t => {
  const texts = warningTexts(
    Array.from({ length: 100 }, (_, i) => finding({ enforcement: 'warn', name: `p-${i}` })),
  );
  t.equal(texts.length, 30);
  t.equal(texts.at(-1), '… and 71 more warnings: run dappmesh check');
});

t.test('audit annotations name codes once, sorted, under keys that Kubernetes takes', async t => {
  const findings = [
    finding({ code: 'DM-OWN-002' }),
    finding({ code: 'DM-OWN-001' }),
    finding({ code: 'DM-OWN-002', name: 'stock' }),
    finding({ code: 'DM-LIF-001', enforcement: 'warn' }),
  ];
  const verdict = { allowed: false, findings, revision: 'abc', point: 'admission' } as const;
  t.strictSame(auditAnnotations(verdict), {
    bundle: 'abc',
    denied: 'DM-OWN-001,DM-OWN-002',
    warned: 'DM-LIF-001',
  });
  t.strictSame(auditAnnotations({ ...verdict, findings: [] }), { bundle: 'abc' });
  for (const key of Object.keys(auditAnnotations(verdict))) t.match(key, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
});
