/** The work of `moor trace`: what the user gave is read and checked here, before anything large is loaded. */

import { readFileSync } from 'node:fs';
import { EXIT } from './exit-codes.ts';
import { describeFailure } from './read-input.ts';
import type { TraceOptions } from './trace.ts';
import { type Entries, readEntries } from './trace-entries.ts';
import { UserProblem } from './user-problem.ts';

/** What goes into the switch. */
export type TraceInput = {
  readonly packets: readonly Uint8Array[];
  /** By the names of their files. */
  readonly entries: readonly (readonly [string, Entries])[];
};

/** Traces the packets; gives the exit code. */
export async function tracePackets(file: string | undefined, options: TraceOptions): Promise<number> {
  const usage = usageProblem(file, options);
  if (usage !== undefined) {
    process.stderr.write(`moor: ${usage}\n`);
    return EXIT.usage;
  }
  try {
    const input = await readInput(options);
    const { target } = options;
    if (target === undefined) {
      const { traceProgram } = await import('./trace-program.ts');
      return await traceProgram(file ?? '', input, options);
    }
    const { traceTarget } = await import('./trace-target.ts');
    return await traceTarget(input, { ...options, target });
  } catch (problem) {
    if (!(problem instanceof UserProblem)) throw problem;
    process.stderr.write(`moor: ${problem.message}\n`);
    return problem.exitCode;
  }
}

function usageProblem(file: string | undefined, options: TraceOptions): string | undefined {
  const { target, hex, pcap, p4info } = options;
  if (file === undefined && target === undefined)
    return 'name a program, or a running switch with --target HOST:PORT';
  if (file !== undefined && target !== undefined)
    return 'a program and --target exclude each other: the switch has its own program';
  if (target !== undefined && p4info !== undefined)
    return '--p4info and --target exclude each other: the switch has its own P4Info';
  if (hex.length === 0 && pcap.length === 0) return 'give a packet with --hex BYTES or --pcap FILE';
  return undefined;
}

/** @throws UserProblem. */
async function readInput({ hex, pcap, entries }: TraceOptions): Promise<TraceInput> {
  const packets = [...hex];
  for (const path of pcap) for (const packet of await readPackets(path)) packets.push(packet);
  return { packets, entries: entries.map((path) => [path, readEntries(path)]) };
}

async function readPackets(path: string): Promise<readonly Uint8Array[]> {
  const { readCapture } = await import('../switch/ports/pcap.ts');
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (problem) {
    throw new UserProblem(`${path}: cannot read it: ${describeFailure(problem)}`);
  }
  const { packets, problem } = readCapture(file);
  if (problem !== undefined) throw new UserProblem(`${path}: ${problem}`);
  return packets.map(({ bytes }) => bytes);
}
