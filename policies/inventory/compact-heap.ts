// Gives back what a first list left behind: V8 keeps the room that a burst of garbage made it take for as long as
// nothing else needs it, and a process that has just read tens of thousands of objects will not need it again.

import { Session } from 'node:inspector/promises';
import { memoryUsage } from 'node:process';

/** Below this much room it would be a pause for nothing. */
const WORTH_BYTES = 48 * 1024 * 1024;

/**
 * Collects all garbage at once and shrinks the heap; stops the thread for some 50 ms, so before serving. Never rejects:
 * where it cannot be done it is a warning of the process, and memory.
 */
export async function compactHeap(): Promise<void> {
  const { heapTotal } = memoryUsage();
  if (heapTotal < WORTH_BYTES) return;
  // The only official door to what V8 does when memory runs low.
  const session = new Session();
  try {
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  } finally {
    session.disconnect();
  }
}
