// What is not as it should be, and why: everything of a live mesh that is not ready, breaks a policy, or is held from
// deletion.

import type { ObjectState } from './object-state.ts';
import type { Overview } from './overview.ts';

export interface Problem {
  readonly kind: string;
  /** Empty for what belongs to the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly what: 'not ready' | 'not compliant' | 'held from deletion' | 'being deleted';
  readonly reason: string;
  readonly message: string;
  /** Nothing will move before a person does something. */
  readonly stalled: boolean;
}

export interface Health {
  readonly objects: number;
  readonly ready: number;
  readonly suspended: number;
  readonly problems: readonly Problem[];
}

/** Goes through everything that has a status, in the order of the kinds. */
export function toHealth(overview: Overview): Health {
  const subjects = subjectsOf(overview);
  return {
    objects: subjects.length,
    ready: subjects.filter(({ state }) => state.ready === 'True').length,
    suspended: subjects.filter(({ state }) => state.suspended).length,
    problems: subjects.flatMap(problemsOf),
  };
}

interface Subject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: ObjectState;
}

function subjectsOf(overview: Overview): Subject[] {
  const rows: readonly [string, readonly (ObjectState & { name: string; namespace?: string })[]][] = [
    ['Mesh', overview.meshes],
    ['Domain', overview.domains],
    ['DataProduct', overview.products],
    ['DataContract', overview.contracts],
    ['AccessAgreement', overview.agreements],
    ['PolicyExemption', overview.exemptions],
  ];
  return rows.flatMap(([kind, states]) =>
    states.map(state => ({ kind, namespace: state.namespace ?? '', name: state.name, state })),
  );
}

function problemsOf({ state, ...subject }: Subject): Problem[] {
  const { ready, compliant, reason, message, stalled, deleting, inUse, compliance } = state;
  const problems: Problem[] = [];
  const say = (what: Problem['what'], why: { reason: string; message: string }): void => {
    problems.push({ ...subject, what, ...why, stalled });
  };
  if (deleting) say(inUse ? 'held from deletion' : 'being deleted', { reason, message });
  else if (ready !== 'True') say('not ready', { reason, message });
  if (compliant === 'False') say('not compliant', { reason: '', message: compliance });
  return problems;
}
