// `dappmesh get`: parts of a live mesh as tables, or as data.

import { CannotJudgeError } from './failure.ts';
import { readOverview, type Where } from './live/read-overview.ts';
import { sectionsText } from './live/tables.ts';
import { parseWanted, pick } from './live/wanted.ts';
import { harmlessJson } from './output/escape.ts';
import { paintFor } from './output/text.ts';
import type { Shell } from './shell.ts';

export interface GetOptions extends Where {
  readonly output: 'text' | 'json' | 'yaml';
}

/** Shows the kinds and names that were asked for. Throws CannotJudgeError without a cluster, or for unknown names. */
export async function get(args: readonly string[], options: GetOptions, shell: Shell): Promise<void> {
  if (options.namespace !== undefined && options.allNamespaces)
    throw new CannotJudgeError('--namespace and --all-namespaces exclude each other');
  const wanted = parseWanted(args);
  const overview = pick(await readOverview(options, shell), wanted);
  const shown = Object.fromEntries(wanted.sections.map(section => [section, overview[section]]));
  switch (options.output) {
    case 'json':
      return void shell.stdout.write(`${harmlessJson(shown)}\n`);
    case 'yaml':
      return void shell.stdout.write((await import('./output/yaml.ts')).toYaml(shown));
    case 'text': {
      const text = sectionsText(overview, wanted.sections, paintFor(shell.stdout));
      if (text === '') shell.stderr.write('there is none of it in this cluster or namespace\n');
      shell.stdout.write(text);
    }
  }
}
