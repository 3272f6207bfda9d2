// The authority of client certificates, from a file that is taken up again when it changes.

import { readAuthorities } from './authority-file.ts';
import { type FollowedFiles, followFiles } from './followed-files.ts';

export interface CallerAuthorityDeps {
  readonly file: string;
  /** Called with the PEM list of the first authority, and of every other one. */
  readonly onAuthority: (caPem: string) => void;
  readonly onFault: (error: unknown) => void;
  readonly pollMs: number;
}

/** Follows the file. One that cannot be used is a fault, and what it said before stays. */
export function followCallerAuthority(deps: CallerAuthorityDeps): FollowedFiles {
  const { file, onAuthority, onFault, pollMs } = deps;
  let last = '';
  async function look(): Promise<void> {
    // None at all would be every authority that Node knows.
    const caPem = await readAuthorities(file);
    if (caPem === last) return;
    last = caPem;
    onAuthority(caPem);
  }
  return followFiles({ files: [file], look, onFault, pollMs });
}
