/** The work of `moor stf`. */

import { existsSync, readFileSync } from 'node:fs';
import { Bmv2JsonError, createSwitch, type Switch, traceText } from '../switch/engine/index.ts';
import { parseStf, StfError, StfRun } from '../switch/stf/index.ts';
import { EXIT } from './exit-codes.ts';
import { readProgramJson } from './program-json.ts';
import type { StfOptions } from './stf.ts';

/** A test, and the program it is for. */
type Job = { readonly program: string; readonly test: string };

/** What went wrong; without a place it is rendered whole. */
type Failure = { readonly place: string | undefined; readonly message: string };

/** What came of a job; places are `file:line` where there is a line. */
type Result = Job & { readonly failures: readonly Failure[] };

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

/** Starts a switch with a program; what is wrong with it when that cannot be. */
async function start(
  program: string,
  options: StfOptions,
  print: (line: string) => void,
): Promise<Switch | string> {
  const read = await readProgramJson(program, options);
  if ('problem' in read) return read.problem.trimEnd();
  try {
    return createSwitch(read.json, {
      // Tests are short: what optimizing takes is more than it gives.
      optimization: 'none',
      ...(options.verbose === true ? { onLog: print } : {}),
      ...(options.trace === true ? { onTrace: (trace) => print(traceText(trace)) } : {}),
    });
  } catch (problem) {
    if (problem instanceof Bmv2JsonError) return `${program}: error: ${problem.message}`;
    throw problem;
  }
}

async function runJob(job: Job, options: StfOptions, print: (line: string) => void): Promise<Result> {
  const fail = (place: string | undefined, message: string): Result => ({
    ...job,
    failures: [{ place, message }],
  });
  const device = await start(job.program, options, print);
  if (typeof device === 'string') return fail(undefined, device);
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
export async function runStfFiles(files: readonly string[], options: StfOptions): Promise<number> {
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
    const result = await runJob(job, options, print);
    results.push(result);
    const passed = result.failures.length === 0;
    if (!passed || options.quiet !== true) print(`${passed ? 'ok' : 'FAILED'}: ${job.program} ${job.test}`);
    for (const { place, message } of result.failures) {
      process.stderr.write(place === undefined ? `${message}\n` : `${place}: error: ${message}\n`);
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
