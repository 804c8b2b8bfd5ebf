/** The work of `moor compile`. */

import { basename } from 'node:path';
import { BMV2_PASSES } from '../codegen/backends/bmv2/index.ts';
import { compileFrontEnd, diagnosticsInOrder, type FrontEndResult } from '../codegen/compile.ts';
import { type CompileBmv2Options, compileBmv2 } from '../codegen/compile-bmv2.ts';
import type { Program } from '../codegen/ir/index.ts';
import { programToJson } from '../codegen/ir/json.ts';
import { printProgram } from '../codegen/ir/print.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { didYouMean } from '../codegen/nearest-name.ts';
import { describePasses } from '../codegen/passes/index.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import { LIBRARY_MISSING } from './check-files.ts';
import type { CompileOptions } from './compile.ts';
import { DiagnosticsReport } from './diagnostics-report.ts';
import { EXIT } from './exit-codes.ts';
import { readInput } from './read-input.ts';
import { type Output, writeOutputs } from './write-outputs.ts';

/** The name of the program before any pass. */
const LOWER = 'lower';

/** The step of `--dump-after` that does not exist, with what to do about it. */
function unknownStep(wanted: readonly string[]): string | undefined {
  const known = [LOWER, ...BMV2_PASSES.map((pass) => pass.name)];
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const hint = didYouMean(unknown, known) ?? "'moor compile --list-passes' lists them";
  return `moor: there is no step '${unknown}'; ${hint}\n`;
}

function watch(options: CompileOptions): CompileBmv2Options {
  const show = (step: string, program: Program) => {
    if (!options.dumpAfter.includes(step)) return;
    const text = options.dumpFormat === 'json' ? programToJson(program) : printProgram(program);
    process.stdout.write(
      options.dumpFormat === 'json' ? `${text.trimEnd()}\n` : `// after ${step}\n${text}\n`,
    );
  };
  return {
    lowered: (program) => show(LOWER, program),
    after: (pass, program) => show(pass.name, program),
  };
}

/** Where the JSON goes when the user does not say: PROGRAM.json in the working directory. */
function defaultOutput(file: string): string {
  return file === '-' ? 'program.json' : `${basename(file).replace(/\.p4$/, '')}.json`;
}

/** Compiles one file and writes what was asked for; gives the exit code. */
export async function compileFile(file: string | undefined, options: CompileOptions): Promise<number> {
  if (options.listPasses === true) {
    process.stdout.write(describePasses(BMV2_PASSES));
    return EXIT.done;
  }
  const unknown = unknownStep(options.dumpAfter);
  if (file === undefined || unknown !== undefined) {
    process.stderr.write(unknown ?? 'moor: name the program to compile\n');
    return EXIT.usage;
  }
  const directory = libraryDirectory();
  if (directory === undefined) {
    process.stderr.write(LIBRARY_MISSING);
    return EXIT.environment;
  }
  const report = new DiagnosticsReport(options, directory);
  const input = readInput(file);
  if ('problem' in input) {
    report.cannotRead(file, input.problem);
    await report.finish();
    return EXIT.wrongInput;
  }
  const front = compileFrontEnd(new SourceFile(file === '-' ? '<stdin>' : file, input.text), {
    includeDirectories: options.include,
    libraryDirectory: directory,
    defines: options.define,
    fileSystem: nodeFileSystem,
  });
  const outputs = makeOutputs(front, file, options);
  report.add(front.sink, diagnosticsInOrder(front.sink.diagnostics, front.sources));
  await report.finish();
  if (report.errors > 0 || outputs === undefined) return EXIT.wrongInput;
  return write(outputs, report.isText);
}

function makeOutputs(
  front: FrontEndResult,
  file: string,
  options: CompileOptions,
): readonly Output[] | undefined {
  const json = compileBmv2(front, watch(options));
  if (json === undefined) return undefined;
  const path = options.output ?? defaultOutput(file);
  return [{ path, content: `${JSON.stringify(json, undefined, 2)}\n` }];
}

/** Writes the results: to standard output those for `-`, devices in place, the rest all or none. */
function write(outputs: readonly Output[], tell: boolean): number {
  const files: Output[] = [];
  for (const output of outputs) {
    if (output.path === '-') process.stdout.write(output.content);
    else files.push(output);
  }
  const problem = writeOutputs(files);
  if (problem !== undefined) {
    process.stderr.write(`moor: ${problem}\n`);
    return EXIT.environment;
  }
  if (tell && files.length > 0) process.stderr.write(`wrote ${files.map(({ path }) => path).join(', ')}\n`);
  return EXIT.done;
}
