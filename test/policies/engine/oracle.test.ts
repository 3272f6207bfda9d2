import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { ROOT } from '../../../policies/bundle/sources.ts';
import { loadBundle } from '../../../policies/engine/loading/bundle.ts';
import { POINTS } from '../../../policies/engine/verdict/policy.ts';
import type { MeshObject, UserInfo } from '../../../policies/engine/verdict/review.ts';
import type { Finding } from '../../../policies/engine/verdict/verdict.ts';
import { shippedBundle } from '../../shipped-bundle.ts';
import { AGREEMENT, CONTRACT, LAWFUL, MESH, PRODUCT, STOCK, withOdcs, withSpec } from './lawful-mesh.ts';
import { review } from './question.ts';
import { codesOf, serve } from './serve.ts';

/** An object that breaks a rule by construction, and what has to be around it. */
interface Case {
  readonly object: MeshObject;
  readonly oldObject?: MeshObject;
  readonly userInfo?: UserInfo;
  readonly others?: readonly MeshObject[];
}

const dir = await mkdtemp(join(tmpdir(), 'dappmesh-oracle-'));
t.teardown(() => rm(dir, { recursive: true }));
const path = await shippedBundle(join(dir, 'bundle.tar.gz'));
const { engine } = await serve(t, { bundle: await loadBundle(await readFile(path)) });
for (const object of LAWFUL) engine.inventory.apply(object);

const blank = fc.constantFrom('', ' ', '\t \n');
const word = fc.stringMatching(/^[a-z]{1,12}$/);
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const PHASES = ['proposed', 'draft', 'active', 'deprecated', 'retired'];
const small = fc.nat(1);
const LEVELS = { namespace: 'logistics', product: 'stock', port: 'levels', major: 1 };

function port(change: Readonly<Record<string, unknown>>): MeshObject {
  const [good] = (PRODUCT.spec?.['outputPorts'] ?? []) as object[];
  return withSpec(PRODUCT, { outputPorts: [{ ...good, ...change }] });
}

const noVersion = fc
  .oneof(
    text,
    fc.constantFrom(
      '1.0',
      '1.0.0.0',
      'v1.0.0',
      '1.0.0-rc.1',
      '1.0.0+build',
      '01.0.0',
      '1.00.0',
      '1..0',
      ' 1.0.0',
      '1.0.0\n',
      '1,0,0',
      '-1.0.0',
      '٣.0.0',
    ),
  )
  .filter(version => !/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version));

const noRegion = fc
  .oneof(text, fc.constantFrom('us-east-1', 'EU-CENTRAL-1', 'eu-central-1 ', 'eu-west-1', ''))
  .filter(region => region !== 'eu-central-1');

const laws: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  'DM-OWN-001': fc
    .oneof(
      fc.constantFrom<unknown>(undefined, {}, { teamRef: 'orders' }, { teamRef: 'orders', contacts: [] }),
      blank.map(teamRef => ({ teamRef, contacts: [{ type: 'chat', value: '#orders' }] })),
      fc
        .array(blank, { maxLength: 3 })
        .map(values => ({ teamRef: 'orders', contacts: values.map(value => ({ type: 'chat', value })) })),
    )
    .map(owner => ({ object: withSpec(PRODUCT, { owner }) })),
  'DM-OWN-002': text
    .filter(team => team !== 'orders')
    .map(teamRef => ({
      object: withSpec(PRODUCT, { owner: { teamRef, contacts: [{ type: 'chat', value: 'x' }] } }),
    })),
  'DM-OWN-003': fc.oneof(
    text.filter(name => name !== 'sales').map(domainRef => ({ object: withSpec(PRODUCT, { domainRef }) })),
    text
      .filter(name => name !== 'orders')
      .map(productRef => ({ object: withSpec(CONTRACT, { productRef }) })),
  ),
  'DM-OWN-004': fc
    .record({
      username: text.filter(name => !name.startsWith('system:')),
      groups: fc.array(text.filter(group => group !== 'oidc:sales-owners')),
    })
    .chain(userInfo => fc.constantFrom({ object: PRODUCT, userInfo }, { object: CONTRACT, userInfo })),
  'DM-OWN-007': fc
    .oneof(
      fc.stringMatching(/^[a-z]{0,2}$/),
      fc.stringMatching(/^[a-z]{31,40}$/),
      fc.stringMatching(/^[a-z]{3,10}[A-Z_.ä][a-z]{3,10}$/),
      fc.stringMatching(/^[0-9-][a-z]{3,10}$/),
      fc.stringMatching(/^[a-z]{3,10}\n$/),
    )
    .chain(name =>
      fc
        .constantFrom(PRODUCT, CONTRACT)
        .map(object => ({ object: { ...object, metadata: { ...object.metadata, name } } })),
    ),
  'DM-OWN-009': fc.oneof(
    word
      .filter(name => name !== 'sales')
      .map(domainRef => ({ object: PRODUCT, oldObject: withSpec(PRODUCT, { domainRef }) })),
    word
      .filter(name => name !== 'orders')
      .map(productRef => ({ object: CONTRACT, oldObject: withSpec(CONTRACT, { productRef }) })),
    word
      .filter(name => name !== 'orders')
      .map(id => ({ object: CONTRACT, oldObject: withOdcs(CONTRACT, { id }) })),
  ),
  'DM-VER-002': fc.oneof(
    noVersion.map(version => ({ object: withSpec(PRODUCT, { version }) })),
    fc.constant({ object: withSpec(PRODUCT, { version: undefined }) }),
    noVersion.map(version => ({ object: port({ version }) })),
    noVersion.map(version => ({ object: withOdcs(CONTRACT, { version }) })),
  ),
  'DM-VER-003': fc
    .tuple(small, fc.nat(4), fc.nat(30))
    .filter(([, minor, patch]) => minor < 4 || patch === 0)
    .map(([, minor, patch]) => ({
      object: {
        ...withOdcs(CONTRACT, { version: `1.${minor}.${patch}` }),
        metadata: { ...CONTRACT.metadata, name: 'orders-2' },
      },
    })),
  'DM-VER-008': fc.oneof(
    fc
      .constantFrom('apiVersion', 'kind', 'id', 'version')
      .map(field => ({ object: withOdcs(CONTRACT, { [field]: undefined }) })),
    fc
      .oneof(fc.nat(), fc.constant(null), fc.constant({}))
      .map(schema => ({ object: withOdcs(CONTRACT, { schema }) })),
    word.map(kind => ({ object: withOdcs(CONTRACT, { kind }) })),
  ),
  'DM-VER-009': fc.oneof(
    fc
      .constantFrom<unknown>(undefined, {}, { id: 'orders' }, { version: '1.4.0' })
      .map(contractRef => ({ object: port({ contractRef }) })),
    fc
      .record({ id: fc.oneof(fc.constant('orders'), word), version: fc.oneof(fc.constant('1.4.0'), word) })
      .filter(({ id, version }) => id !== 'orders' || version !== '1.4.0')
      .map(contractRef => ({ object: port({ contractRef }) })),
  ),
  'DM-LIF-002': fc.oneof(
    fc
      .oneof(word, text)
      .filter(phase => !PHASES.includes(phase))
      .map(phase => ({ object: withSpec(PRODUCT, { lifecycle: { phase } }) })),
    word.filter(phase => !PHASES.includes(phase)).map(phase => ({ object: port({ lifecycle: { phase } }) })),
    word.filter(phase => !PHASES.includes(phase)).map(status => ({ object: withOdcs(CONTRACT, { status }) })),
    fc
      .tuple(fc.nat(4), fc.nat(4))
      .filter(([before, after]) => after !== before && after !== before + 1)
      .map(([before, after]) => ({
        object: withSpec(PRODUCT, { lifecycle: { phase: PHASES[after] } }),
        oldObject: withSpec(PRODUCT, { lifecycle: { phase: PHASES[before] } }),
      })),
  ),
  'DM-SEC-001': fc.oneof(
    noRegion.map(residency => ({ object: withSpec(PRODUCT, { residency }) })),
    noRegion.map(region => ({
      object: withSpec(PRODUCT, {
        storage: [
          { name: 'a', region: 'eu-central-1' },
          { name: 'b', region },
        ],
      }),
    })),
    fc.tuple(noRegion, fc.constantFrom('region', 'Region', ' REGION\t')).map(([value, property]) => ({
      object: withOdcs(CONTRACT, {
        servers: [{ server: 'x', type: 'kafka', host: 'h', customProperties: [{ property, value }] }],
      }),
      others: [withSpec(PRODUCT, { residency: undefined })],
    })),
  ),
  'DM-STO-004': fc.oneof(
    fc.constantFrom('analytics', 'object').map(role => ({ object: store({ role }) })),
    fc.uniqueArray(word.filter(name => name !== 'tables')).map(engines => ({
      object: PRODUCT,
      others: [withSpec(MESH, { engines })],
    })),
    fc
      .oneof(text, fc.integer({ max: 0 }), fc.constantFrom<unknown>(1.5, true, null, [1], {}))
      .map(replicas => ({ object: store({ parameters: { replicas } }) })),
    word
      .filter(name => name !== 'tables')
      .chain(engineClass => fc.constantFrom(store({ engineClass }), port({ engineClass })))
      .map(object => ({ object })),
    fc.constant({ object: store({ engineClass: undefined }) }),
    word
      .filter(name => name !== 'replicas')
      .map(name => ({ object: store({ parameters: { replicas: 1, [name]: 1 } }) })),
    fc.constant({
      object: store({ engineClass: undefined, parameters: { replicas: '1' } }),
      others: [withSpec(MESH, { engineDefaults: { operational: 'tables' } })],
    }),
  ),
  'DM-PRV-003': fc
    .oneof(
      fc.constantFrom<object>(
        { tags: ['pii'] },
        { tags: ['x', 'PII'] },
        { tags: ['pii '] },
        { tags: ['ＰＩＩ'] },
        { classification: 'secret' },
        { classification: 'Secret' },
        { classification: 'public ' },
        { classification: '' },
        {},
      ),
    )
    .chain(property => {
      const properties = [
        { name: 'p', classification: 'public' },
        { name: 'q', ...property },
      ];
      const harmless = [{ name: 'p', classification: 'public' }];
      return fc.constantFrom<Readonly<Record<string, unknown>>>(
        { schema: [{ name: 'orders', properties }] },
        { schema: [{ name: 'orders', properties: harmless, tags: ['pii'] }] },
        { schema: [{ name: 'orders', properties: harmless }], tags: ['Pii'] },
      );
    })
    .chain(document =>
      fc.constantFrom<unknown>(false, undefined, 'true', 1).map(personalData => ({
        object: withSpec(PRODUCT, { personalData }),
        others: [withOdcs(CONTRACT, document)],
      })),
    ),
  'DM-ACC-002': fc.oneof(
    fc
      .constantFrom('namespace', 'product', 'port')
      .chain(field => other('logistics', 'stock', 'levels', 'moves').map(name => ({ [field]: name })))
      .map(change => ({ object: input({ from: { ...LEVELS, ...change } }) })),
    fc
      .nat(100_000)
      .filter(major => major !== 1)
      .map(major => ({ object: input({ from: { ...LEVELS, major } }) })),
    fc
      .record({ id: fc.oneof(fc.constant('stock'), word), version: fc.oneof(fc.constant('1.0.2'), word) })
      .filter(({ id, version }) => id !== 'stock' || version !== '1.0.2')
      .chain(contractRef =>
        fc.constantFrom<Case>(
          { object: input({ contractRef }) },
          { object: PRODUCT, others: [withSpec(STOCK, { outputPorts: [levels({ contractRef })] })] },
        ),
      ),
    other('orders-reads-stock').map(agreementRef => ({ object: input({ agreementRef }) })),
    fc.constantFrom('requested', undefined).map(state => agreed({ state })),
    text.map(sourceSystem => ({ object: input({ from: { sourceSystem } }) })),
    fc
      .constantFrom<Record<string, unknown>>(
        { version: '2.0.0' },
        { version: '10.0.2' },
        { version: undefined },
        { name: 'x' },
      )
      .map(change => levels(change))
      .chain(port => fc.constantFrom(PRODUCT, AGREEMENT).map(object => ({ object, port })))
      .map(({ object, port }) => ({ object, others: [withSpec(STOCK, { outputPorts: [port] })] })),
    other('sales').map(namespace => end({ consumer: { namespace, product: 'orders' } })),
    other('orders').map(name => end({ consumer: { namespace: 'sales', product: name } })),
    other('stock').map(name => end({ provider: { product: name, port: 'levels', major: 1 } })),
    other('levels', 'moves').map(name => end({ provider: { product: 'stock', port: name, major: 1 } })),
    fc
      .nat(100_000)
      .filter(major => major !== 1)
      .map(major => end({ provider: { ...LEVELS, major } })),
  ),
  'DM-ACC-003': fc.oneof(
    fc.constantFrom(undefined, '').map(agreementRef => ({ object: input({ agreementRef }) })),
    fc.constantFrom('rejected', 'revoked', 'APPROVED').map(state => agreed({ state })),
    fc
      .constantFrom('2026-06-01T00:00:00Z', '2026-05-31T23:59:59Z', '1999-01-01T00:00:00Z')
      .map(end => agreed({ end })),
    fc
      .constantFrom('2026-06-01T00:00:01Z', '2999-01-01T00:00:00Z', undefined)
      .map(start => agreed({ start })),
    other('levels').map(name => ({ object: input({ from: { ...LEVELS, port: name } }) })),
    fc
      .nat(100_000)
      .filter(major => major !== 1)
      .map(major => ({ object: input({ from: { ...LEVELS, major } }) })),
    fc
      .constantFrom<object>({ port: 'other' }, { major: 2 }, { product: 'other' })
      .map(change => agreed({ provider: { product: 'stock', port: 'levels', major: 1, ...change } })),
    word
      .filter(name => name !== 'orders')
      .map(consumer => agreed({ consumer: { namespace: 'sales', product: consumer } })),
    word
      .filter(name => name !== 'sales')
      .map(namespace => agreed({ consumer: { namespace, product: 'orders' } })),
  ),
};

function store(change: Readonly<Record<string, unknown>>): MeshObject {
  const [good] = (PRODUCT.spec?.['storage'] ?? []) as object[];
  return withSpec(PRODUCT, { storage: [{ ...good, ...change }] });
}

function input(change: Readonly<Record<string, unknown>>): MeshObject {
  const [good] = (PRODUCT.spec?.['inputPorts'] ?? []) as object[];
  return withSpec(PRODUCT, { inputPorts: [{ ...good, ...change }] });
}

/** A name that is none of these. */
function other(...names: readonly string[]): fc.Arbitrary<string> {
  return word.filter(name => !names.includes(name));
}

function levels(change: Readonly<Record<string, unknown>>): object {
  const [good] = (STOCK.spec?.['outputPorts'] ?? []) as object[];
  return { ...good, ...change };
}

/** The agreement under review, with another end. */
function end(change: Readonly<Record<string, unknown>>): Case {
  return { object: withSpec(AGREEMENT, change) };
}

function agreed(change: Readonly<Record<string, unknown>>): Case {
  return { object: PRODUCT, others: [withSpec(AGREEMENT, change)] };
}

async function codesAt(point: (typeof POINTS)[number], broken: Case): Promise<string[]> {
  return codesOf(await findingsAt(point, broken));
}

async function findingsAt(
  point: (typeof POINTS)[number],
  { object, oldObject, userInfo, others = [] }: Case,
): Promise<readonly Finding[]> {
  for (const other of others) engine.inventory.apply(other);
  const circumstances = { point, ...(oldObject && { oldObject }), ...(userInfo && { userInfo }) };
  const { findings } = await engine.judge(review(object, circumstances));
  for (const other of LAWFUL) engine.inventory.apply(other);
  return findings;
}

for (const object of LAWFUL) {
  t.test(`the lawful ${object.kind} has no findings, as it is and as an update of itself`, async t => {
    for (const point of POINTS) {
      t.strictSame(await codesAt(point, { object, oldObject: object }), []);
      if (object.kind !== 'DataContract') t.strictSame(await codesAt(point, { object }), []);
    }
  });
}

for (const [code, anyCase] of Object.entries(laws)) {
  t.test(`whatever breaks ${code} by construction is found at push (CVE-2023-33191)`, async t => {
    const law = engine.bundle.policies.find(policy => policy.code === code);
    t.equal(law?.enforce.push, 'deny');
    await fc.assert(
      fc.asyncProperty(anyCase, async broken => (await codesAt('push', broken)).includes(code)),
      { numRuns: 100 },
    );
  });
}

for (const [code, anyCase] of Object.entries(laws)) {
  t.test(`${code} has its own level at push, at admission and at audit`, async t => {
    const law = engine.bundle.policies.find(policy => policy.code === code);
    for (const broken of fc.sample(anyCase, { numRuns: 10, seed: 20260601 })) {
      for (const point of POINTS) {
        const found = (await findingsAt(point, broken)).filter(finding => finding.code === code);
        const levels = new Set(found.map(({ enforcement }) => enforcement));
        t.strictSame([...levels], law?.enforce[point] === 'off' ? [] : [law?.enforce[point]], point);
      }
    }
  });
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

t.test(
  'no list that may name an engine is forgotten (CVE-2023-2727, CVE-2023-2728, CVE-2024-3177)',
  async t => {
    const schema = await readFile(join(ROOT, 'schemas/data-product.schema.json'), 'utf8');
    const { properties } = (JSON.parse(schema) as { properties: { spec: Schema } }).properties.spec;
    const lists = Object.keys(properties ?? {}).filter(
      name => properties?.[name]?.items?.properties?.['engineClass'],
    );
    t.strictSame(lists.toSorted(), ['managementPorts', 'outputPorts', 'processing', 'storage']);
    for (const list of lists) {
      const found = await findingsAt('push', {
        object: withSpec(PRODUCT, { [list]: [{ name: 'x', engineClass: 'tables' }] }),
        others: [withSpec(MESH, { engines: [] })],
      });
      const { path } = found.find(({ code }) => code === 'DM-STO-004') ?? {};
      t.strictSame(path, ['spec', list, 0, 'engineClass'], list);
    }
  },
);

t.test('every policy of the family has such a law, or is told here why not', async t => {
  const without: readonly string[] = [];
  const codes = engine.bundle.policies
    .filter(({ family }) => family === 'governance')
    .map(({ code }) => code);
  t.strictSame(
    codes.filter(code => !(code in laws) && !without.includes(code)),
    [],
  );
});

t.test('the clock of the review decides whether an agreement is in force', async t => {
  const judgeAt = async (now: string): Promise<boolean> =>
    (await engine.judge(review(PRODUCT, { now: new Date(now) }))).allowed;
  t.equal(await judgeAt('2025-12-31T23:59:59Z'), false);
  t.equal(await judgeAt('2026-01-01T00:00:00Z'), true);
  t.equal(await judgeAt('2026-12-31T23:59:59Z'), true);
  t.equal(await judgeAt('2027-01-01T00:00:00Z'), false);
  t.equal(await judgeAt('2026-06-01T00:00:00Z'), true, 'and back again');
});

t.test('a pattern of the Mesh decides on names', async t => {
  const upper = { ...PRODUCT, metadata: { ...PRODUCT.metadata, name: 'ORDERS' } };
  t.ok((await codesAt('push', { object: upper })).includes('DM-OWN-007'));
  t.notOk(
    (
      await codesAt('push', { object: upper, others: [withSpec(MESH, { naming: { pattern: '[A-Z]+' } })] })
    ).includes('DM-OWN-007'),
  );
});
