// How one repository wants to be judged: `git config` in the bare repository.

import { CannotJudgeError } from '../cli/failure.ts';
import { git } from '../cli/read/git.ts';

export interface HookSettings {
  /** Folders that are each a whole mesh; the empty path is the whole repository. */
  readonly trees: readonly string[];
  readonly timeoutSeconds: number;
}

const DEFAULT_TIMEOUT = 60;
const KNOWN = ['tree', 'timeout'];

/** Reads `dappmesh.*`. Throws CannotJudgeError for what it does not know: a setting that is ignored protects nobody. */
export async function readSettings(repository: string): Promise<HookSettings> {
  const entries = (await git(repository, ['config', '--list', '-z']))
    .toString()
    .split('\0')
    .filter(entry => entry.startsWith('dappmesh.'))
    .map(entry => splitOnce(entry.slice('dappmesh.'.length)));
  const unknown = entries.find(([key]) => !KNOWN.includes(key));
  if (unknown)
    throw new CannotJudgeError(
      `git config dappmesh.${unknown[0]} is no setting`,
      `there are dappmesh.${KNOWN.join(', dappmesh.')}`,
    );
  const trees = entries
    .filter(([key]) => key === 'tree')
    .map(([, value]) => value.replace(/^\.?\/+|\/+$/g, ''));
  const timeout = Number(entries.findLast(([key]) => key === 'timeout')?.[1] ?? DEFAULT_TIMEOUT);
  if (!(timeout > 0)) throw new CannotJudgeError('git config dappmesh.timeout is no number of seconds');
  return { trees: trees.length === 0 ? [''] : trees, timeoutSeconds: timeout };
}

/** `key\nvalue`, as `git config -z` prints it. */
function splitOnce(entry: string): [string, string] {
  const at = entry.indexOf('\n');
  return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
}
