// Changes that can be seen: an agreement is revoked or approved again, and the verdict on the product that reads by
// it turns. The time runs from the API server's answer until the webhook's first verdict that shows the change.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../cluster/connect.ts';
import type { MeshObject } from '../../policies/engine/verdict/review.ts';
import { openConnection } from '../load/connection.ts';
import { OWNER } from '../mesh/candidates.ts';
import type { Mesh } from '../mesh/mesh.ts';
import { createReview } from '../mesh/reviews.ts';
import type { Server } from '../servers/server.ts';

export interface Probe {
  /** Turns the next agreement over and waits until a verdict shows it. */
  turn(): Promise<void>;
  /** Gives the lags in milliseconds, once the last turn is through. */
  stop(): Promise<number[]>;
}

/** Candidates from this number on are the probe's own. */
const FIRST = 16;
/** Pause between two looks: what a lag is exact to. */
const LOOK_MS = 1;
const PATIENCE_MS = 5000;

interface Subject {
  readonly agreement: { apiVersion: string; kind: string; name: string; namespace: string };
  readonly request: Buffer;
  approved: boolean;
}

export async function startProbe(server: Server, mesh: Mesh, cluster: Cluster): Promise<Probe> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  // Told to whoever asks next; between two questions nobody listens.
  broken.catch(() => undefined);
  const connection = await openConnection(server.target, reject);
  const subjects = mesh.candidates.slice(FIRST).map(
    ({ compliant, support }): Subject => ({
      agreement: agreementIn(support),
      request: server.toRequest(createReview(compliant, OWNER)),
      approved: true,
    }),
  );
  const lags: number[] = [];
  let next = 0;
  let last: Promise<void> = Promise.resolve();

  async function turnOne(subject: Subject): Promise<void> {
    subject.approved = !subject.approved;
    const state = subject.approved ? 'approved' : 'revoked';
    await cluster.patch(subject.agreement, { type: 'merge', fields: { spec: { state } } });
    const changedAt = performance.now();
    while (!(await shows(subject))) {
      if (performance.now() - changedAt > PATIENCE_MS) throw new Error('a change never showed in a verdict');
      await sleep(LOOK_MS);
    }
    lags.push(performance.now() - changedAt);
  }

  async function shows(subject: Subject): Promise<boolean> {
    const { body } = await Promise.race([connection.ask(subject.request), broken]);
    const said = server.readAnswer(body);
    return (said?.denied.includes('DM-ACC-003') ?? false) !== subject.approved;
  }

  return {
    turn: () => (last = last.then(() => turnOne(subjects[next++ % subjects.length] as Subject))),
    async stop() {
      await last;
      connection.close();
      return lags;
    },
  };
}

function agreementIn(support: readonly MeshObject[]): Subject['agreement'] {
  const found = support.find(({ kind }) => kind === 'AccessAgreement');
  if (found === undefined) throw new Error('a candidate has no agreement');
  const { apiVersion, kind, metadata } = found;
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? '' };
}
