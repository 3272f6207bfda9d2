// The host's end of a channel: puts jobs into slots, hands out answers in their order, and knows who is waiting.
// Whether a thread is there to answer is not its business.

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Bundle } from '../loading/bundle.ts';
import type { Plan } from '../verdict/plan.ts';
import {
  ASKED_ONE_BY_ONE,
  BY_MAIL,
  CANCELLED,
  type Channel,
  COMPLETED,
  createChannel,
  FIRST_TICKET,
  HEAP_NOW,
  HEAP_SETTLED,
  INPUT_BYTES,
  INPUT_LENGTH,
  MAIL,
  type Mail,
  OUTPUT_LENGTH,
  PLAN,
  SLOTS,
  STATUS,
  SUBMITTED,
  slotOf,
  WAKE,
} from './channel.ts';
import type { Job, Outcome } from './job.ts';

/** More KiB than there can be. */
const NOT_SETTLED_YET = 0x7fff_ffff;
/** KiB of waste that are not worth a new thread. */
const WASTE_KIB = 8 * 1024;
const decoder = new TextDecoder();

export interface RingOptions {
  /** Milliseconds on the monotonic clock. */
  readonly now: () => number;
  /** Called after answers were handed out. */
  readonly onAnswered: () => void;
}

export class Ring {
  readonly #channel: Channel = createChannel();
  readonly #port: MessagePort;
  readonly #revision: string;
  readonly #plans: readonly Plan[];
  readonly #planNumbers = new Map<string, number>();
  readonly #jobs: (Job | undefined)[] = [];
  readonly #options: RingOptions;
  #submitted = FIRST_TICKET;
  #completed = FIRST_TICKET;
  /** Since when the oldest job has been under evaluation, on the monotonic clock in ms. */
  #headSince = 0;
  #ended = false;

  /** `port` is the host's end of the mail. */
  constructor(bundle: Bundle, port: MessagePort, options: RingOptions) {
    this.#port = port;
    this.#revision = bundle.revision;
    this.#plans = [...bundle.plans.values()];
    for (const [number, key] of [...bundle.plans.keys()].entries()) this.#planNumbers.set(key, number);
    this.#options = options;
    this.#listen();
  }

  /** What the thread opens its own end with. */
  get memory(): SharedArrayBuffer {
    return this.#channel.memory;
  }

  /** Jobs that have no answer yet. */
  get outstanding(): number {
    return (this.#submitted - this.#completed) | 0;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get hasRoom(): boolean {
    return !this.#ended && this.outstanding < SLOTS;
  }

  /** True when patches have doubled the heap that data had when it was settled. */
  get isBloated(): boolean {
    const { control } = this.#channel;
    return (control[HEAP_NOW] as number) > 2 * (control[HEAP_SETTLED] as number) + WASTE_KIB;
  }

  /** The caller has checked `hasRoom`. */
  submit(job: Job): void {
    const ticket = this.#submitted;
    const slot = slotOf(ticket);
    const header = this.#channel.headers[slot] as Int32Array;
    header[PLAN] = this.#planNumbers.get(job.planKey) ?? -1;
    header[CANCELLED] = 0;
    this.#writeInput(slot, header, job);
    if (this.outstanding === 0) this.#headSince = this.#options.now();
    this.#jobs[slot] = job;
    this.#submitted = (ticket + 1) | 0;
    Atomics.store(this.#channel.control, SUBMITTED, this.#submitted);
    this.#wake();
  }

  /** Mail is read in the order of jobs and mail alike: an evaluation submitted later sees what it changes. */
  post(mail: Mail, transfer: ArrayBuffer[] = []): void {
    if (this.#ended) return;
    this.#port.postMessage(mail, transfer);
    Atomics.add(this.#channel.control, MAIL, 1);
    this.#wake();
  }

  /** Takes the heap, once all mail so far is read, as what data needs. Resolves then, or when the ring ends. */
  async settle(): Promise<void> {
    if (this.#ended) return;
    const { control } = this.#channel;
    Atomics.store(control, HEAP_SETTLED, NOT_SETTLED_YET);
    this.post({ type: 'settle' });
    await Atomics.waitAsync(control, HEAP_SETTLED, NOT_SETTLED_YET).value;
  }

  /** Whether one job has been under evaluation for longer than `limitMs`. Answers that lie ready are taken first. */
  hasOverrun(now: number, limitMs: number): boolean {
    this.#drain();
    return this.outstanding > 0 && now - this.#headSince > limitMs;
  }

  /** Gives up jobs whose deadline has passed. One under evaluation goes on, but nobody waits for it. */
  expire(now: number): void {
    for (let ahead = 0; ahead < this.outstanding; ahead++) {
      const slot = slotOf(this.#completed + ahead);
      const job = this.#jobs[slot];
      if (job === undefined || job.deadlineAt > now) continue;
      Atomics.store(this.#channel.headers[slot] as Int32Array, CANCELLED, 1);
      this.#jobs[slot] = undefined;
      const message = ahead === 0 ? 'it was not done in time' : 'it waited in the queue';
      job.settle({ kind: 'fault', fault: 'deadline', message });
    }
  }

  /** Hands out what is answered, and takes nothing more. Gives what is left, the job under evaluation first. */
  end(): (Job | undefined)[] {
    this.#drain();
    const left = Array.from(
      { length: this.outstanding },
      (_, ahead) => this.#jobs[slotOf(this.#completed + ahead)],
    );
    this.#ended = true;
    this.#port.close();
    Atomics.notify(this.#channel.control, COMPLETED);
    Atomics.notify(this.#channel.control, HEAP_SETTLED);
    return left;
  }

  #writeInput(slot: number, header: Int32Array, { parts, bytes: length }: Job): void {
    if (length <= INPUT_BYTES) {
      copyInto(this.#channel.inputs[slot] as Uint8Array, parts);
      header[INPUT_LENGTH] = length;
      return;
    }
    const bytes = new Uint8Array(length);
    copyInto(bytes, parts);
    header[INPUT_LENGTH] = BY_MAIL;
    this.post({ type: 'input', slot, bytes }, [bytes.buffer]);
  }

  #wake(): void {
    Atomics.add(this.#channel.control, WAKE, 1);
    Atomics.notify(this.#channel.control, WAKE);
  }

  /** Hands out answers as they come, without a message per answer: the loop sleeps on COMPLETED. */
  #listen(): void {
    for (;;) {
      this.#drain();
      if (this.#ended) return;
      const wait = Atomics.waitAsync(this.#channel.control, COMPLETED, this.#completed);
      if (!wait.async) continue;
      void wait.value.then(() => this.#listen());
      return;
    }
  }

  #drain(): void {
    const completed = Atomics.load(this.#channel.control, COMPLETED);
    if (completed === this.#completed || this.#ended) return;
    while (this.#completed !== completed) {
      const slot = slotOf(this.#completed);
      const job = this.#jobs[slot];
      this.#jobs[slot] = undefined;
      this.#completed = (this.#completed + 1) | 0;
      // Read also when nobody waits any more: a large answer must leave the mailbox.
      const outcome = this.#readOutcome(slot);
      job?.settle(outcome);
    }
    this.#headSince = this.#options.now();
    this.#options.onAnswered();
  }

  #readOutcome(slot: number): Outcome {
    const header = this.#channel.headers[slot] as Int32Array;
    const plan = this.#plans[header[PLAN] as number] as Plan;
    const length = header[OUTPUT_LENGTH] as number;
    const text = length === BY_MAIL ? this.#largeOutput() : readText(this.#channel.outputs[slot], length);
    const kind = header[STATUS] === ASKED_ONE_BY_ONE ? 'one-by-one' : 'collected';
    return { kind, text, plan, revision: this.#revision };
  }

  #largeOutput(): string {
    const mail = receiveMessageOnPort(this.#port)?.message as { text: Uint8Array } | undefined;
    return mail === undefined ? '' : decoder.decode(mail.text);
  }
}

function copyInto(target: Uint8Array, parts: readonly Uint8Array[]): void {
  let offset = 0;
  for (const part of parts) {
    target.set(part, offset);
    offset += part.byteLength;
  }
}

/** TextDecoder refuses shared memory, hence the copy. */
function readText(output: Uint8Array | undefined, length: number): string {
  return output === undefined ? '' : decoder.decode(output.slice(0, length));
}
