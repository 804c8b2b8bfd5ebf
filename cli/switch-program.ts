/** The program that `moor switch` begins with: compiled from P4 here, or BMv2 JSON with its P4Info. */

import { readFileSync } from 'node:fs';
import { makeP4Info } from '../codegen/backends/p4info/index.ts';
import { compileFrontEnd, diagnosticsInOrder } from '../codegen/compile.ts';
import { compileBmv2 } from '../codegen/compile-bmv2.ts';
import type { Diagnostic } from '../codegen/diagnostics.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import type { P4Info } from '../p4runtime/gen/p4/config/v1/p4info.ts';
import { LIBRARY_MISSING } from './check-files.ts';
import { DiagnosticsReport } from './diagnostics-report.ts';
import { EXIT } from './exit-codes.ts';
import { readP4Info } from './p4runtime/load-pipeline.ts';
import { describeFailure, readInput } from './read-input.ts';
import type { ReportOptions, SourceOptions } from './source-options.ts';
import { UserProblem } from './user-problem.ts';

/** A program; without P4Info it runs, and controllers bring another one before they can write. */
export type SwitchProgram = { readonly json: Uint8Array; readonly p4info: P4Info | undefined };

/** How a program is compiled or read, and what is wrong with it told. */
export type ProgramOptions = SourceOptions &
  ReportOptions & { readonly p4info?: string; readonly onlyErrors?: boolean };

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/**
 * Reads or compiles a program.
 * @returns undefined when it is wrong, and that has been said.
 * @throws UserProblem for files that cannot be read.
 */
export async function switchProgram(
  file: string,
  options: ProgramOptions,
): Promise<SwitchProgram | undefined> {
  if (!file.endsWith('.json')) return compile(file, options);
  try {
    const json = readFileSync(file);
    return { json, p4info: options.p4info === undefined ? undefined : readP4Info(options.p4info) };
  } catch (problem) {
    if (problem instanceof UserProblem) throw problem;
    throw new UserProblem(`${file}: cannot read it: ${describeFailure(problem)}`);
  }
}

async function compile(file: string, options: ProgramOptions): Promise<SwitchProgram | undefined> {
  if (options.p4info !== undefined) {
    throw new UserProblem('--p4info is for JSON: the P4Info of a P4 program is made from it', EXIT.usage);
  }
  const directory = libraryDirectory();
  if (directory === undefined) throw new UserProblem(LIBRARY_MISSING.trim(), EXIT.environment);
  const input = readInput(file);
  if ('problem' in input) throw new UserProblem(`${file}: cannot read it: ${input.problem}`);
  const front = compileFrontEnd(new SourceFile(file === '-' ? '<stdin>' : file, input.text), {
    includeDirectories: options.include,
    libraryDirectory: directory,
    defines: options.define,
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  const made = json === undefined ? undefined : makeP4Info(front);
  const report = new DiagnosticsReport(options, directory);
  const found = diagnosticsInOrder(front.sink.diagnostics, front.sources);
  report.add(front.sink, options.onlyErrors === true ? found.filter(isError) : found);
  if (report.errors > 0 || json === undefined || made === undefined) {
    await report.finish();
    return undefined;
  }
  return { json: Buffer.from(JSON.stringify(json)), p4info: made.p4info };
}
