// A process of the bench itself, which answers one message with another and ends when its parent is gone.

import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface HelperProcess {
  readonly pid: number;
  /** Sends a job and gives its answer; one at a time. Throws what the process threw, and when it ends. */
  ask<Answer>(job: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

type Reply = { readonly answer: unknown } | { readonly error: string };

/** Starts a module that calls `serveJobs`. */
export function startHelper(module: URL, execArgv: readonly string[] = []): HelperProcess {
  const child = fork(module, { serialization: 'advanced', stdio: 'inherit', execArgv: [...execArgv] });
  const ended = once(child, 'exit').then(([code, signal]) => ({
    error: `${module.pathname} ended with ${code ?? signal}`,
  }));
  return {
    pid: child.pid ?? 0,
    async ask<Answer>(job: unknown) {
      const replied = once(child, 'message').then(([reply]) => reply as Reply);
      child.send(job as object);
      const reply = await Promise.race([replied, ended]);
      if ('error' in reply) throw new Error(reply.error);
      return reply.answer as Answer;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Answers every message of the parent with what `work` gives. */
export function serveJobs<Job>(work: (job: Job) => unknown): void {
  process.on('disconnect', () => process.exit(1));
  process.on('message', job => void answer(() => work(job as Job)));
}

async function answer(work: () => unknown): Promise<void> {
  let reply: Reply;
  try {
    reply = { answer: await work() };
  } catch (error) {
    reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(reply);
}
