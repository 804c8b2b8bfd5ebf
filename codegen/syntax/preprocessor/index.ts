/** The preprocessor's public surface. */

export type { FileSystem, IncludePaths } from './includes.ts';
export { type PreprocessedProgram, type PreprocessorOptions, preprocess } from './preprocess.ts';
