import t from 'tap';
import { ConfigError } from '../../process/command-line.ts';
import { parseConfig } from '../../webhook/config.ts';
import { helpText, OPTIONS } from '../../webhook/options.ts';

function faultsOf(args: string[]): readonly string[] {
  try {
    parseConfig(args);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

t.test('without arguments everything has a value, and none can be changed', t => {
  const config = parseConfig([]);
  t.match(config, { port: 8443, budget: 4_000, 'client-name': ['kube-apiserver'], 'judge-unchanged': false });
  t.ok(Object.isFrozen(config), 'frozen');
  t.end();
});

t.test('options are read in both spellings, some more than once', t => {
  const config = parseConfig([
    '--port',
    '0',
    '--drain-delay=1m30s',
    '--tls-name=a',
    '--tls-name',
    'b',
    '--judge-unchanged',
  ]);
  t.match(config, { port: 0, 'drain-delay': 90_000, 'tls-name': ['a', 'b'], 'judge-unchanged': true });
  t.end();
});

t.test('all faults are reported together, unknown options among them (CVE-2025-29778)', t => {
  const args = [
    '--prot',
    '1',
    '--port=x',
    '--threads=0',
    '--budget=soon',
    '--log-level=loud',
    '--tls-cert=a',
    '--host=a',
    '--host=b',
  ];
  t.strictSame(faultsOf(args), [
    '--prot: unknown option',
    '"1": there are only options here',
    '--host: given twice',
    '--port: "x" is no whole number from 0 to 65535',
    '--budget: "soon" is no duration such as 500ms, 10s or 1m30s',
    '--threads: "0" is no whole number from 1 to 64',
    '--log-level: "loud" is none of trace, debug, info, warn, error',
    '--tls-cert and --tls-key: give both or neither',
  ]);
  t.end();
});

t.test('options that make no sense together are faults', t => {
  t.match(faultsOf(['--tls-ca=a']), [/--tls-ca: needs/]);
  t.match(faultsOf(['--webhook-manifest=a', '--configuration=']), [/--webhook-manifest: needs/]);
  t.match(faultsOf(['--port']), [/--port: needs a value/]);
  t.end();
});

t.test('values that could not be meant are faults', t => {
  for (const value of ['1s', '2500ms', '2h']) {
    t.strictSame(faultsOf([`--watch-timeout=${value}`]), [
      '--watch-timeout: must be whole seconds, from 2s to 1h',
    ]);
  }
  const upper = 'A'.repeat(64);
  for (const value of ['abc', upper, `sha256:${upper.toLowerCase()}`]) {
    t.strictSame(faultsOf([`--bundle-digest=${value}`]), [
      `--bundle-digest: "${value}" is not 64 hex digits, in lower case`,
    ]);
  }
  t.strictSame(faultsOf(['--evaluation-memory=8']), [
    '--evaluation-memory: "8" is no whole number from 16 to 4096',
  ]);
  t.end();
});

t.test('the help names every option, and is asked for with either spelling', t => {
  t.equal(parseConfig(['--nonsense', '--help']), 'help');
  t.equal(parseConfig(['-h']), 'help');
  for (const name of Object.keys(OPTIONS)) t.match(helpText(), `  --${name} `);
  t.match(helpText(), /Examples:/);
  t.end();
});
