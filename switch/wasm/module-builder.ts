/** One module of WebAssembly under construction: functions, globals and imports over one imported memory. */

import binaryen from 'binaryen';
import { FunctionBuilder, Global32, Global64, Local32, Local64, type ValueType } from './function-builder.ts';
import { InternalError } from './internal-error.ts';
import type { LinearMemory } from './linear-memory.ts';
import { lift64 } from './values.ts';

/** Names and types of parameters, in order. */
export type Parameters = { readonly [name: string]: ValueType };

/** The parameters as locals of the body. */
export type ParameterLocals<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends 'i32' ? Local32 : Local64;
};

/** What a module calls outside itself: only for what is rare. */
export type HostFunctions = { readonly [name: string]: (...values: never[]) => unknown };

/** How much is done about the code: `none` builds quickest, `speed` runs quickest. */
export type Optimization = 'none' | 'speed';

/** Functions up to this size, as binaryen counts it, are put where they are called: those that change the order of bytes. */
const ALWAYS_INLINED = 40;
const OPTIMIZE_LEVEL = 3;
/** What `speed` does, for what keeps its results. */
export const HOW_OPTIMIZED = `level ${OPTIMIZE_LEVEL}, inlined ${ALWAYS_INLINED}`;

const MODULE = 'host';
const MEMORY = 'memory';

const TYPES = { i32: binaryen.i32, i64: binaryen.i64 } as const;

/** Where optimized modules are kept. Neither call throws: without what it kept a switch only starts later. */
export type OptimizedModules = {
  /** @param plain The module as it was before. */
  readonly find: (plain: Uint8Array) => Uint8Array | undefined;
  readonly keep: (plain: Uint8Array, optimized: Uint8Array) => void;
};

/** Builds one module. Call `dispose` when it is built: binaryen keeps it in memory of its own. */
export class ModuleBuilder {
  readonly #module = new binaryen.Module();
  readonly #names = new Set<string>();

  /** @param memory The memory that the module will run on: whether it is shared is written into the module. */
  constructor(memory: Pick<LinearMemory, 'shared' | 'maximumPages'>) {
    const module = this.#module;
    module.setFeatures(
      binaryen.Features.BulkMemory |
        binaryen.Features.BulkMemoryOpt |
        binaryen.Features.SignExt |
        binaryen.Features.MutableGlobals |
        binaryen.Features.SIMD128 |
        (memory.shared ? binaryen.Features.Atomics : 0),
    );
    module.setMemory(1, memory.maximumPages, null, [], memory.shared, false, MEMORY);
    module.addMemoryImport(MEMORY, MODULE, MEMORY, memory.shared);
  }

  /** Whether a function of this name is there already. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  #claim(name: string): void {
    if (this.#names.has(name)) throw new InternalError(`two functions of WebAssembly are named '${name}'`);
    this.#names.add(name);
  }

  /**
   * Adds a function.
   * @param result Its type; a function without gives nothing.
   * @param body Writes the statements; gets the parameters as locals.
   * @returns The name, which calls take.
   */
  function<P extends Parameters>(
    name: string,
    parameters: P,
    result: ValueType | undefined,
    body: (f: FunctionBuilder, parameters: ParameterLocals<P>) => void,
  ): string {
    this.#claim(name);
    const types = Object.values(parameters);
    const builder = new FunctionBuilder(this.#module, types.length);
    body(builder, parameterLocals(parameters));
    const body_ = builder.body(result);
    this.#module.addFunction(
      name,
      binaryen.createType(types.map((type) => TYPES[type])),
      result === undefined ? binaryen.none : TYPES[result],
      builder.localTypes.map((type) => TYPES[type]),
      body_,
    );
    return name;
  }

  /** Declares a function of the host, to be given to `instantiate` under this name. */
  import(name: string, parameters: readonly ValueType[], result?: ValueType): string {
    this.#claim(name);
    this.#module.addFunctionImport(
      name,
      MODULE,
      name,
      binaryen.createType(parameters.map((type) => TYPES[type])),
      result === undefined ? binaryen.none : TYPES[result],
    );
    return name;
  }

  /** Lets the host call a function, under its own name. */
  export(name: string): void {
    this.#module.addFunctionExport(name, name);
  }

  /** A mutable global that starts at a value. */
  global32(name: string, initial = 0): Global32 {
    this.#module.addGlobal(name, binaryen.i32, true, this.#module.i32.const(initial | 0));
    return new Global32(name);
  }

  /** A mutable global that starts at a value. */
  global64(name: string, initial = 0n): Global64 {
    this.#module.addGlobal(name, binaryen.i64, true, lift64(initial).emit(this.#module));
    return new Global64(name);
  }

  /** The text form, for people who look for a mistake in generated code. */
  text(): string {
    return this.#module.emitText();
  }

  /**
   * Checks, optimizes and encodes the module.
   * @param modules Where one that has been optimized before is found.
   * @throws InternalError for a module that WebAssembly does not allow.
   */
  finish(optimization: Optimization, modules?: OptimizedModules): Uint8Array {
    const module = this.#module;
    if (module.validate() === 0) throw new InternalError('generated WebAssembly is not valid');
    if (optimization === 'none') return module.emitBinary();
    const plain = modules === undefined ? undefined : module.emitBinary();
    const found = plain === undefined ? undefined : modules?.find(plain);
    if (found !== undefined) return found;
    binaryen.setOptimizeLevel(OPTIMIZE_LEVEL);
    binaryen.setShrinkLevel(0);
    binaryen.setAlwaysInlineMaxSize(ALWAYS_INLINED);
    module.optimize();
    const optimized = module.emitBinary();
    if (plain !== undefined) modules?.keep(plain, optimized);
    return optimized;
  }

  /** Gives back what binaryen holds; nothing may be called after it. */
  dispose(): void {
    this.#module.dispose();
  }
}

function parameterLocals<P extends Parameters>(parameters: P): ParameterLocals<P> {
  const locals = Object.entries(parameters).map(
    ([name, type], index) => [name, type === 'i32' ? new Local32(index) : new Local64(index)] as const,
  );
  // The entries are built from the same object whose type says which local each name has.
  return Object.fromEntries(locals) as ParameterLocals<P>;
}

/** A function that a module exports. */
export type ExportedFunction = (...values: (number | bigint)[]) => number | bigint | undefined;

/** A module that runs: its exported functions by name. */
export type Instance = { readonly function: (name: string) => ExportedFunction };

/**
 * Runs a module on a memory.
 * @param host What the module imports, by the names given to `ModuleBuilder.import`.
 */
export function instantiate(binary: Uint8Array, memory: LinearMemory, host: HostFunctions): Instance {
  const compiled = new WebAssembly.Module(new Uint8Array(binary));
  const { exports } = new WebAssembly.Instance(compiled, { [MODULE]: { [MEMORY]: memory.memory, ...host } });
  return {
    function: (name) => {
      const found = exports[name];
      // The function itself: one of ours around it would be ten times slower to call.
      if (isExported(found)) return found;
      throw new InternalError(`the module exports no function '${name}'`);
    },
  };
}

function isExported(value: unknown): value is ExportedFunction {
  return typeof value === 'function';
}
