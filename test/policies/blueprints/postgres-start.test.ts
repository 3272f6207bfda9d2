// What a pod of PostgreSQL does when it starts, on a server whose data are older than its Secret.

import t from 'tap';
import { runCommand } from '../../../tools/run-command.ts';
import { freshBundle } from './building-engine.ts';
import {
  containerOf,
  environmentOf,
  migrate,
  prepareStore,
  queryAs,
  serverOf,
  startBuilder,
} from './postgres-scene.ts';

const STORE = 'orders-marts';

const build = await startBuilder(t, await freshBundle(t.testdir()));
const postgres = await serverOf(t);

t.test(
  'a volume of a former product takes the password of the new Secret, and is migrated with it',
  async t => {
    const children = await build('orders');
    await prepareStore(postgres, children, STORE);
    await postgres.query('postgres', `alter role postgres password 'of a Secret that is gone'`);

    const server = containerOf(children.of('StatefulSet', STORE));
    const [command = '', ...args] = server.lifecycle?.postStart.exec.command ?? [];
    const env = environmentOf(server, children.all);
    const logIn = () =>
      queryAs(postgres, 'postgres', ['postgres', env['POSTGRES_PASSWORD'] ?? ''], 'select 1');
    t.not((await logIn()).code, 0, 'the Secret and the database differ');

    const place = {
      PATH: `${postgres.binaries}:/usr/bin:/bin`,
      PGHOST: postgres.socket,
      PGPORT: String(postgres.port),
    };
    const started = await runCommand(command, args, { env: { ...env, ...place } });
    t.match(started, { code: 0, stderr: '' });
    t.match(await logIn(), { code: 0, stdout: '1\n' });
    await migrate(t, postgres, children, STORE);
  },
);
