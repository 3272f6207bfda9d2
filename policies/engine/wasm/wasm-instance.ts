// One instance of a policy module with its resident data: the only file that touches the OPA Wasm ABI.
// The SDK instantiates and links; evaluation and patches call the ABI themselves (1.3), because the SDK copies
// the input twice, parses the result where it is not needed, and wraps none of the patch functions.
// Order of calls for data: OPA internal/wasm/sdk/internal/wasm/vm.go.

import { createRequire } from 'node:module';
import type { LoadedPolicy } from '@open-policy-agent/opa-wasm';
import type { DataPatch } from '../../inventory/key-tree.ts';
import { HOST_BUILTINS } from './builtins.ts';

const PAGE_BYTES = 64 * 1024;
const INITIAL_PAGES = 16;
/** Aborts that one instance survives by far: 2 KiB of stack for each. */
const RECOVER_AFTER = 32;

/** What the module exports, as far as it is used here. */
interface OpaExports {
  builtins(): number;
  opa_json_dump(value: number): number;
  opa_malloc(bytes: number): number;
  opa_free(address: number): void;
  opa_json_parse(address: number, bytes: number): number;
  opa_value_free(address: number): void;
  opa_heap_ptr_get(): number;
  opa_heap_ptr_set(address: number): void;
  opa_heap_blocks_stash(): void;
  opa_heap_blocks_restore(): void;
  opa_heap_stash_clear(): void;
  opa_value_add_path(data: number, path: number, value: number): number;
  opa_value_remove_path(data: number, path: number): number;
  opa_eval(
    reserved: number,
    entrypoint: number,
    data: number,
    input: number,
    inputBytes: number,
    heap: number,
    format: number,
  ): number;
}

/** The SDK's object with the fields that its types leave out. */
type SdkPolicy = LoadedPolicy & {
  readonly wasmInstance: { readonly exports: unknown };
  readonly mem: WebAssembly.Memory;
  readonly entrypoints: Readonly<Record<string, number>>;
  readonly baseHeapPtr: number;
  dataAddr: number;
  dataHeapPtr: number;
};

/** The package's ESM entry leaves `loadPolicySync` out. */
const { loadPolicySync } = createRequire(import.meta.url)('@open-policy-agent/opa-wasm') as {
  readonly loadPolicySync: (
    module: WebAssembly.Module,
    memory: { initial: number; maximum: number },
    builtins: Readonly<Record<string, unknown>>,
  ) => SdkPolicy;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class WasmInstance {
  readonly #module: WebAssembly.Module;
  readonly #maximumPages: number;
  #policy: SdkPolicy;
  /** Throws since the instance was fresh; bad ones count as many. */
  #thrown = 0;

  /**
   * Throws what the SDK throws (strings among it) when imports are missing or memory does not suffice.
   * `maximumPages` of 64 KiB is the only cap on a policy that amplifies its input.
   */
  constructor(module: WebAssembly.Module, maximumPages: number) {
    this.#module = module;
    this.#maximumPages = maximumPages;
    this.#policy = instantiate(module, maximumPages);
  }

  get #abi(): OpaExports {
    return this.#policy.wasmInstance.exports as OpaExports;
  }

  /** Entrypoint names with the numbers that `evaluate` takes. */
  get entrypoints(): Readonly<Record<string, number>> {
    return this.#policy.entrypoints;
  }

  /** Names of the built-ins that the module calls on its host. */
  requiredBuiltins(): string[] {
    const address = this.#abi.opa_json_dump(this.#abi.builtins());
    return Object.keys(JSON.parse(decoder.decode(this.#textAt(address))) as Record<string, number>);
  }

  /** Bytes of heap that data occupies, the waste of earlier patches included. */
  get heapBytes(): number {
    return this.#policy.dataHeapPtr - this.#policy.baseHeapPtr;
  }

  /** Replaces all data. After a throw the instance is useless: writing over the old data has begun. */
  load(json: Uint8Array): void {
    this.#abi.opa_heap_stash_clear();
    this.#abi.opa_heap_ptr_set(this.#policy.baseHeapPtr);
    this.#policy.dataAddr = this.#parse(json);
    this.#abi.opa_heap_blocks_stash();
    this.#policy.dataHeapPtr = this.#abi.opa_heap_ptr_get();
  }

  /** Applies patches between two evaluations. Throws when the module refuses one; the instance is then useless. */
  patch(patches: readonly DataPatch[]): void {
    this.#abi.opa_heap_ptr_set(this.#policy.dataHeapPtr);
    this.#abi.opa_heap_blocks_restore();
    for (const patch of patches) this.#patchOne(patch);
    this.#abi.opa_heap_blocks_stash();
    this.#policy.dataHeapPtr = this.#abi.opa_heap_ptr_get();
  }

  /**
   * Evaluates one entrypoint on JSON text that was checked before (the module's own parser is lax).
   * Gives the result as JSON text: a view into memory that is valid until the next call.
   * Throws whatever the module throws: strings, objects, RangeError; `recover` is then due before the next review.
   */
  evaluate(entrypoint: number, input: Uint8Array): Uint8Array {
    try {
      return this.#evaluate(entrypoint, input);
    } catch (thrown) {
      const isHarmless = typeof thrown === 'string' && !thrown.startsWith('opa_malloc');
      this.#thrown += isHarmless ? 1 : RECOVER_AFTER;
      throw thrown;
    }
  }

  /**
   * Undoes what throws leave behind, if they were many or bad. What is thrown through the module's C code leaves its
   * stack of 64 KiB where it was, 128 bytes of it for an abort (measured), and nothing can reset it from outside: after
   * some hundred aborts every call would fail. So data moves to a fresh instance, which takes about 1 ms per MB; memory
   * that a policy took too much of is given back, too.
   */
  recover(): void {
    if (this.#thrown < RECOVER_AFTER) return;
    this.#thrown = 0;
    this.#renew();
  }

  #evaluate(entrypoint: number, input: Uint8Array): Uint8Array {
    const inputAddress = this.#policy.dataHeapPtr;
    const heap = inputAddress + input.byteLength;
    const missing = heap - this.#policy.mem.buffer.byteLength;
    if (missing > 0) this.#policy.mem.grow(Math.ceil(missing / PAGE_BYTES));
    new Uint8Array(this.#policy.mem.buffer).set(input, inputAddress);
    const result = this.#abi.opa_eval(
      0,
      entrypoint,
      this.#policy.dataAddr,
      inputAddress,
      input.byteLength,
      heap,
      0,
    );
    return this.#textAt(result);
  }

  /** Instances of one module begin alike, so data keeps its addresses. */
  #renew(): void {
    const { mem, baseHeapPtr, dataAddr, dataHeapPtr } = this.#policy;
    const fresh = instantiate(this.#module, this.#maximumPages);
    const abi = fresh.wasmInstance.exports as OpaExports;
    const bytes = dataHeapPtr - baseHeapPtr;
    abi.opa_heap_ptr_set(baseHeapPtr);
    abi.opa_malloc(bytes); // grows the memory in a way that the module knows of
    new Uint8Array(fresh.mem.buffer).set(new Uint8Array(mem.buffer, baseHeapPtr, bytes), baseHeapPtr);
    fresh.dataAddr = dataAddr;
    fresh.dataHeapPtr = dataHeapPtr;
    this.#policy = fresh;
  }

  /** The NUL-terminated text at an address, as a view. */
  #textAt(address: number): Uint8Array {
    const memory = new Uint8Array(this.#policy.mem.buffer);
    return memory.subarray(address, memory.indexOf(0, address));
  }

  #patchOne({ path, json }: DataPatch): void {
    const pathAddress = this.#parse(encoder.encode(JSON.stringify(path)));
    const code =
      json === undefined
        ? this.#abi.opa_value_remove_path(this.#policy.dataAddr, pathAddress)
        : this.#abi.opa_value_add_path(this.#policy.dataAddr, pathAddress, this.#parse(encoder.encode(json)));
    this.#abi.opa_value_free(pathAddress);
    if (code !== 0) throw new Error(`patch of ${path.join('/')} failed with code ${code}`);
  }

  #parse(json: Uint8Array): number {
    const address = this.#abi.opa_malloc(json.byteLength);
    new Uint8Array(this.#policy.mem.buffer).set(json, address);
    const value = this.#abi.opa_json_parse(address, json.byteLength);
    this.#abi.opa_free(address);
    if (value === 0) throw new Error('data is not JSON');
    return value;
  }
}

function instantiate(module: WebAssembly.Module, maximumPages: number): SdkPolicy {
  const memory = { initial: Math.min(INITIAL_PAGES, maximumPages), maximum: maximumPages };
  return loadPolicySync(module, memory, HOST_BUILTINS);
}
