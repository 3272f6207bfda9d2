// How live state is shown in a drawing: in words, so that no colour is needed to read it, and in a colour.

import { shortTime } from '../live/standing.ts';
import type { Flow, ProductNode } from './mesh-graph.ts';

/** Fill and line of a node. Amber is for products that work but break a policy. */
export const LOOKS = {
  ready: { fill: '#d9f2df', stroke: '#2b8a3e' },
  notCompliant: { fill: '#fff0c7', stroke: '#b07d00' },
  notReady: { fill: '#ffdddd', stroke: '#c92a2a' },
  unknown: { fill: '#eeeeee', stroke: '#868e96' },
} as const;

export type Look = keyof typeof LOOKS;

/** undefined in a drawing without live state. */
export function lookOf({ ready, compliant }: ProductNode): Look | undefined {
  if (ready === undefined) return undefined;
  if (ready === null) return 'unknown';
  if (!ready) return 'notReady';
  return compliant === false ? 'notCompliant' : 'ready';
}

/** The lines that are added to the name of a product. */
export function markText({ inCluster, ready, compliant }: ProductNode): string[] {
  if (inCluster === undefined) return [];
  if (!inCluster) return ['not in the cluster'];
  const readiness = ready === null ? 'not known to be ready' : ready ? 'ready' : 'not ready';
  return [readiness, ...(compliant === false ? ['not compliant'] : [])];
}

/** What an edge says: its agreement, and the state of that, or how it stands now. */
export function flowText({ agreement, state, standing, end }: Flow): string {
  const until = standing === 'in force' && end !== '' ? ` until ${shortTime(end)}` : '';
  return [agreement, standing === undefined ? state : `${standing}${until}`]
    .filter(part => part !== '')
    .join(', ');
}

/** Data is asked for, and nothing allows it now. */
export function isBroken({ isUsed, standing }: Flow): boolean {
  return isUsed && standing !== undefined && standing !== 'in force';
}
