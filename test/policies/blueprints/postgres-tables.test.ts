// The SQL derived from every contract of the example mesh, on a real PostgreSQL.

import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { runCommand } from '../../../tools/run-command.ts';
import { until } from '../../until.ts';
import { freshBundle } from './building-engine.ts';
import {
  filesOf,
  migrate,
  PRODUCTS,
  passwordOf,
  podOf,
  prepareStore,
  queryAs,
  RETAIL,
  serverOf,
  startBuilder,
  storesOf,
} from './postgres-scene.ts';

const build = await startBuilder(t, await freshBundle(t.testdir()));
const postgres = await serverOf(t);

interface Property {
  readonly name: string;
  readonly physicalType: string;
  readonly description: string;
  readonly required: boolean;
  readonly primaryKey?: boolean;
  readonly classification: string;
}

interface Table {
  readonly name: string;
  readonly description: string;
  readonly properties: readonly Property[];
}

/** Tables of the contract version that a product serves or keeps. */
function tablesOf(product: MeshObject): readonly Table[] {
  const { model } = product.spec as {
    model: { schemas: { contractRef: { id: string; version: string } }[] };
  };
  const wanted = model.schemas.map(({ contractRef }) => `${contractRef.id} ${contractRef.version}`);
  return RETAIL.flatMap(({ kind, spec }) => {
    const odcs = spec?.['odcs'] as { id: string; version: string; schema: Table[] };
    return kind === 'DataContract' && wanted.includes(`${odcs.id} ${odcs.version}`) ? odcs.schema : [];
  });
}

const TYPES: Readonly<Record<string, string>> = { 'char(3)': 'character(3)' };

const COLUMNS = `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  col_description(c.oid, a.attnum) from pg_class c join pg_attribute a on a.attrelid = c.oid
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $schema$ and c.relkind = 'r' and a.attnum > 0 order by c.relname, a.attnum`;

for (const product of PRODUCTS) {
  const { name } = product.metadata;
  const database = name.replaceAll('-', '_');
  t.test(`the tables of ${name} are as its contracts say, however often they are made`, async t => {
    const children = await build(name);
    const tables = tablesOf(product).toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const expected = tables.flatMap(table =>
      table.properties.map(({ name, physicalType, required, description }) =>
        [table.name, name, TYPES[physicalType] ?? physicalType, required ? 't' : 'f', description].join('|'),
      ),
    );
    const found = [];
    for (const store of storesOf(children)) {
      await prepareStore(postgres, children, store);
      const schema = store.slice(name.length + 1).replaceAll('-', '_');
      const state = () => postgres.query(database, COLUMNS.replace('$schema$', `'${schema}'`));
      await migrate(t, postgres, children, store);
      const once = await state();
      await migrate(t, postgres, children, store);
      t.strictSame(await state(), once, `${store} stays as it is`);
      found.push(...once);
      for (const table of once.length > 0 ? tables : []) {
        const comment = `select obj_description('${schema}.${table.name}'::regclass)`;
        t.strictSame(await postgres.query(database, comment), [table.description]);
        const keys = `select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
          where indrelid = '${schema}.${table.name}'::regclass and indisprimary`;
        const primary = table.properties
          .filter(({ primaryKey }) => primaryKey === true)
          .map(({ name }) => name);
        t.strictSame(await postgres.query(database, keys), primary);
      }
    }
    t.strictSame(found, expected);
  });
}

t.test('a port may be read, by whom its agreement allows, and by nobody written', async t => {
  const children = await build('orders');
  await prepareStore(postgres, children, 'orders-marts');
  await migrate(t, postgres, children, 'orders-marts');
  const port = ['port_orders', passwordOf('orders-orders', 'password')] as const;
  const consumer = 'logistics.shipments.orders';
  const shipments = [consumer, passwordOf('orders-orders', consumer)] as const;
  for (const reader of [port, shipments]) {
    t.match(await queryAs(postgres, 'orders', reader, 'select count(*) from orders'), {
      code: 0,
      stdout: '0\n',
    });
    t.match(await queryAs(postgres, 'orders', reader, 'set transaction read write; delete from orders'), {
      stderr: /permission denied for view orders/,
    });
    t.match(await queryAs(postgres, 'orders', reader, 'select * from marts.orders'), {
      stderr: /permission denied for schema marts/,
    });
    t.match(await queryAs(postgres, 'orders', reader, 'select * from dappmesh.pseudonym'), {
      stderr: /permission denied for schema dappmesh/,
    });
    t.match(await queryAs(postgres, 'orders', reader, 'create temporary table x ()'), { code: 1 });
  }
  t.match(await queryAs(postgres, 'orders', [consumer, 'guessed'], 'select 1'), { code: 2 });
  const member = `select pg_has_role('orders-reader', 'port_orders', 'usage'), rolcanlogin from pg_roles where rolname = 'orders-reader'`;
  t.strictSame(
    await postgres.query('orders', member),
    ['t|f'],
    'the role of the contract reads, and cannot log in',
  );
});

t.test('when an agreement ends, its role goes, its sessions with it', async t => {
  const [before, after] = await Promise.all([
    build('orders'),
    build('orders', new Date('2036-01-01T00:00:00Z')),
  ]);
  t.not(before.of('Job', 'orders-marts').metadata.name, after.of('Job', 'orders-marts').metadata.name);
  await prepareStore(postgres, before, 'orders-marts');
  await migrate(t, postgres, before, 'orders-marts');
  const consumer = 'logistics.shipments.orders';
  const login = [consumer, passwordOf('orders-orders', consumer)] as const;
  const session = queryAs(postgres, 'orders', login, 'select pg_sleep(600)');
  const sessions = `select count(*) from pg_stat_activity where usename = '${consumer}'`;
  await until(async () => (await postgres.query('orders', sessions))[0] !== '0');
  await migrate(t, postgres, after, 'orders-marts');
  t.match(await session, { code: 2, stderr: 'terminating connection' });
  t.match(await queryAs(postgres, 'orders', login, 'select 1'), { code: 2 });
  t.strictSame(await postgres.query('orders', `select count(*) from pg_roles where rolname like '%.%'`), [
    '0',
  ]);
  const port = ['port_orders', passwordOf('orders-orders', 'password')] as const;
  t.match(await queryAs(postgres, 'orders', port, 'select count(*) from orders'), { code: 0 });
});

t.test('columns without raw access are shown as pseudonyms that can be grouped', async t => {
  const children = await build('customer-profile');
  await prepareStore(postgres, children, 'customer-profile-vault');
  await migrate(t, postgres, children, 'customer-profile-vault');
  await postgres.query(
    'customer_profile',
    `insert into vault.profiles select k, 'Ann', 'a@b.c', town, '2000-01-01', now(), now()
     from (values ('1', 'Rome'), ('2', 'Rome'), ('3', 'Bern')) as v (k, town)`,
  );
  const key = 'customer-insights.customer-segments.profiles';
  const login = [key, passwordOf('customer-profile-profiles', key)] as const;
  const { stdout, stderr } = await queryAs(
    postgres,
    'customer_profile',
    login,
    'select count(*), town, town_encrypted = town, max(birth_date), max(birth_date_encrypted) from profiles group by town, town_encrypted order by 1',
  );
  t.match(stdout, /^1\|[0-9a-f]{64}\|t\|\|[0-9a-f]{64}\n2\|[0-9a-f]{64}\|t\|\|[0-9a-f]{64}\n$/);
  t.equal(stderr, '');
  t.notMatch(stdout, /Rome|Bern|2000/);
  await migrate(t, postgres, children, 'customer-profile-vault');
  const again = await queryAs(
    postgres,
    'customer_profile',
    login,
    'select town from profiles order by town limit 1',
  );
  t.match(stdout, again.stdout.trim(), 'the same after another migration');
});

t.test('connections are encrypted with what the pod signs itself, and no other is let in', async t => {
  const children = await build('orders');
  const secured = await serverOf(t);
  await prepareStore(secured, children, 'orders-marts');
  const [signing] = podOf(children.of('StatefulSet', 'orders-marts')).initContainers;
  const [shell = '', ...args] = (signing?.command ?? []).map(part =>
    part.replaceAll('/etc/postgresql-tls', secured.socket),
  );
  t.match(await runCommand(shell, args, { env: process.env }), { code: 0 });
  const { uid, gid } = await stat(secured.socket);
  for (const file of ['tls.key', 'tls.crt']) await chown(join(secured.socket, file), uid, gid);
  const { 'pg_hba.conf': rules = '' } = filesOf(children.of('ConfigMap', 'orders-marts'));
  await writeFile(join(secured.socket, 'data', 'pg_hba.conf'), rules.replace(/^host .*\n/gm, ''));
  for (const setting of [
    `ssl_cert_file = '${secured.socket}/tls.crt'`,
    `ssl_key_file = '${secured.socket}/tls.key'`,
    'ssl = on',
  ])
    await secured.query('postgres', `alter system set ${setting}`);
  await secured.query('postgres', 'select pg_reload_conf()');
  t.strictSame(
    await secured.query('postgres', 'select error from pg_hba_file_rules where error is not null'),
    [],
  );
  const login = (mode: string) =>
    secured.psql(['-A', '-t', '-c', 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'], {
      env: {
        PGHOST: '127.0.0.1',
        PGPASSWORD: passwordOf('orders-marts', 'superuser-password'),
        PGSSLMODE: mode,
      },
    });
  await until(async () => (await login('require')).code === 0);
  t.match(await login('require'), { stdout: 't\n' });
  t.match(await login('disable'), { code: 2, stderr: /no encryption/ });
});
