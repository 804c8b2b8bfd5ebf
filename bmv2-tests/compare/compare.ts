/** One random program in the 2×2 of compilers and switches. */

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { runEmbedded } from './embedded.ts';
import type { RandomProgram } from './generator/program.ts';
import { differences, type Outcome } from './outcome.ts';
import { runSimpleSwitch, type SimpleSwitch } from './simple-switch.ts';

/** What is there to compare with. */
export type Peers = { readonly simpleSwitch: SimpleSwitch | undefined; readonly p4c: string | undefined };

/** What one program came to. */
export type Comparison = {
  /** Such as `p4c on simple_switch`, in the order in which they ran. */
  readonly ran: readonly string[];
  readonly packetsOut: number;
  /** Why p4c does not take the program. */
  readonly refused: string | undefined;
  /** Sentences; none when all did the same. */
  readonly problems: readonly string[];
};

/** How the embedded switch is made: as tests have it, and as it runs in earnest. */
const OPTIMIZATIONS = ['none', 'speed'] as const;

/** Milliseconds for p4c; the second time a switch that lost packets is given longer, also in milliseconds. */
const COMPILE_TIMEOUT = 120_000;
const LONGER = 1500;

function compile(file: string, text: string): unknown {
  const front = compileFrontEnd(new SourceFile(file, text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  if (json !== undefined) return json;
  const errors = front.sink.diagnostics.filter(({ severity }) => severity === 'error');
  throw new Error(errors.map(({ code, message }) => `${code} ${message}`).join('; '));
}

/** Compiles with p4c; gives why not, if not. */
function compileWithP4c(p4c: string, file: string, output: string): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(
      p4c,
      [file, '-o', output],
      { timeout: COMPILE_TIMEOUT, maxBuffer: 1 << 26 },
      (problem, _, stderr) => {
        const line = stderr.split('\n').find((each) => /error:|Bug|bug/.test(each));
        done(problem === null ? undefined : (line ?? problem.message));
      },
    );
  });
}

/**
 * Compiles a program with both compilers, runs it on both switches and compares with the first.
 * @param directory Where the program and its JSON are left.
 */
export async function compareProgram(
  program: RandomProgram,
  peers: Peers,
  directory: string,
): Promise<Comparison> {
  const base = join(directory, String(program.seed));
  writeFileSync(`${base}.p4`, program.text);
  const files = new Map<string, string>();
  let refused: string | undefined;
  const problems: string[] = [];
  const outcomes = new Map<string, Outcome>();
  const attempt = async (name: string, run: () => Outcome | Promise<Outcome>) => {
    try {
      outcomes.set(name, await run());
    } catch (problem) {
      problems.push(`${name}: ${problem instanceof Error ? problem.message : String(problem)}`);
    }
  };
  try {
    const json = compile(`${base}.p4`, program.text);
    writeFileSync(`${base}.moor.json`, `${JSON.stringify(json, undefined, 1)}\n`);
    files.set('moor', `${base}.moor.json`);
  } catch (problem) {
    problems.push(
      `moor does not compile it: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
  if (peers.p4c !== undefined) {
    refused = await compileWithP4c(peers.p4c, `${base}.p4`, `${base}.p4c.json`);
    if (refused === undefined) files.set('p4c', `${base}.p4c.json`);
  }
  for (const [compiler, file] of files) {
    for (const optimization of OPTIMIZATIONS) {
      const name = `${compiler} on moor${optimization === 'none' ? '' : ', optimized'}`;
      await attempt(name, () => runEmbedded(JSON.parse(readFileSync(file, 'utf8')), program, optimization));
    }
  }
  const { simpleSwitch } = peers;
  if (simpleSwitch !== undefined) {
    const [reference] = outcomes.values();
    const run = async ([compiler, file]: readonly [string, string]) => {
      const name = `${compiler} on simple_switch`;
      await attempt(name, async () => {
        const outcome = await runSimpleSwitch(simpleSwitch, file, program);
        // A switch that runs beside others may have been late.
        const differs =
          reference !== undefined && differences(reference, outcome, program.keepsOrder).length > 0;
        return differs ? runSimpleSwitch(simpleSwitch, file, program, LONGER) : outcome;
      });
    };
    await Promise.all([...files].map(run));
  }
  const [first] = outcomes;
  if (first !== undefined) {
    for (const [name, outcome] of outcomes) {
      const [text, ...more] = differences(first[1], outcome, program.keepsOrder);
      const others = more.length === 0 ? '' : `\n  and ${more.length} more ports or elements`;
      if (text !== undefined) problems.push(`${first[0]} and ${name}: ${text}${others}`);
    }
  }
  const packetsOut = [...(first?.[1].outputs.values() ?? [])].reduce((sum, { length }) => sum + length, 0);
  return { ran: [...outcomes.keys()], packetsOut, refused, problems };
}
