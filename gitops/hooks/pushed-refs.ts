// What git tells a pre-receive hook: one line per ref, `<old> <new> <name>`.

/** What a push does to one ref. */
export interface PushedRef {
  readonly name: string;
  readonly oldCommit: string;
  readonly newCommit: string;
}

/** All zeros, in SHA-1 or SHA-256: the ref does not exist before or after. */
export function isNothing(commit: string): boolean {
  return /^0+$/.test(commit);
}

/** Reads the lines; a name may hold anything but a line break. Throws on a line that is none. */
export function parseRefs(text: string): PushedRef[] {
  const lines = text.split('\n').filter(line => line !== '');
  return lines.map(line => {
    const match = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (.+)$/.exec(line);
    if (match === null) throw new SyntaxError(`git handed over an unknown line: ${JSON.stringify(line)}`);
    const [, oldCommit = '', newCommit = '', name = ''] = match;
    return { name, oldCommit, newCommit };
  });
}

/** Only branches are synced to a cluster; a deletion leaves nothing to judge. */
export function isJudged({ name, newCommit }: PushedRef): boolean {
  return name.startsWith('refs/heads/') && !isNothing(newCommit);
}
