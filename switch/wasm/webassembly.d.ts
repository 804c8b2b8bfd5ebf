/**
 * The part of the WebAssembly JavaScript interface (https://webassembly.github.io/spec/js-api/) that the switch uses.
 * TypeScript has it only together with the whole DOM, and the types of Node leave these out.
 */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Module {
    constructor(binary: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: { [module: string]: { [name: string]: unknown } });
    readonly exports: { readonly [name: string]: unknown };
  }
}
