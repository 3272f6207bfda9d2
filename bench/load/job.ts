// What the load generator is asked to do, and what it found.

/** A request, ready to be written, and how long the body of its proven answer is. */
export interface Shot {
  readonly request: Uint8Array;
  readonly bodyBytes: number;
}

export interface Target {
  readonly port: number;
  readonly caPem: string;
  /** Process whose CPU counts. */
  readonly pid: number;
}

/** As fast as the server answers: every connection sends its next request when it has its answer. */
export interface ClosedLoopJob {
  readonly kind: 'closed';
  readonly target: Target;
  readonly shots: readonly Shot[];
  readonly connections: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

/** On a schedule that does not care how fast the server is. */
export interface OpenLoopJob {
  readonly kind: 'open';
  readonly target: Target;
  readonly shots: readonly Shot[];
  readonly connections: number;
  readonly perSecond: number;
  readonly warmMs: number;
  readonly measureMs: number;
}

export type LoadJob = ClosedLoopJob | OpenLoopJob;

export interface LoadResult {
  readonly answers: number;
  /** Answers that were not the proven one, by status or length. */
  readonly wrong: number;
  readonly seconds: number;
  /** CPU of the server while the clock ran. */
  readonly serverCpuMs: number;
  /** CPU of the generator meanwhile: what the machine could not give to the server. */
  readonly generatorCpuMs: number;
  /** Share of the machine that went to anything but server and generator, from 0 to 1. */
  readonly othersShare: number;
  /** In milliseconds, one per answer. */
  readonly latencies: Float32Array;
}
