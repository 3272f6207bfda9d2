// The load generator in a process of its own, so that its work is not counted as anybody else's.

import { serveJobs } from '../machine/helper-process.ts';
import { runClosedLoop } from './closed-loop.ts';
import type { LoadJob } from './job.ts';
import { runOpenLoop } from './open-loop.ts';

serveJobs((job: LoadJob) => (job.kind === 'closed' ? runClosedLoop(job) : runOpenLoop(job)));
