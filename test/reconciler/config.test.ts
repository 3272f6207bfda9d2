import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { ConfigError } from '../../process/command-line.ts';
import { parseConfig } from '../../reconciler/config.ts';
import { helpText, OPTIONS } from '../../reconciler/options.ts';

t.test('without arguments everything has its default', async t => {
  const config = parseConfig([]);
  t.match(config, {
    bundle: 'dist/bundle.tar.gz',
    workers: 8,
    'metrics-port': 8080,
    'lease-duration': 15_000,
    'lease-renew-deadline': 10_000,
    'lease-retry': 2_000,
    'audit-interval': 600_000,
    'watch-timeout': 290_000,
    'no-leader-election': false,
  });
  t.ok(Object.isFrozen(config));
});

t.test('what is given counts, in either form', async t => {
  t.match(
    parseConfig(['--workers', '3', '--no-leader-election', '--audit-interval=1m30s', '--log-level=debug']),
    {
      workers: 3,
      'no-leader-election': true,
      'audit-interval': 90_000,
      'log-level': 'debug',
    },
  );
});

t.test('all faults are told together, unknown options among them (CVE-2025-29778)', async t => {
  const args = [
    '--worker=3',
    '--workers=many',
    'serve',
    '--audit-interval=10',
    '--log-level=loud',
    '--kubeconfig',
  ];
  t.throws(() => parseConfig(args), ConfigError);
  try {
    parseConfig(args);
  } catch (error) {
    t.strictSame((error as ConfigError).faults, [
      '--worker: unknown option',
      '"serve": there are only options here',
      '--kubeconfig: needs a value',
      '--workers: "many" is no whole number from 1 to 256',
      '--audit-interval: "10" is no duration such as 500ms, 10s or 1m30s',
      '--log-level: "loud" is none of trace, debug, info, warn, error',
    ]);
  }
});

const CONTRADICTIONS: [args: string[], fault: RegExp][] = [
  [['--lease-duration=5s'], /must be shorter than --lease-duration/],
  [['--lease-retry=9s'], /must be well shorter than --lease-renew-deadline/],
  [['--lease-duration=15500ms'], /must be whole seconds/],
  [['--watch-timeout=2500ms'], /must be whole seconds, from 2s to 1h/],
  [['--watch-timeout=1s'], /from 2s/],
  [['--watch-timeout=2h'], /to 1h/],
  [['--workers=1', '--workers=2'], /given twice/],
];

for (const [args, fault] of CONTRADICTIONS) {
  t.test(`${args.join(' ')} is refused`, async t => {
    t.throws(() => parseConfig(args), { message: fault });
  });
}

t.test('help names every option and gives examples', async t => {
  for (const name of Object.keys(OPTIONS)) t.match(helpText(), `--${name}`);
  t.match(helpText(), /Examples:/);
  t.equal(parseConfig(['--help', '--nonsense']), 'help');
});

t.test('the process prints help with 0 and faults with 2', async t => {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['reconciler/main.ts', '--help']);
  t.equal(stdout, helpText());
  await t.rejects(run(process.execPath, ['reconciler/main.ts', '--nonsense']), {
    code: 2,
    stderr: /--nonsense: unknown option\nSee --help\./,
  });
});
