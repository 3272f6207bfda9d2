// The evaluation thread: sleeps on shared memory, keeps one Wasm instance with its data, answers slot after slot.
// It never reads the clock or the network; everything it needs is in workerData, the slots and the mail.

import { flushCompileCache } from 'node:module';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { classifyThrown } from '../verdict/faults.ts';
import { matchSchema } from '../wasm/match-schema.ts';
import { WasmInstance } from '../wasm/wasm-instance.ts';
import {
  ASKED_ONE_BY_ONE,
  BY_MAIL,
  CANCELLED,
  COLLECTED,
  COMPLETED,
  HEAP_NOW,
  HEAP_SETTLED,
  INPUT_LENGTH,
  MAIL,
  type Mail,
  OUTPUT_BYTES,
  OUTPUT_LENGTH,
  openChannel,
  PLAN,
  STATUS,
  SUBMITTED,
  slotOf,
  WAKE,
} from './channel.ts';
import { withStructure } from './structure.ts';
import type { ThreadSpec } from './thread.ts';

const { memory, module, maximumPages, plans, mailbox } = workerData as ThreadSpec;
const { control, headers, inputs, outputs } = openChannel(memory);
const instance = new WasmInstance(module, maximumPages);
const encoder = new TextEncoder();
const largeInputs = new Map<number, Uint8Array>();
const EMPTY_RESULT_SET = '[]';
let mailRead = 0;

/** One evaluation's answer, ready to be written. */
interface Answer {
  readonly status: number;
  readonly text: Uint8Array;
}

main();

function main(): void {
  flushCompileCache();
  let ticket = Atomics.load(control, COMPLETED);
  for (;;) {
    const wake = Atomics.load(control, WAKE);
    // Before the mail: what was posted ahead of a job must be read ahead of it.
    const submitted = Atomics.load(control, SUBMITTED);
    readMail();
    if (submitted === ticket) {
      Atomics.wait(control, WAKE, wake);
      continue;
    }
    answerSlot(slotOf(ticket));
    ticket = (ticket + 1) | 0;
    Atomics.store(control, COMPLETED, ticket);
    Atomics.notify(control, COMPLETED);
  }
}

/** Takes in data, patches and large inputs, in the order they were posted. */
function readMail(): void {
  const posted = Atomics.load(control, MAIL);
  while (mailRead !== posted) {
    const mail = receiveMessageOnPort(mailbox)?.message as Mail | undefined;
    if (mail === undefined) break;
    mailRead = (mailRead + 1) | 0;
    if (mail.type === 'input') largeInputs.set(mail.slot, mail.bytes);
    else updateData(mail);
  }
}

function updateData(mail: Exclude<Mail, { type: 'input' }>): void {
  if (mail.type === 'patch') {
    instance.patch(mail.patches);
  } else if (mail.type === 'load') {
    instance.load(mail.data);
    warm();
  }
  const heap = instance.heapBytes >> 10;
  Atomics.store(control, HEAP_NOW, heap);
  if (mail.type === 'patch') return;
  Atomics.store(control, HEAP_SETTLED, heap);
  Atomics.notify(control, HEAP_SETTLED);
  // Last: from then on the host may ask for it to be settled again, and must not take this for the answer.
  if (mail.type === 'load') parentPort?.postMessage('ready');
}

/** Runs every collecting entrypoint until V8 has compiled it; a canary must come back from each. */
function warm(): void {
  // Loads Ajv and RE2: some 80 ms that the first review would wait otherwise (measured).
  if (instance.requiredBuiltins().includes('json.match_schema'))
    matchSchema({}, { patternProperties: { '^$': true } });
  for (const plan of plans) {
    const review = {
      request: {
        uid: 'canary',
        kind: { kind: plan.kind },
        operation: plan.operation,
        object: null,
        oldObject: null,
      },
      context: { point: 'admission', now: '2000-01-01T00:00:00Z' },
    };
    const input = encoder.encode(JSON.stringify(review));
    const text = new TextDecoder().decode(instance.evaluate(plan.collector, input));
    if (!text.includes('"uid":"canary"'))
      throw new Error(`${plan.kind}: the canary review was not seen: ${text}`);
  }
}

function answerSlot(slot: number): void {
  const header = headers[slot] as Int32Array;
  if (Atomics.load(header, CANCELLED) === 1) {
    largeInputs.delete(slot);
    header[OUTPUT_LENGTH] = 0;
    return;
  }
  const plan = plans[header[PLAN] as number] as ThreadSpec['plans'][number];
  const { status, text } = evaluate(plan, takeInput(slot, header[INPUT_LENGTH] as number));
  header[STATUS] = status;
  if (text.byteLength <= OUTPUT_BYTES) {
    (outputs[slot] as Uint8Array).set(text);
    header[OUTPUT_LENGTH] = text.byteLength;
  } else {
    header[OUTPUT_LENGTH] = BY_MAIL;
    mailbox.postMessage({ slot, text: text.slice() });
  }
}

function takeInput(slot: number, length: number): Uint8Array {
  if (length !== BY_MAIL) return (inputs[slot] as Uint8Array).subarray(0, length);
  const bytes = largeInputs.get(slot) ?? new Uint8Array();
  largeInputs.delete(slot);
  return bytes;
}

function evaluate(plan: ThreadSpec['plans'][number], input: Uint8Array): Answer {
  try {
    const complete = plan.checksStructure ? withStructure(input) : input;
    return collect(plan, complete);
  } catch (thrown) {
    return {
      status: ASKED_ONE_BY_ONE,
      text: encoder.encode(JSON.stringify({ whole: classifyThrown(thrown) })),
    };
  }
}

/**
 * All policies in one evaluation. If that aborts or is undefined, each by itself, so that one fault is named and hides
 * no other verdict.
 */
function collect(plan: ThreadSpec['plans'][number], input: Uint8Array): Answer {
  let isUndefined = false;
  try {
    const text = instance.evaluate(plan.collector, input);
    isUndefined = text.byteLength === EMPTY_RESULT_SET.length;
    if (!isUndefined) return { status: COLLECTED, text };
  } catch {
    // Asked by itself, the policy at fault throws again.
  }
  const answers = plan.policies.map(entrypoint => askAlone(entrypoint, input));
  instance.recover();
  return { status: ASKED_ONE_BY_ONE, text: encoder.encode(JSON.stringify({ isUndefined, answers })) };
}

function askAlone(
  entrypoint: number,
  input: Uint8Array,
): { text: string } | ReturnType<typeof classifyThrown> {
  try {
    return { text: new TextDecoder().decode(instance.evaluate(entrypoint, input)) };
  } catch (thrown) {
    return classifyThrown(thrown);
  }
}
