// The SQL of every flow of the example mesh, run by the very commands of its pods. Source systems are tables that the
// test fills; ports of other products are real ones, on servers of their own.

import { readFile } from 'node:fs/promises';
import t from 'tap';
import type { Postgres } from '../../../tools/postgres.ts';
import { freshBundle } from './building-engine.ts';
import {
  type Children,
  filesOf,
  migrate,
  prepareStore,
  RETAIL,
  runPod,
  serverOf,
  startBuilder,
} from './postgres-scene.ts';

const build = await startBuilder(t, await freshBundle(t.testdir()));
const postgres = await serverOf(t);

interface Source {
  readonly product: string;
  readonly store: string;
  readonly workflow: string;
  /** Tables of the inputs, filled. */
  readonly inputs: string;
  /** What is in the product's tables after the flows have run. */
  readonly query: string;
  readonly rows: readonly string[];
}

const ORDERS = `create table if not exists orders.orders as select 'o1'::text order_id, 'c1'::text customer_key, 'web'::text channel,
  '2026-03-01T10:00:00Z'::timestamptz placed_at, 20.00::numeric net_amount, 'EUR'::char(3) currency`;

const SOURCES: readonly Source[] = [
  {
    product: 'orders',
    store: 'orders-marts',
    workflow: 'orders-refresh',
    inputs: `create table webshop.orders as select 'o1'::text order_id, 'c1'::text customer_key, 'web'::text channel,
        now() placed_at, 20.00::numeric net_amount, 1.00::numeric discount_amount, 'EUR'::text currency;
      create table webshop.order_lines as select 'l1'::text order_line_id, 'o1'::text order_id, 's1'::text sku, 2 quantity, 10.0 net_price;
      create table tills.receipts as select 'r1'::text receipt_id, now() sold_at, 5.00 net_amount, 0.00 discount_amount, 'EUR'::text currency;`,
    query: `select order_id, channel from orders union all select order_line_id, sku from order_lines order by 1`,
    rows: ['l1|s1', 'o1|web', 'r1|shop'],
  },
  {
    product: 'product-catalog',
    store: 'product-catalog-articles',
    workflow: 'product-catalog-hourly',
    inputs: `create table erp.articles as select 's1'::text sku, 'Kettle'::text name, 'kitchen'::text category,
      'Nordvik'::text brand, 41.93 list_price, 'EUR'::text currency, '2026-03-01T00:00:00Z'::timestamptz valid_from;`,
    query: 'select product_key, list_price from products',
    rows: ['s1@20260301|41.93'],
  },
  {
    product: 'customer-profile',
    store: 'customer-profile-vault',
    workflow: 'customer-profile-half-hourly',
    inputs: `create table accounts.accounts as select 'c1'::text customer_key, 'Ann'::text full_name, 'a@b.c'::text email,
      'Rome'::text town, null::date birth_date, now() consented_at, null::timestamptz closed_at;`,
    query: 'select customer_key, town from profiles',
    rows: ['c1|Rome'],
  },
  {
    product: 'customer-segments',
    store: 'customer-segments-marts',
    workflow: 'customer-segments-nightly',
    inputs: `create table profiles.profiles as select 'c' || n customer_key, 'Rome'::text town from generate_series(1, 50) n;
      create table orders.orders as select 'c' || n customer_key, 20.00 net_amount, 'EUR'::text currency from generate_series(1, 50) n;`,
    query: 'select segment, customers_count, average_basket from segments',
    rows: ['Rome|50|20.00'],
  },
  {
    product: 'shipments',
    store: 'shipments-marts',
    workflow: 'shipments-follow',
    inputs: `${ORDERS};
      create table carriers.events as select 'p1'::text shipment_id, 'o1'::text order_id, 'north-post'::text carrier,
        'delivered'::text state, '2026-03-01T12:00:00Z'::timestamptz dispatched_at, '2026-03-02T12:00:00Z'::timestamptz delivered_at, now() sent_at;`,
    query: 'select shipment_id, state from shipments',
    rows: ['p1|delivered'],
  },
  {
    product: 'inventory',
    store: 'inventory-marts',
    workflow: 'inventory-hourly',
    inputs: `create table warehouse_system.bookings as select 'w1'::text warehouse, 's1'::text sku, 3 quantity, 1 reserved, now() booked_at;
      create table catalog.products as select 's1'::text sku, 'kitchen'::text category, now() valid_from;`,
    query: 'select stock_id, quantity_on_hand, category from stock_levels',
    rows: ['w1/s1|3|kitchen'],
  },
  {
    product: 'delivery-performance',
    store: 'delivery-performance-marts',
    workflow: 'delivery-performance-twice-a-day',
    inputs: `${ORDERS};
      create table shipments.shipments as select 'o1'::text order_id, 'north-post'::text carrier, '2026-03-02T12:00:00Z'::timestamptz delivered_at;`,
    query: 'select carrier_week_id, shipments_count, on_time_percent from carrier_weeks',
    rows: ['north-post/2026-03-02|1|100.00'],
  },
  {
    product: 'sales-insights',
    store: 'sales-insights-marts',
    workflow: 'sales-insights-nightly',
    inputs: `${ORDERS};
      create table orders.order_lines as select 'o1'::text order_id, 's1'::text sku, 2 quantity, 10.00 net_price;
      create table catalog.products as select 's1'::text sku, 'kitchen'::text category, now() valid_from;
      create table stock.stock_levels as select 'kitchen'::text category, 3 quantity_on_hand;
      create table carriers.carrier_weeks as select 95.5 on_time_percent;
      create table segments.segments as select 20.00 average_basket;`,
    query: 'select daily_sales_id, net_revenue, pieces_in_stock from daily_sales',
    rows: ['2026-03-01/kitchen|20.00|3'],
  },
];

for (const { product, store, workflow, inputs, query, rows } of SOURCES) {
  t.test(`the flows of ${product} run in their order, and again`, async t => {
    const children = await build(product);
    await prepareStore(postgres, children, store);
    await migrate(t, postgres, children, store);
    const ask = askerOf(postgres, product, store);
    await ask(`set role product_owner; ${inputs}`);
    const own = withoutImports(filesOf(children.of('ConfigMap', workflow)));
    for (const _ of ['once', 'and again']) {
      const run = await runPod(t, postgres, { children, job: ['CronJob', workflow], files: own });
      t.match(run, { code: 0, stderr: '' });
      t.strictSame(await ask(query), rows);
    }
    const pipelines = children.all.filter(({ kind, metadata: { labels, name } }) => {
      return (
        kind === 'Job' && labels?.['dappmesh.io/component'] !== undefined && !name.startsWith(`${store}-`)
      );
    });
    t.ok(pipelines.length > 0);
  });
}

t.test('a pipeline waits for its tables, for its inputs and for the flows before it', async t => {
  const children = await build('orders');
  await prepareStore(postgres, children, 'orders-marts');
  const pods = ['orders-load-order-lines', 'orders-load-orders'].map(name => {
    const said = Promise.withResolvers<void>();
    const job = ['Job', name] as const;
    const files = filesOf(children.of('ConfigMap', name));
    const ended = runPod(t, postgres, { children, job, files, onOutput: said.resolve });
    return { ended, said: Promise.race([said.promise, ended]) };
  });
  await Promise.all(pods.map(({ said }) => said));
  await migrate(t, postgres, children, 'orders-marts');
  await askerOf(postgres, 'orders', 'orders-marts')(`set role product_owner; ${SOURCES[0]?.inputs}`);
  const [lines, first] = await Promise.all(pods.map(({ ended }) => ended));
  t.match(first, { code: 0, stdout: /waiting for[^]*running flow-001-load-orders.sql\n$/ });
  t.match(lines, { code: 0, stdout: /waiting for[^]*running flow-001-load-order-lines.sql\n$/ });
});

t.test('a flow that fails leaves nothing behind, and says so', async t => {
  const children = await build('product-catalog');
  const store = 'product-catalog-articles';
  await prepareStore(postgres, children, store);
  await migrate(t, postgres, children, store);
  const ask = askerOf(postgres, 'product-catalog', store);
  await ask('set role product_owner; create table erp.articles ()');
  const files = filesOf(children.of('ConfigMap', 'product-catalog-hourly'));
  const run = await runPod(t, postgres, { children, job: ['CronJob', 'product-catalog-hourly'], files });
  t.match(run, { code: 3, stderr: /column "sku" does not exist/ });
  t.strictSame(await ask('select count(*) from dappmesh.run'), ['0']);
});

t.test('an input is read from the port of its provider, while the agreement is in force', async t => {
  const end = new Date('2036-01-01T00:00:00Z');
  const [shipments, consumer, later, ended] = await Promise.all([
    build('shipments'),
    build('delivery-performance'),
    build('delivery-performance', end),
    build('shipments', end),
  ]);
  const provider = await serverOf(t);
  await prepareStore(provider, shipments, 'shipments-marts');
  await migrate(t, provider, shipments, 'shipments-marts');
  await provider.query(
    'shipments',
    `insert into marts.shipments values ('p1', 'o1', 'north-post', 'delivered', now(), '2026-03-02T12:00:00Z', now())`,
  );
  const store = 'delivery-performance-marts';
  await prepareStore(postgres, consumer, store);
  await migrate(t, postgres, consumer, store);
  const ask = askerOf(postgres, 'delivery-performance', store);
  await ask(`set role product_owner; ${ORDERS}`);
  const workflow = 'delivery-performance-twice-a-day';
  const run = (children: Children) => {
    const files = reaching(provider, filesOf(children.of('ConfigMap', workflow)));
    return runPod(t, postgres, { children, job: ['CronJob', workflow], files, others: shipments.all });
  };
  for (const _ of ['once', 'and again']) t.match(await run(consumer), { code: 0, stderr: '' });
  t.strictSame(await ask('select carrier_week_id, shipments_count from carrier_weeks'), [
    'north-post/2026-03-02|1',
  ]);
  t.match(await ask('select count(*) from pg_foreign_table'), ['1']);

  await migrate(t, provider, ended, 'shipments-marts');
  t.not((await run(consumer)).code, 0, 'the provider lets nobody in');
  const { 'input-shipments.sql': gone = '' } = filesOf(later.of('ConfigMap', workflow));
  await ask(`set role product_owner; ${gone}`);
  t.strictSame(await ask('select count(*) from pg_foreign_table'), ['0'], 'and the consumer forgets the way');
});

t.test('an input from another namespace waits for a password that may not be there yet', async t => {
  const children = await build('delivery-performance');
  const { 'input-orders.sql': sql = '' } = filesOf(
    children.of('ConfigMap', 'delivery-performance-twice-a-day'),
  );
  await prepareStore(postgres, children, 'delivery-performance-marts');
  t.match(await postgres.psql(['-v', 'ON_ERROR_STOP=1'], { input: sql }), {
    code: 0,
    stderr: 'no password for input orders yet\n',
  });
});

t.test('every flow of the example is among those that are run', async t => {
  const readme = await readFile(
    new URL('../../../gitops/examples/retail/README.md', import.meta.url),
    'utf8',
  );
  t.match(readme, 'from the database schema named after the input port');
  const products = RETAIL.filter(({ kind }) => kind === 'DataProduct').map(({ metadata }) => metadata.name);
  t.strictSame(SOURCES.map(({ product }) => product).toSorted(), products.toSorted());
});

function askerOf(postgres: Postgres, product: string, store: string): (sql: string) => Promise<string[]> {
  const schema = store.slice(product.length + 1);
  return sql => postgres.query(product.replaceAll('-', '_'), `set search_path to ${schema}; ${sql}`);
}

/** Without the inputs from ports, whose tables the test makes instead. */
function withoutImports(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([file]) => !file.startsWith('input-')));
}

/** The same files with the provider's address as it is here, and the other inputs left to the test. */
function reaching({ port }: Postgres, files: Record<string, string>): Record<string, string> {
  const { 'input-shipments.sql': sql = '', ...others } = files;
  const here = sql
    .replace("host 'shipments-shipments.logistics.svc', port '5432'", `host '127.0.0.1', port '${port}'`)
    .replace("sslmode 'require'", "sslmode 'prefer'");
  return { ...withoutImports(others), 'input-shipments.sql': here };
}
