// Writes under way. What a watch shows of an object meanwhile waits for the answer: only that says whether it is an echo
// of the write, older than it, or news.

import type { KubernetesObject } from '../cluster/kubernetes-object.ts';
import { isNewer } from './resource-version.ts';

/** What a watch showed of an object. */
export interface Sighting {
  /** Absent: the object is gone. */
  readonly resourceVersion: string | undefined;
  /** Sets off what is to follow from it. */
  readonly tell: () => void;
}

export interface Flights {
  /** Takes a sighting if the object is being written, and tells it after the answer where that does not explain it. */
  readonly holdBack: (id: string, sighting: Sighting) => boolean;
  /**
   * Sends one write and gives its answer, after `onAnswer` heard whether the watches have shown as much already. Throws
   * what the write throws; then everything that was seen is told.
   */
  readonly send: (
    id: string,
    write: () => Promise<KubernetesObject>,
    onAnswer: (answer: KubernetesObject, isShown: boolean) => void,
  ) => Promise<KubernetesObject>;
}

interface Flight {
  writes: number;
  /** The newest version that a write gave. */
  answered: string | undefined;
  readonly sightings: Sighting[];
}

/** Makes one without any writes. */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();

  function land(id: string, flight: Flight): void {
    flight.writes -= 1;
    if (flight.writes > 0) return;
    flights.delete(id);
    for (const { resourceVersion, tell } of flight.sightings)
      if (resourceVersion === undefined || isNewer(resourceVersion, flight.answered)) tell();
  }
  return {
    holdBack(id, sighting) {
      const flight = flights.get(id);
      flight?.sightings.push(sighting);
      return flight !== undefined;
    },
    async send(id, write, onAnswer) {
      const flight = flights.get(id) ?? { writes: 0, answered: undefined, sightings: [] };
      flights.set(id, flight);
      flight.writes += 1;
      try {
        const answer = await write();
        const { resourceVersion = '' } = answer.metadata;
        if (isNewer(resourceVersion, flight.answered)) flight.answered = resourceVersion;
        onAnswer(answer, isShown(resourceVersion, flight.sightings.at(-1)));
        return answer;
      } finally {
        land(id, flight);
      }
    },
  };
}

/** What is gone was shown before it went: a write that nobody will ever see must not be waited for. */
function isShown(answered: string, last: Sighting | undefined): boolean {
  if (last === undefined) return false;
  return last.resourceVersion === undefined || !isNewer(answered, last.resourceVersion);
}
