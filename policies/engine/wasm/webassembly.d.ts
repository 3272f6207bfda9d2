// The part of the WebAssembly JavaScript API that is used here. TypeScript declares it only together with the DOM,
// whose globals (`name`, `event`, `status`) would hide typing mistakes everywhere.
// https://webassembly.github.io/spec/js-api/

declare namespace WebAssembly {
  interface ModuleExportDescriptor {
    readonly name: string;
  }
  interface ModuleImportDescriptor {
    readonly module: string;
    readonly name: string;
  }
  class Module {
    constructor(bytes: Uint8Array);
    static exports(module: Module): ModuleExportDescriptor[];
    static imports(module: Module): ModuleImportDescriptor[];
  }
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
    /** By pages of 64 KiB; throws RangeError past the maximum. */
    grow(pages: number): number;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
