// The one error for binaries that are nowhere and cannot be built here.

import type { PinnedBinary } from './pinned.ts';

/** Says which binaries, which versions, and the three ways to get them. */
export class BinaryMissingError extends Error {
  override readonly name = 'BinaryMissingError';
  readonly binaries: readonly PinnedBinary[];

  constructor(missing: readonly { binary: PinnedBinary; cachePath: string }[]) {
    const each = (text: (binary: PinnedBinary, cachePath: string) => string, separator = ', ') =>
      missing.map(({ binary, cachePath }) => text(binary, cachePath)).join(separator);
    const what = each(({ name, version }) => `${name} ${version}`);
    super(
      [
        `not available, and there is no Go to build from source: ${what}. Any one of these helps:`,
        '  1. install Go 1.26 or later and run this again: it builds once, into a cache',
        `  2. set the path in the environment: ${each(({ variable, name }) => `${variable}=/path/to/${name}`, ' ')}`,
        `  3. put exactly these versions on the PATH, or copy them to ${each((_, path) => path)}`,
      ].join('\n'),
    );
    this.binaries = missing.map(({ binary }) => binary);
  }
}
