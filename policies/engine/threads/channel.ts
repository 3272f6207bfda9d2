// The shared memory between the host and one evaluation thread: a ring of slots with counters.
// The host writes a review into the next slot and bumps SUBMITTED; the thread answers in order and bumps COMPLETED.
// What does not fit a slot, and everything that is no review, goes by mail: a message port whose count stands in MAIL.

/** Slots of the ring: a power of two, so that counters may wrap. */
export const SLOTS = 32;
export const INPUT_BYTES = 32 * 1024;
export const OUTPUT_BYTES = 16 * 1024;

/** Tickets start shortly before 32 bits wrap (as Linux's jiffies do), so that wrapping is nothing rare. */
export const FIRST_TICKET = 0x7fff_ffff - 1000;

/** Counters of the ring, as indexes into `control`. */
export const SUBMITTED = 0;
export const COMPLETED = 1;
export const MAIL = 2;
/** Bumped with each of the above that the thread must notice; the thread sleeps on it. */
export const WAKE = 3;
/** KiB of data heap: when the data was complete, and now. */
export const HEAP_SETTLED = 4;
export const HEAP_NOW = 5;

/** Fields of a slot, as indexes into its header. */
export const PLAN = 0;
export const INPUT_LENGTH = 1;
export const OUTPUT_LENGTH = 2;
export const STATUS = 3;
export const CANCELLED = 4;
const HEADER_FIELDS = 8;
const CONTROL_FIELDS = 8;

/** A length that says: it came by mail. */
export const BY_MAIL = -1;

/** STATUS: the collecting entrypoint answered; or it aborted and each policy was asked by itself. */
export const COLLECTED = 0;
export const ASKED_ONE_BY_ONE = 1;

export type Mail =
  | { readonly type: 'load'; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly type: 'patch'; readonly patches: readonly { path: readonly string[]; json?: string }[] }
  | { readonly type: 'settle' }
  | { readonly type: 'input'; readonly slot: number; readonly bytes: Uint8Array<ArrayBuffer> };

export interface Channel {
  readonly memory: SharedArrayBuffer;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly headers: readonly Int32Array<SharedArrayBuffer>[];
  readonly inputs: readonly Uint8Array<SharedArrayBuffer>[];
  readonly outputs: readonly Uint8Array<SharedArrayBuffer>[];
}

const HEADERS_AT = CONTROL_FIELDS * 4;
const INPUTS_AT = HEADERS_AT + SLOTS * HEADER_FIELDS * 4;
const OUTPUTS_AT = INPUTS_AT + SLOTS * INPUT_BYTES;
const TOTAL_BYTES = OUTPUTS_AT + SLOTS * OUTPUT_BYTES;

/** A channel nobody has used yet. */
export function createChannel(): Channel {
  const channel = openChannel(new SharedArrayBuffer(TOTAL_BYTES));
  channel.control[SUBMITTED] = FIRST_TICKET;
  channel.control[COMPLETED] = FIRST_TICKET;
  return channel;
}

/** Views over a channel's memory. */
export function openChannel(memory: SharedArrayBuffer): Channel {
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot);
  return {
    memory,
    control: new Int32Array(memory, 0, CONTROL_FIELDS),
    headers: slots.map(slot => new Int32Array(memory, HEADERS_AT + slot * HEADER_FIELDS * 4, HEADER_FIELDS)),
    inputs: slots.map(slot => new Uint8Array(memory, INPUTS_AT + slot * INPUT_BYTES, INPUT_BYTES)),
    outputs: slots.map(slot => new Uint8Array(memory, OUTPUTS_AT + slot * OUTPUT_BYTES, OUTPUT_BYTES)),
  };
}

/** Slot of the n-th job; counters are 32 bits and wrap. */
export function slotOf(ticket: number): number {
  return (ticket >>> 0) % SLOTS;
}
