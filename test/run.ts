// `make test`, `make quick` and `make check`: runs every check, prints what fails and, last, `N passed, N failed`.

import { runChecks } from './run/checks.ts';
import { Tally } from './run/tally.ts';
import { runTestFiles } from './run/test-files.ts';

const SCOPES = ['check', 'quick', 'test'] as const;
const scope = SCOPES.find(name => name === (process.argv[2] ?? 'test'));

if (scope === undefined) {
  console.error(`usage: node test/run.ts [${SCOPES.join('|')}]`);
  process.exitCode = 2;
} else {
  const tally = new Tally();
  await runChecks(tally);
  if (scope !== 'check') await runTestFiles(tally, { withControlPlane: scope === 'test' });
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}
