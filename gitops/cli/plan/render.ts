// Which format of a plan is written by whom.

import { toTimestamp } from '../../../policies/engine/verdict/review.ts';
import { toJsonPointer } from '../../../policies/engine/verdict/verdict.ts';
import { harmlessJson } from '../output/escape.ts';
import { countActions, isIncomplete, type Plan } from './planned.ts';

export const PLAN_FORMATS = ['text', 'json', 'yaml', 'manifests'] as const;
export type PlanFormat = (typeof PLAN_FORMATS)[number];

/** The plan in a format, ready to be written to the stream. */
export async function renderPlan(
  format: PlanFormat,
  plan: Plan,
  stream: NodeJS.WritableStream,
): Promise<string> {
  switch (format) {
    case 'text': {
      const [{ planText }, { paintFor }] = await Promise.all([
        import('./text.ts'),
        import('../output/text.ts'),
      ]);
      return planText(plan, paintFor(stream));
    }
    case 'json':
      return `${harmlessJson(toData(plan))}\n`;
    case 'yaml':
      return (await import('../output/yaml.ts')).toYaml(toData(plan));
    case 'manifests': {
      const { toYaml } = await import('../output/yaml.ts');
      const objects = plan.owners.flatMap(owner => owner.objects.flatMap(({ object }) => object ?? []));
      return objects.map(object => `---\n${toYaml(object)}`).join('');
    }
  }
}

/** For programs: paths as JSON Pointers, no sources of files. */
function toData(plan: Plan): object {
  const { owners, findings, compared } = plan;
  return {
    summary: { compared, complete: !isIncomplete(plan), owners: owners.length, ...countActions(plan) },
    findings: findings.map(({ source: _source, isOld: _isOld, path, ...finding }) => ({
      ...finding,
      path: toJsonPointer(path),
    })),
    owners: owners.map(owner => ({
      ...owner,
      until: owner.until === undefined ? null : toTimestamp(owner.until),
      waitsFor: owner.waitsFor.map(({ path, message }) => ({ path: toJsonPointer(path), message })),
      objects: owner.objects.map(object => ({
        ...object,
        changes: object.changes.map(({ path, ...change }) => ({ path: toJsonPointer(path), ...change })),
      })),
    })),
  };
}
