// Bundle → verdict, for every shell alike: push, admission, reconcile and audit ask this one engine.
// A fault of a policy, of its thread or of the engine itself is a finding that denies, never an approval.

import { Inventory } from '../inventory/inventory.ts';
import { type Asked, ask } from './ask.ts';
import { readBlueprintItem } from './children/blueprint-item.ts';
import { type Built, notBuilt, toBuilt } from './children/built.ts';
import { createListeners, type EngineEvent } from './engine-events.ts';
import { applyAdditions, type Filled } from './fill.ts';
import { faultOf, toFault, toFindings } from './findings.ts';
import type { Bundle } from './loading/bundle.ts';
import { createSwap, projectionOf } from './swaps.ts';
import { EvaluationPool } from './threads/pool.ts';
import { type Addition, readAddition, readViolation } from './verdict/decode.ts';
import type { Question } from './verdict/review.ts';
import { compareFindings, type Finding, type Verdict } from './verdict/verdict.ts';

export { OverloadedError } from './ask.ts';
export type { EngineEvent } from './engine-events.ts';

export interface EngineOptions {
  readonly bundle: Bundle;
  /** Whether it builds too: then the inventory keeps what blueprints read, and not only policies. */
  readonly builds?: boolean;
  /** Evaluation threads; each holds its own copy of the inventory. */
  readonly threads?: number;
  /** Milliseconds that one evaluation may take. */
  readonly evaluationMs?: number;
  /** Reviews under way and waiting before more are shed. */
  readonly queueLimit?: number;
  /** Memory that one instance may use, in pages of 64 KiB. */
  readonly maximumPages?: number;
  /** Milliseconds within which a new thread must have loaded its data and answered a first review per kind. */
  readonly startMs?: number;
  /** The time by which evaluations and budgets end, in milliseconds: a clock that never goes back. */
  readonly now?: () => number;
  /**
   * Applies every object to the inventory anew, as it is now and with all its fields; rejects if it cannot. A bundle
   * whose policies look at more fields than are kept cannot serve without it.
   */
  readonly reload?: (inventory: Inventory) => Promise<void>;
}

export interface Engine {
  /** Bundle loaded and threads warm. What the inventory holds is the shell's business. */
  readonly ready: boolean;
  readonly bundle: Bundle;
  readonly inventory: Inventory;
  /** Reviews under way and waiting. */
  readonly depth: number;
  judge(question: Question): Promise<Verdict>;
  /** What the defaults add to the object; an object that lacks nothing comes back as it is. */
  fill(question: Question): Promise<Filled>;
  /**
   * What should exist for the object of a CREATE; needs an engine that `builds`. A blueprint's fault is part of the
   * answer. Throws TypeError for any other operation, and OverloadedError.
   */
  build(question: Question): Promise<Built>;
  /** Switches to another bundle at once, or rejects and keeps the one that serves. Calls are taken one by one. */
  swap(bundle: Bundle): Promise<void>;
  /** Calls back with every event; gives the function that ends it. */
  on(listener: (event: EngineEvent) => void): () => void;
  close(): Promise<void>;
}

const DEFAULT_EVALUATION_MS = 1000;
const DEFAULT_QUEUE_LIMIT = 256;
const DEFAULT_START_MS = 30_000;
/** 1 GiB. */
const DEFAULT_PAGES = 16_384;

/** Starts the threads; resolves when they answer. Rejects when the bundle does not run. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const engine = new PolicyEngine(options);
  await engine.start();
  return engine;
}

class PolicyEngine implements Engine {
  readonly inventory: Inventory;
  readonly #pool: EvaluationPool;
  readonly #asked: Asked;
  readonly #builds: boolean;
  readonly #listeners = createListeners();
  readonly #tell = this.#listeners.tell;
  readonly #swap: (bundle: Bundle) => Promise<void>;

  constructor(options: EngineOptions) {
    this.#builds = options.builds ?? false;
    const now = options.now ?? (() => performance.now());
    this.inventory = new Inventory(projectionOf(options.bundle, this.#builds));
    this.#pool = new EvaluationPool(options.bundle, {
      inventory: this.inventory,
      threads: options.threads ?? 2,
      evaluationMs: options.evaluationMs ?? DEFAULT_EVALUATION_MS,
      queueLimit: options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
      maximumPages: options.maximumPages ?? DEFAULT_PAGES,
      startMs: options.startMs ?? DEFAULT_START_MS,
      now,
      onReplaced: (reason, error) => this.#tell({ type: 'replaced', reason, error }),
    });
    this.#asked = { pool: this.#pool, tell: this.#tell, now };
    this.#swap = createSwap({
      ...this.#asked,
      inventory: this.inventory,
      builds: this.#builds,
      reload: options.reload,
    });
  }

  start(): Promise<void> {
    return this.#pool.start();
  }

  get ready(): boolean {
    return this.#pool.isServing;
  }

  get bundle(): Bundle {
    return this.#pool.bundle;
  }

  get depth(): number {
    return this.#pool.depth;
  }

  async judge(question: Question): Promise<Verdict> {
    const { revision, answers } = await ask('governance', question, readViolation, this.#asked);
    const findings = toFindings(answers, question, this.inventory, this.#tell).toSorted(compareFindings);
    return {
      allowed: findings.every(finding => finding.enforcement !== 'deny'),
      findings,
      revision,
      point: question.point,
    };
  }

  async fill(question: Question): Promise<Filled> {
    const { object, operation } = question.request;
    if (object === null) return { operations: [], object: null, faults: [] };
    const { answers } = await ask('defaults', question, readAddition, this.#asked);
    const additions: Addition[] = [];
    const faults: Finding[] = [];
    for (const answer of answers) {
      if ('items' in answer) additions.push(...answer.items);
      else faults.push(faultOf(answer, question, this.#tell));
    }
    return { ...applyAdditions(operation === 'DELETE' ? null : object, additions), faults };
  }

  async build(question: Question): Promise<Built> {
    if (!this.#builds) throw new TypeError('the engine was created without `builds`');
    const { object, operation } = question.request;
    if (object === null || operation !== 'CREATE')
      throw new TypeError('blueprints answer for an object as it stands: ask as if it were created');
    const { answers } = await ask('blueprints', question, readBlueprintItem, this.#asked);
    const faults = answers.flatMap(answer =>
      'items' in answer ? [] : [faultOf(answer, question, this.#tell)],
    );
    if (faults.length > 0) return notBuilt(faults);
    const built = toBuilt(
      object,
      answers.filter(answer => 'items' in answer),
    );
    if ('objects' in built) return built;
    return notBuilt(
      built.map(({ blueprint, message }) =>
        toFault({ fault: 'blueprint', policy: blueprint, message }, question, this.#tell),
      ),
    );
  }

  swap(bundle: Bundle): Promise<void> {
    return this.#swap(bundle);
  }

  on(listener: (event: EngineEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
