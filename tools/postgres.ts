// A PostgreSQL of one's own, to throw away: on a free port of the loopback and a socket in a temporary folder.
// It refuses to run as root; then it runs as another user, to whom the folder belongs.

import { chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, keepFolder, removeAtEnd, startChild } from './children.ts';
import { freePorts } from './free-ports.ts';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { type CommandResult, runCommand } from './run-command.ts';

export interface Postgres {
  readonly port: number;
  /** Folder of the socket; whoever connects there is believed. Over the network a password is asked for. */
  readonly socket: string;
  /** Folder of its programs. */
  readonly binaries: string;
  readonly pid: number;
  /** Runs psql as superuser, without the user's own settings; `env` is added. A failure is in `code`, not thrown. */
  readonly psql: (args: readonly string[], options?: PsqlOptions) => Promise<CommandResult>;
  /** Answer of a query in the database, row by row, columns separated by `|`. Throws with what psql says. */
  readonly query: (database: string, sql: string) => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

export interface PsqlOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

export interface PostgresOptions {
  /** Where the programs are looked up; the process's own environment by default. */
  readonly env?: NodeJS.ProcessEnv;
}

const SUPERUSER = 'postgres';

/** Users that may run it where we are root, the first that there is. */
const USERS = ['postgres', 'nobody'];

/** Speed before safety: nothing here outlives the test. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=32MB'];

/** Generous: machines that run tests are slow and not quiet. */
const READY_MS = 180_000;
/** Killed, it leaves processes behind that write into the folder for a moment more. */
const END_MS = 30_000;
const POLL_MS = 50;

/** How often to try with another port when somebody took one between finding and using it. */
const ATTEMPTS = 3;

/**
 * Starts a server with an empty cluster and waits until it answers. Throws with the last lines of its log.
 * It goes with this process, however that ends.
 */
export async function startPostgres({ env = process.env }: PostgresOptions = {}): Promise<Postgres> {
  const binaries = await findPostgres(env);
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(binaries, env);
    } catch (error) {
      const portTaken = error instanceof Error && error.message.includes('could not bind');
      if (!portTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly binaries: PostgresBinaries;
  readonly env: NodeJS.ProcessEnv;
}

async function start(binaries: PostgresBinaries, env: NodeJS.ProcessEnv): Promise<Postgres> {
  const [port = 0] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), 'dappmesh-postgres-'));
  removeAtEnd(folder);
  const place = { folder, port, binaries, env };
  let server: Child | undefined;
  const stop = async () => {
    await server?.stop(END_MS);
    keepFolder(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const prefix = await commandPrefix(place);
    await initialise(place, prefix);
    server = await startServer(place, prefix);
    const postgres = clientOf(place, server, stop);
    await untilAnswering(postgres, server);
    return postgres;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A command that runs what comes after it. */
type Prefix = [string, ...string[]];

/** What to put before a command: the libraries, and as root another user, to whom it gives the folder. */
async function commandPrefix({ folder, binaries, env }: Place): Promise<Prefix> {
  const prefix: Prefix = [
    'env',
    'LC_ALL=C.UTF-8',
    ...Object.entries(libraryPath(binaries, env)).map(pair => pair.join('=')),
  ];
  if (process.getuid?.() !== 0) return prefix;
  const { uid, gid } = await unprivilegedUser();
  await chown(folder, uid, gid);
  return [...prefix, 'setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--'];
}

/** The first of `USERS` in the file of users. Throws where there is none. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map(line => line.split(':'));
  for (const wanted of USERS) {
    const [, , uid, gid] = users.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(`PostgreSQL does not run as root, and there is no user ${USERS.join(' or ')} to run it as`);
}

function libraryPath({ libraries }: PostgresBinaries, env: NodeJS.ProcessEnv): Record<string, string> {
  if (libraries.length === 0) return {};
  return { LD_LIBRARY_PATH: [...libraries, env['LD_LIBRARY_PATH'] ?? ''].join(':') };
}

async function initialise({ folder, binaries, env }: Place, prefix: Prefix): Promise<void> {
  const [command, ...args] = [
    ...prefix,
    join(binaries.folder, 'initdb'),
    `--pgdata=${join(folder, 'data')}`,
    `--username=${SUPERUSER}`,
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  const { code, stdout, stderr } = await runCommand(command, args, { cwd: folder, env });
  if (code !== 0) throw new Error(`initdb failed:\n${stdout}${stderr}`);
}

async function startServer({ folder, port, binaries }: Place, prefix: Prefix): Promise<Child> {
  const [command, ...args] = [
    ...prefix,
    join(binaries.folder, 'postgres'),
    '-D',
    join(folder, 'data'),
    ...[
      ...SETTINGS,
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${folder}`,
    ].flatMap(setting => ['-c', setting]),
  ];
  return startChild('postgres', command, args, join(folder, 'postgres.log'));
}

function clientOf(
  { folder, port, binaries, env }: Place,
  server: Child,
  stop: () => Promise<void>,
): Postgres {
  const connection = { PGHOST: folder, PGPORT: String(port), PGUSER: SUPERUSER, PGDATABASE: SUPERUSER };
  const base = { PATH: env['PATH'], ...libraryPath(binaries, env), ...connection };
  const psql: Postgres['psql'] = (args, { env: added = {}, input } = {}) =>
    runCommand(join(binaries.folder, 'psql'), ['-X', '-q', ...args], { env: { ...base, ...added }, input });
  return {
    port,
    socket: folder,
    binaries: binaries.folder,
    pid: server.pid,
    psql,
    async query(database, sql) {
      const { code, stdout, stderr } = await psql([
        '-A',
        '-t',
        '-v',
        'ON_ERROR_STOP=1',
        '-d',
        database,
        '-c',
        sql,
      ]);
      if (code !== 0) throw new Error(`psql: ${stderr.trim()}`);
      return stdout.split('\n').slice(0, -1);
    },
    stop,
  };
}

async function untilAnswering({ psql }: Postgres, server: Child): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while ((await psql(['-c', 'select 1'])).code !== 0) {
    if (server.ended || Date.now() > deadline)
      throw new Error(`postgres does not answer; its last lines:\n${server.lastLines()}`);
    await sleep(POLL_MS);
  }
}
