// `dappmesh status`: is the live mesh, a domain or a product as it should be, and if not, why?

import { toObjectText } from '../../policies/engine/verdict/verdict.ts';
import { CannotJudgeError, EXIT } from './failure.ts';
import type { Overview } from './live/overview.ts';
import { type Health, type Problem, toHealth } from './live/problems.ts';
import { readOverview } from './live/read-overview.ts';
import { findScope, narrow } from './live/scope.ts';
import { type Section, sectionsText } from './live/tables.ts';
import { harmlessJson, printable } from './output/escape.ts';
import { count, type Paint, paintFor } from './output/text.ts';
import type { Shell } from './shell.ts';

export interface StatusOptions {
  readonly kubeconfig?: string;
  readonly output: 'text' | 'json' | 'yaml';
}

const SHOWN: readonly Section[] = ['meshes', 'domains', 'products', 'ports', 'uses', 'exemptions'];

/**
 * Shows the whole mesh, or one domain or product of it. Ends with 1 when anything in it is not ready or breaks a policy.
 * Throws CannotJudgeError when that cannot be told.
 */
export async function status(name: string | undefined, options: StatusOptions, shell: Shell): Promise<void> {
  const whole = await readOverview({ ...options, allNamespaces: true }, shell);
  const overview = name === undefined ? whole : partOf(whole, name);
  const health = toHealth(overview);
  const isHealthy = health.problems.length === 0;
  shell.exit(isHealthy ? EXIT.ok : EXIT.denied);
  switch (options.output) {
    case 'json':
      return void shell.stdout.write(`${harmlessJson(toReport(overview, health))}\n`);
    case 'yaml':
      return void shell.stdout.write((await import('./output/yaml.ts')).toYaml(toReport(overview, health)));
    case 'text':
      return void shell.stdout.write(toText(overview, health, paintFor(shell.stdout)));
  }
}

function partOf(overview: Overview, name: string): Overview {
  const scope = findScope(overview, name);
  if (scope !== undefined) return narrow(overview, scope);
  throw new CannotJudgeError(
    `there is no domain or product ${JSON.stringify(name)} in the cluster`,
    'dappmesh get domains products shows what is there',
  );
}

function toReport(overview: Overview, { problems, ...counts }: Health): object {
  return { summary: { healthy: problems.length === 0, ...counts }, problems, ...overview };
}

function toText(overview: Overview, health: Health, paint: Paint): string {
  const tables = sectionsText(overview, SHOWN, paint);
  const problems = health.problems.map(problem => problemText(problem, paint));
  return [tables, problems.join(''), `${summaryText(health, paint)}\n`]
    .filter(part => part !== '')
    .join('\n');
}

function problemText(
  { kind, namespace, name, what, reason, message, stalled }: Problem,
  paint: Paint,
): string {
  const object = toObjectText({ kind, namespace, name });
  const why = [reason, message].filter(part => part !== '').join(': ');
  const lines = why.split('\n').map(line => `    ${printable(line)}\n`);
  const wait = stalled ? ' (stalled: it does not go on by itself)' : '';
  return `${paint('bold', object)}  ${paint('red', what)}${wait}\n${lines.join('')}`;
}

function summaryText({ objects, ready, suspended, problems }: Health, paint: Paint): string {
  if (objects === 0) return 'there are no DappMesh objects in the cluster';
  const verdict =
    problems.length === 0 ? paint('green', 'all is well') : paint('red', count(problems.length, 'problem'));
  const asleep = suspended === 0 ? '' : `, ${suspended} suspended`;
  return `${verdict}: ${ready} of ${count(objects, 'object')} ready${asleep}`;
}
