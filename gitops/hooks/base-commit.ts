// What a pushed branch is compared with.

import { CannotJudgeError } from '../cli/failure.ts';
import { git } from '../cli/read/git.ts';
import { isNothing, type PushedRef } from './pushed-refs.ts';

/**
 * The commit before the push: for a branch that exists, where it was, forced or not; for a new one, where it leaves
 * the default branch; undefined when there is nothing to compare with, so that everything is new.
 */
export async function baseOf(ref: PushedRef, repository: string): Promise<string | undefined> {
  if (!isNothing(ref.oldCommit)) return ref.oldCommit;
  try {
    const out = await git(repository, ['merge-base', 'HEAD', ref.newCommit]);
    return out.toString().trim() || undefined;
  } catch (error) {
    // No default branch yet, or no common history.
    if (error instanceof CannotJudgeError) return undefined;
    throw error;
  }
}
