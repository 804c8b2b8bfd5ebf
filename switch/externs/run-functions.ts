/** Running emitted functions in a module of their own, for tests. */

import { type Instance, instantiate, type LinearMemory, ModuleBuilder } from '../wasm/index.ts';

/** Builds a module; every function whose name is given back is exported. */
export function runFunctions(
  memory: LinearMemory,
  emit: (module: ModuleBuilder) => readonly string[],
): Instance {
  const module = new ModuleBuilder(memory);
  for (const name of emit(module)) module.export(name);
  const instance = instantiate(module.finish('speed'), memory, {});
  module.dispose();
  return instance;
}
