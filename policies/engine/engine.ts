// Bundle → verdict, for every shell alike: push, admission, reconcile and audit ask this one engine.
// A fault of a policy, of its thread or of the engine itself is a finding that denies, never an approval.

import { Inventory } from '../inventory/inventory.ts';
import { covers, type Projection, toProjection } from '../inventory/projection.ts';
import type { Bundle } from './bundle.ts';
import {
  type Addition,
  type Answer,
  decodeCollected,
  decodeSingle,
  type PolicyFault,
  readAddition,
  readViolation,
  type Violation,
} from './decode.ts';
import { effectiveLevel, exemptionFor, type Governance, governanceOf } from './enforcement.ts';
import { type FaultName, faultFinding, type Subject } from './faults.ts';
import { applyAdditions, type Filled } from './fill.ts';
import { toOneLine, truncate } from './one-line.ts';
import { planKey } from './plan.ts';
import type { Policy } from './policy.ts';
import { EvaluationPool, type ReplacementReason } from './pool.ts';
import { type MeshObject, type Question, reviewParts, toTimestamp } from './review.ts';
import type { Outcome } from './thread.ts';
import { compareFindings, type Finding, type Verdict } from './verdict.ts';

export interface EngineOptions {
  readonly bundle: Bundle;
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
  /** Reads all objects anew: a bundle whose policies look at more fields than are kept cannot serve without it. */
  readonly reload?: () => AsyncIterable<MeshObject>;
}

export type EngineEvent =
  | {
      readonly type: 'evaluated';
      readonly kind: string;
      readonly family: Policy['family'];
      readonly seconds: number;
    }
  | {
      readonly type: 'fault';
      readonly fault: FaultName;
      readonly policy: string | undefined;
      readonly message: string;
    }
  | { readonly type: 'replaced'; readonly reason: ReplacementReason; readonly error: Error | undefined }
  | { readonly type: 'swapped'; readonly revision: string }
  | { readonly type: 'swap-failed'; readonly revision: string; readonly error: unknown };

/** The queue is full: the only thing that `judge` and `fill` throw. The caller sheds the request. */
export class OverloadedError extends Error {
  constructor() {
    super('the evaluation queue is full');
    this.name = 'OverloadedError';
  }
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
  /** Switches to another bundle at once, or rejects and keeps the one that serves. Calls are taken one by one. */
  swap(bundle: Bundle): Promise<void>;
  /** Calls back with every event; gives the function that ends it. */
  on(listener: (event: EngineEvent) => void): () => void;
  close(): Promise<void>;
}

/** One policy's answer, or a fault that concerns them all. */
type Answered<Item> = Answer<Item> | { readonly policy: undefined; readonly failure: PolicyFault };

/** Longest text of a fault that is shown; policies and the SDK throw what they like. */
const PROBLEM_LIMIT = 300;
const UNSEEN = 'the policies did not see this review';
const DEFAULT_EVALUATION_MS = 1000;
const DEFAULT_QUEUE_LIMIT = 256;
const DEFAULT_BUDGET_MS = 10_000;
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
  readonly #reload: EngineOptions['reload'];
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  #swapping: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions) {
    this.inventory = new Inventory(options.bundle.projection);
    this.#reload = options.reload;
    this.#pool = new EvaluationPool(options.bundle, {
      inventory: this.inventory,
      threads: options.threads ?? 2,
      evaluationMs: options.evaluationMs ?? DEFAULT_EVALUATION_MS,
      queueLimit: options.queueLimit ?? DEFAULT_QUEUE_LIMIT,
      maximumPages: options.maximumPages ?? DEFAULT_PAGES,
      startMs: options.startMs ?? DEFAULT_START_MS,
      onReplaced: (reason, error) => this.#emit({ type: 'replaced', reason, error }),
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
    const { revision, answers } = await this.#ask('governance', question, readViolation);
    const findings = this.#toFindings(answers, question).toSorted(compareFindings);
    return {
      allowed: findings.every(finding => finding.enforcement !== 'deny'),
      findings,
      revision,
      point: question.point,
      evaluated: true,
    };
  }

  async fill(question: Question): Promise<Filled> {
    const { object, operation } = question.request;
    if (object === null) return { operations: [], object: null, faults: [] };
    const { answers } = await this.#ask('defaults', question, readAddition);
    const additions: Addition[] = [];
    const faults: Finding[] = [];
    for (const answer of answers) {
      if ('items' in answer) additions.push(...answer.items);
      else faults.push(this.#faultOf(answer, question));
    }
    return { ...applyAdditions(operation === 'DELETE' ? null : object, additions), faults };
  }

  swap(bundle: Bundle): Promise<void> {
    const swapped = this.#swapping.then(() => this.#swap(bundle));
    this.#swapping = swapped.catch(() => {});
    return swapped;
  }

  on(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #swap(bundle: Bundle): Promise<void> {
    try {
      if (!covers(this.inventory.projection, bundle.projection)) await this.#widen(bundle);
      await this.#pool.swap(bundle);
      this.#emit({ type: 'swapped', revision: bundle.revision });
    } catch (error) {
      this.#emit({ type: 'swap-failed', revision: bundle.revision, error });
      throw error;
    }
  }

  /** The new policies look at fields that were dropped on arrival: every object is read again, kept fields and all. */
  async #widen(bundle: Bundle): Promise<void> {
    if (this.#reload === undefined)
      throw new Error('the bundle reads fields that the inventory does not keep');
    this.inventory.widen(unionOf(this.bundle, bundle));
    for await (const object of this.#reload()) this.inventory.apply(object);
  }

  /** One answer per policy, or the one fault that made the whole evaluation unusable. */
  async #ask<Item>(
    family: Policy['family'],
    question: Question,
    readItem: (item: unknown) => Item | undefined,
  ): Promise<{ revision: string; answers: Answered<Item>[] }> {
    const { kind, operation, uid } = question.request;
    const { revision, plans } = this.bundle;
    const key = planKey(family, kind.kind, operation);
    const plan = plans.get(key);
    if (plan === undefined) {
      const failure = { fault: 'kind', message: `${kind.kind} is not judged by bundle ${revision}` } as const;
      return { revision, answers: [{ policy: undefined, failure }] };
    }
    if (plan.policies.length === 0) return { revision, answers: [] };
    if (!this.#pool.hasRoom) throw new OverloadedError();
    const outcome = await this.#evaluate(key, question, family);
    return { revision, ...outcome, answers: readOutcome(outcome, uid, readItem) };
  }

  #evaluate(key: string, question: Question, family: Policy['family']): Promise<Outcome> {
    const parts = reviewParts(question);
    const started = performance.now();
    return new Promise(resolve => {
      this.#pool.submit({
        planKey: key,
        parts,
        bytes: parts.reduce((sum, part) => sum + part.byteLength, 0),
        deadlineAt: started + (question.budgetMs ?? DEFAULT_BUDGET_MS),
        settle: outcome => {
          const seconds = (performance.now() - started) / 1000;
          this.#emit({ type: 'evaluated', kind: question.request.kind.kind, family, seconds });
          resolve(outcome);
        },
      });
    });
  }

  #toFindings(answers: readonly Answered<Violation>[], question: Question): Finding[] {
    const now = toTimestamp(question.now);
    const object = question.request.object ?? question.request.oldObject;
    let governance: Governance | undefined;
    return answers.flatMap(answer => {
      if ('items' in answer && answer.items.length === 0) return [];
      if (answer.policy === undefined) return [this.#faultOf(answer, question)];
      governance ??= governanceOf(object, this.inventory);
      const level = effectiveLevel(answer.policy, question.point, governance, now);
      if (level === 'off') return [];
      if ('failure' in answer) return [this.#faultOf(answer, question)];
      const exemption =
        level === 'deny' ? exemptionFor(answer.policy, object, this.inventory, now) : undefined;
      return answer.items.map(violation =>
        toFinding(answer.policy, level, violation, subjectOf(question), exemption),
      );
    });
  }

  #faultOf(answer: { policy: Policy | undefined; failure: PolicyFault }, question: Question): Finding {
    const { fault, message } = answer.failure;
    this.#emit({ type: 'fault', fault, policy: answer.policy?.code, message });
    return faultFinding(
      fault,
      subjectOf(question),
      truncate(toOneLine(message), PROBLEM_LIMIT),
      answer.policy?.code,
    );
  }

  #emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** Reads what a thread gave; texts of another shape are faults. */
function readOutcome<Item>(
  outcome: Outcome,
  uid: string,
  readItem: (item: unknown) => Item | undefined,
): Answered<Item>[] {
  if (outcome.kind === 'fault') return [{ policy: undefined, failure: outcome }];
  if (outcome.kind === 'collected') {
    const answers = decodeCollected(outcome.text, outcome.plan, uid, readItem);
    return Array.isArray(answers) ? answers : [{ policy: undefined, failure: answers }];
  }
  const {
    whole,
    isUndefined,
    answers = [],
  } = JSON.parse(outcome.text) as {
    whole?: PolicyFault;
    isUndefined?: boolean;
    answers?: ({ text: string } | PolicyFault)[];
  };
  if (whole !== undefined) return [{ policy: undefined, failure: whole }];
  const read = outcome.plan.policies.map((policy, i): Answer<Item> => {
    const answer = answers[i];
    if (answer === undefined) return { policy, failure: { fault: 'undefined', message: '' } };
    return 'text' in answer ? decodeSingle(policy, answer.text, readItem) : { policy, failure: answer };
  });
  // All of them have answers, so what the collecting entrypoint lacked was the review itself.
  if (isUndefined === true && read.every(answer => 'items' in answer))
    return [{ policy: undefined, failure: { fault: 'input', message: UNSEEN } }];
  return read;
}

function toFinding(
  policy: Policy,
  level: 'deny' | 'warn',
  violation: Violation,
  subject: Subject,
  exemption: string | undefined,
): Finding {
  return {
    code: policy.code,
    severity: policy.severity,
    enforcement: exemption === undefined ? level : 'warn',
    ...subject,
    path: violation.path,
    message: exemption === undefined ? violation.message : `${violation.message} (exempted by ${exemption})`,
    remedy: policy.remedy,
    details: violation.details,
  };
}

/** The object that a question is about; a CREATE with `generateName` has no name yet. */
export function subjectOf(question: Question): Subject {
  const { request } = question;
  const metadata = (request.object ?? request.oldObject)?.metadata;
  return {
    kind: request.kind.kind,
    namespace: request.namespace ?? metadata?.namespace ?? '',
    name: request.name || (metadata?.name ?? `${metadata?.generateName ?? ''}…`),
  };
}

function unionOf(...bundles: readonly Bundle[]): Projection {
  return toProjection(bundles.flatMap(({ policies }) => policies.flatMap(policy => policy.inventory)));
}
