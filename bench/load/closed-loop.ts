// Closed loop: a fixed number of connections, each always waiting for exactly one answer.

import { pause } from '../measure.ts';
import { openConnection } from './connection.ts';
import type { ClosedLoopJob, LoadResult, Shot } from './job.ts';
import { Tally } from './tally.ts';

/** Runs the job. Throws when a connection breaks; a wrong answer is only counted. */
export async function runClosedLoop(job: ClosedLoopJob): Promise<LoadResult> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const opening = Array.from({ length: job.connections }, () => openConnection(job.target, reject));
  const connections = await Promise.race([Promise.all(opening), broken]);
  const tally = new Tally(job.target.pid);
  let next = 0;
  let running = true;

  const fire = (connection: (typeof connections)[number]): void => {
    const shot = job.shots[next++ % job.shots.length] as Shot;
    const sentAt = performance.now();
    connection.send(shot.request, response => {
      tally.count(shot, response, performance.now() - sentAt);
      if (running && !tally.isFull) fire(connection);
    });
  };

  for (const connection of connections) fire(connection);
  try {
    await Promise.race([pause(job.warmMs), broken]);
    tally.start();
    await Promise.race([pause(job.measureMs), broken]);
    return tally.end();
  } finally {
    running = false;
    for (const connection of connections) connection.close();
  }
}
