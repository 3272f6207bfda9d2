// Contracts that mean harm, and contracts that change, on a real PostgreSQL.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { freshBundle } from './building-engine.ts';
import {
  filesOf,
  migrate,
  passwordOf,
  prepareStore,
  queryAs,
  RETAIL,
  serverOf,
  startBuilder,
} from './postgres-scene.ts';

const bundle = await freshBundle(t.testdir());
const postgres = await serverOf(t);

const STORE = 'orders-marts';

/** The example with another schema in the contract of `orders`, and other words in the product. */
function withSchema(schema: readonly object[], words = 'Orders.'): MeshObject[] {
  return RETAIL.map(object => {
    if (object.kind === 'DataContract' && object.metadata.name === 'orders-v1-2-0') {
      const odcs = { ...(object.spec?.['odcs'] as object), schema, roles: [{ role: words, access: 'read' }] };
      return { ...object, spec: { ...object.spec, odcs } };
    }
    if (object.kind !== 'DataProduct' || object.metadata.name !== 'orders') return object;
    const described = (field: string) =>
      entriesOf(object, field).map(entry => ({ ...entry, description: words }));
    const changed = {
      storage: described('storage'),
      inputPorts: described('inputPorts'),
      outputPorts: described('outputPorts'),
    };
    return { ...object, spec: { ...object.spec, ...changed } };
  });
}

function entriesOf({ spec }: MeshObject, field: string): object[] {
  return (spec?.[field] ?? []) as object[];
}

async function built(objects: readonly MeshObject[]) {
  const build = await startBuilder(t, bundle, objects);
  return build('orders');
}

const mark = join(t.testdirName, 'touched');

const HOSTILE: readonly string[] = [
  `"`,
  `'`,
  `"; drop schema dappmesh cascade; --`,
  `'; drop schema dappmesh cascade; --`,
  `"'"''""`,
  '$$; drop schema dappmesh cascade; $$',
  '$sql$',
  'line\nbreak\r\n\\! touch ' + mark,
  `\\'; drop schema dappmesh cascade; --`,
  `\n\\! touch ${mark}\n`,
  `\`touch ${mark}\``,
  ':owner_password',
  `:'owner_password'`,
  ':"owner_password"',
  '%s%I%L',
  '/* */ -- */',
  'Ünïcödé 🦊',
  'tab\tand \u0001',
  'x'.repeat(63),
  'x'.repeat(64),
  `${'x'.repeat(63)}y`,
  '🦊'.repeat(30),
  ' ',
  'select',
];

/** How PostgreSQL keeps what is too long is our own affair. */
const isKept = (name: string) => Buffer.byteLength(name) <= 63;

t.test('names and texts of any kind are only ever names and texts', async t => {
  const properties = HOSTILE.map(name => ({
    name,
    logicalType: 'string',
    description: name,
    required: true,
    encryptedName: `${name}2`,
    enum: HOSTILE.map(value => ({ value })),
    logicalTypeOptions: { minLength: 0 },
  }));
  const objects = withSchema(
    HOSTILE.map((name, i) => ({
      name,
      description: name,
      properties: name === `'` ? properties : properties.slice(i, i + 1),
    })),
    HOSTILE.join(' '),
  );
  const children = await built(objects);
  await prepareStore(postgres, children, STORE);
  for (const _ of ['once', 'and again']) await migrate(t, postgres, children, STORE);
  t.notOk(existsSync(mark));
  const encode = (column: string) => `encode(convert_to(${column}, 'UTF8'), 'base64')`;
  const rows = await postgres.query(
    'orders',
    `select replace(${encode('attname')}, e'\\n', ''), replace(${encode('col_description(attrelid, attnum)')}, e'\\n', '') from pg_attribute
     where attnum > 0 and attrelid = '"marts"."''"'::regclass order by attnum`,
  );
  const decoded = rows.map(row => row.split('|').map(part => Buffer.from(part, 'base64').toString()));
  t.strictSame(
    decoded.map(([, description]) => description),
    HOSTILE,
    'every column with its description',
  );
  t.strictSame(
    decoded.map(([name]) => name).filter((_, i) => isKept(HOSTILE[i] ?? '')),
    HOSTILE.filter(isKept),
  );
  t.equal(new Set(decoded.map(([name]) => name)).size, HOSTILE.length, 'long names stay apart');
  const count = `select count(*) from pg_class join pg_namespace n on n.oid = relnamespace where nspname = $1 and relkind = $2`;
  for (const [schema, kind] of [
    ['marts', 'r'],
    ['port_orders', 'v'],
  ] as const) {
    const sql = count.replace('$1', `'${schema}'`).replace('$2', `'${kind}'`);
    t.strictSame(await postgres.query('orders', sql), [String(HOSTILE.length)]);
  }
});

t.test('a role of a contract cannot be one that means something already', async t => {
  for (const role of [
    'postgres',
    'product_owner',
    'dappmesh_readers',
    'pg_read_all_data',
    'port_orders',
    'a.b',
    'public',
  ]) {
    const children = await built(withSchema([], role));
    const { 'schema.sql': sql = '' } = filesOf(children.of('ConfigMap', STORE));
    t.notMatch(sql, `grant dappmesh_readers, "port_orders" to "${role}"`, role);
  }
});

t.test('a contract may grow: what is there stays, and what is new is demanded of new rows', async t => {
  const key = { name: 'id', logicalType: 'integer', primaryKey: true, required: true };
  const state = { name: 'state', logicalType: 'string', required: true, enum: [{ value: 'new' }] };
  const old = await built(withSchema([{ name: 'events', properties: [key, state] }]));
  await prepareStore(postgres, old, STORE);
  await migrate(t, postgres, old, STORE);
  const ask = (sql: string) =>
    postgres.query('orders', `set search_path to marts; set role product_owner; ${sql}`);
  await ask(`insert into events values (1, 'new')`);
  await t.rejects(ask(`insert into events values (2, 'sold')`), { message: /state_contract/ });
  const place = {
    name: 'place',
    logicalType: 'string',
    required: true,
    logicalTypeOptions: { maxLength: 3 },
  };
  const wider = { ...state, required: false, enum: [{ value: 'new' }, { value: 'sold' }], unique: true };
  const next = await built(
    withSchema([
      { name: 'events', properties: [place, key, wider] },
      { name: 'more', properties: [key] },
    ]),
  );
  for (const _ of ['once', 'and again']) await migrate(t, postgres, next, STORE);
  t.strictSame(await ask('select id, state, place from events'), ['1|new|']);
  await ask(`insert into events (id, state, place) values (2, 'sold', 'abc'), (3, null, 'x')`);
  await t.rejects(ask(`insert into events (id, place) values (4, null)`), { message: /required_/ });
  await t.rejects(ask(`insert into events (id, place) values (4, 'abcd')`), { message: /place_contract/ });
  await t.rejects(ask(`insert into events (id, state, place) values (4, 'sold', 'x')`), {
    message: /unique_/,
  });
  await ask(`update events set place = 'y'`);
  await migrate(t, postgres, next, STORE);
  await t.rejects(ask(`insert into events (id, place) values (4, null)`), { message: /not-null/ });
  await migrate(t, postgres, old, STORE);
  await ask(`insert into events values (5, 'new'), (6, 'new')`);
  const reader = ['port_orders', passwordOf('orders-orders', 'password')] as const;
  t.match(await queryAs(postgres, 'orders', reader, 'select count(*) from events'), { stdout: '5\n' });
  t.match(await queryAs(postgres, 'orders', reader, 'select place from events'), {
    stderr: /does not exist/,
  });
});

/** Pattern, what it takes, what it refuses; without an example, the pattern is not checked in the database. */
const PATTERNS: readonly (readonly [string, string?, string?])[] = [
  ['^[A-Z]{3}-[0-9]{1,5}$', 'SKU-48121', 'sku-1'],
  ['^(web|shop)$', 'web', 'webs'],
  ['^(?:a|b)+$', 'abab', 'abc'],
  ['^\\d{4}-\\d{2}$', '2026-01', '2026-1'],
  ['^[^/]+/[^/]+$', 'a/b', 'a//b'],
  ['^a\\.b$', 'a.b', 'axb'],
  ['(?<year>\\d+)'],
  ['(?=a)b'],
  ['\\bword\\b'],
  ['\\p{L}+'],
  ['[[:alpha:]]'],
  ['***=a'],
  ['a{,3}'],
  ['a{3,1}'],
  ['(a'],
];

t.test(
  'patterns are checked where PostgreSQL reads them as JSON Schema does, and else left alone',
  async t => {
    const properties = PATTERNS.map(([pattern], i) => ({
      name: `p${i}`,
      logicalType: 'string',
      logicalTypeOptions: { pattern },
    }));
    const children = await built(withSchema([{ name: 'texts', properties }]));
    await prepareStore(postgres, children, STORE);
    await migrate(t, postgres, children, STORE);
    for (const [i, [pattern, taken, refused]] of PATTERNS.entries()) {
      const insert = (text: string) =>
        postgres.query('orders', `insert into marts.texts (p${i}) values ('${text}')`);
      await insert(taken ?? 'anything');
      if (refused === undefined) continue;
      await t.rejects(insert(refused), { message: /violates check constraint/ }, pattern);
    }
  },
);
