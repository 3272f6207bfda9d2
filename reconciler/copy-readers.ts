// Who waits for values of which Secret, to copy them or to make pods that read them: they are reconciled when that
// Secret comes or changes.

import type { ObjectRef } from '../cluster/kubernetes-object.ts';
import { type Key, toText } from './key.ts';
import { idOfRef } from './written.ts';

export interface CopyReaders {
  /** The reader looks at the source now, and wants to know of its next change. */
  readonly note: (source: ObjectRef, reader: Key) => void;
  /** Gives those that noted themselves since the last change. */
  readonly take: (source: ObjectRef) => readonly Key[];
}

/** Makes one without readers. */
export function createCopyReaders(): CopyReaders {
  const bySource = new Map<string, Map<string, Key>>();
  return {
    note(source, reader) {
      const id = idOfRef(source);
      const readers = bySource.get(id) ?? new Map<string, Key>();
      bySource.set(id, readers.set(toText(reader), reader));
    },
    take(source) {
      // Asked at every event of every child, and hardly any is a source.
      if (source.kind !== 'Secret' || bySource.size === 0) return [];
      const id = idOfRef(source);
      const readers = [...(bySource.get(id)?.values() ?? [])];
      bySource.delete(id);
      return readers;
    },
  };
}
