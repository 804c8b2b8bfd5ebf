/** Generating WebAssembly, and the memory it runs on. */

export { copyBytes, memoryOf, type PlaceTaker, type WordMemory } from './copy-bytes.ts';
export {
  type Argument,
  FunctionBuilder,
  Global32,
  Global64,
  type Label,
  Local32,
  Local64,
  type ValueType,
} from './function-builder.ts';
export { InternalError } from './internal-error.ts';
export { LinearMemory, type LinearMemoryOptions, OutOfMemoryError } from './linear-memory.ts';
export {
  type ExportedFunction,
  type HostFunctions,
  type Instance,
  instantiate,
  ModuleBuilder,
  type Optimization,
  type OptimizedModules,
  type ParameterLocals,
  type Parameters,
} from './module-builder.ts';
export { optimizedModulesIn } from './optimized-modules.ts';
export {
  andAlso,
  choose32,
  choose64,
  I32,
  I64,
  i32,
  i64,
  type Like32,
  type Like64,
  lift32,
  lift64,
  orElse,
  select32,
  select64,
} from './values.ts';
