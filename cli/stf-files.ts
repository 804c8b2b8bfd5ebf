/** The work of `moor stf`. */

import { existsSync, readFileSync } from 'node:fs';
import { Bmv2JsonError, createSwitch, type Switch, traceText } from '../switch/engine/index.ts';
import { parseStf, StfError, StfRun } from '../switch/stf/index.ts';
import { EXIT } from './exit-codes.ts';
import type { StfOptions } from './stf.ts';

/** A test, and the program it is for. */
type Job = { readonly program: string; readonly test: string };

/** What came of a job; places are `file:line` where there is a line. */
type Result = Job & { readonly failures: readonly { readonly place: string; readonly message: string }[] };

/** Programs with the tests behind them, or with the one beside them. */
function pair(files: readonly string[]): readonly Job[] | string {
  const jobs: Job[] = [];
  let program: string | undefined;
  let alone = false;
  const close = () => {
    if (program !== undefined && alone) {
      jobs.push({ program, test: program.replace(/\.[^./]+$/, '.stf') });
    }
  };
  for (const file of files) {
    if (!file.endsWith('.stf')) {
      close();
      program = file;
      alone = true;
    } else if (program === undefined) return `${file} is a test, and there is no program before it`;
    else {
      jobs.push({ program, test: file });
      alone = false;
    }
  }
  close();
  return jobs;
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function parseJson(text: string): { readonly json: unknown } | string {
  try {
    return { json: JSON.parse(text) };
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

/** Starts a switch with a program; a sentence when that cannot be. */
function start(program: string, options: StfOptions, print: (line: string) => void): Switch | string {
  const text = read(program);
  if (text === undefined) return 'there is no such file';
  if (program.endsWith('.p4')) {
    return "compile it first: 'moor stf' takes BMv2 JSON";
  }
  const parsed = parseJson(text);
  if (typeof parsed === 'string') return `it is no JSON: ${parsed}`;
  try {
    return createSwitch(parsed.json, {
      // Tests are short: what optimizing takes is more than it gives.
      optimization: 'none',
      ...(options.verbose === true ? { onLog: print } : {}),
      ...(options.trace === true ? { onTrace: (trace) => print(traceText(trace)) } : {}),
    });
  } catch (problem) {
    if (problem instanceof Bmv2JsonError) return problem.message;
    throw problem;
  }
}

function runJob(job: Job, options: StfOptions, print: (line: string) => void): Result {
  const fail = (place: string, message: string): Result => ({ ...job, failures: [{ place, message }] });
  const device = start(job.program, options, print);
  if (typeof device === 'string') return fail(job.program, device);
  const text = read(job.test);
  if (text === undefined) return fail(job.test, 'there is no such test');
  try {
    const run = new StfRun(device, options.verbose === true ? print : undefined);
    const failures = run.run(parseStf(text));
    return {
      ...job,
      failures: failures.map(({ line, message }) => ({
        place: line === 0 ? job.test : `${job.test}:${line}`,
        message,
      })),
    };
  } catch (problem) {
    if (problem instanceof StfError) return fail(`${job.test}:${problem.line}`, problem.message);
    throw problem;
  }
}

/** Runs all tests and reports; gives the exit code. */
export function runStfFiles(files: readonly string[], options: StfOptions): number {
  const jobs = pair(files);
  if (typeof jobs === 'string') {
    process.stderr.write(`moor: ${jobs}\n`);
    return EXIT.usage;
  }
  const print = (line: string) => {
    if (options.json !== true) process.stdout.write(`${line}\n`);
  };
  const results: Result[] = [];
  for (const job of jobs) {
    const result = runJob(job, options, print);
    results.push(result);
    const passed = result.failures.length === 0;
    if (!passed || options.quiet !== true) print(`${passed ? 'ok' : 'FAILED'}: ${job.program} ${job.test}`);
    for (const { place, message } of result.failures) {
      process.stderr.write(`${place}: error: ${message}\n`);
    }
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  if (options.json === true) {
    process.stdout.write(
      `${JSON.stringify({ passed: results.length - failed, failed, results }, undefined, 2)}\n`,
    );
  } else print(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? EXIT.done : EXIT.wrongInput;
}
