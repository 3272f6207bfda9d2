// Servers compared fairly on a machine that is never quite quiet: they take turns in short rounds, so that whatever
// else happens on it happens to all of them.

import { mean, quantile } from '../measure.ts';
import type { Server } from '../servers/server.ts';
import type { Generator } from './generator.ts';
import type { LoadResult, Shot } from './job.ts';

export interface Contestant {
  readonly server: Server;
  readonly shots: readonly Shot[];
}

/** One server at one number of connections. */
export interface Cell {
  readonly server: string;
  readonly connections: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the server process, per request; milliseconds per request are seconds per 1,000. */
  readonly cpuMs: number;
  /** Of the load generator, per request. */
  readonly generatorCpuMs: number;
  /** Share of the machine that went to anything but the two. */
  readonly othersShare: number;
}

const CONNECTIONS: readonly number[] = [1, 8, 32];
const ROUNDS = 3;
const WARM_MS = 300;
/** The first run of a server, until its code is compiled. */
const FIRST_WARM_MS = 2500;

/** Every server at every number of connections; `seconds` is the time for each in all rounds together. */
export async function takeTurns(
  generator: Generator,
  contestants: readonly Contestant[],
  seconds: number,
): Promise<Cell[]> {
  const shoot = (contestant: Contestant, connections: number, warmMs: number, measureMs: number) =>
    generator.run({
      kind: 'closed',
      target: contestant.server.target,
      shots: contestant.shots,
      connections,
      warmMs,
      measureMs,
    });
  for (const contestant of contestants) await shoot(contestant, 8, FIRST_WARM_MS, 1);
  const cells: Cell[] = [];
  for (const connections of CONNECTIONS) {
    const results = contestants.map((): LoadResult[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, contestant] of contestants.entries()) {
        results[i]?.push(await shoot(contestant, connections, WARM_MS, (seconds * 1000) / ROUNDS));
      }
    }
    for (const [i, { server }] of contestants.entries()) {
      cells.push(toCell(server.name, connections, results[i] ?? []));
    }
  }
  return cells;
}

function toCell(server: string, connections: number, rounds: readonly LoadResult[]): Cell {
  const sum = (field: 'answers' | 'seconds' | 'serverCpuMs' | 'generatorCpuMs'): number =>
    rounds.reduce((total, round) => total + round[field], 0);
  const latencies = Float32Array.from(rounds.flatMap(round => [...round.latencies]));
  return {
    server,
    connections,
    perSecond: sum('answers') / sum('seconds'),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMs: sum('serverCpuMs') / sum('answers'),
    generatorCpuMs: sum('generatorCpuMs') / sum('answers'),
    othersShare: mean(rounds.map(round => round.othersShare)),
  };
}

/** The cell of a server at a number of connections. Throws when it was not measured. */
export function cellOf(cells: readonly Cell[], server: string, connections: number): Cell {
  const found = cells.find(cell => cell.server === server && cell.connections === connections);
  if (found === undefined) throw new Error(`${server} was not measured at ${connections} connections`);
  return found;
}

/** A figure for every number of connections. */
export function perConnections<Value>(
  figure: (connections: number) => Value,
): { connections: number; value: Value }[] {
  return CONNECTIONS.map(connections => ({ connections, value: figure(connections) }));
}
