/** The switch of `moor trace`: entries into it, packets through it, and what it tells of them. */

import { codeName } from '../p4runtime/client/index.ts';
import { type PacketTrace, type Switch, traceText } from '../switch/engine/index.ts';
import {
  type EngineDevice,
  makeEngineDevice,
  type OfflineSwitch,
  type Outcome,
} from '../switch/server/index.ts';
import { StfError, StfRun } from '../switch/stf/index.ts';
import type { TraceOptions } from './trace.ts';
import type { Entries } from './trace-entries.ts';
import type { TraceInput } from './trace-packets.ts';
import { TRACE_COLOURS } from './trace-palette.ts';
import { UserProblem } from './user-problem.ts';

/** How many entries that could not be written are named. */
const MOST_NAMED = 20;

/** A switch that writes what happens to its packets. */
export function makeTracedDevice(options: TraceOptions): EngineDevice {
  const { cpuPort, dropPort, portName } = options;
  const names = new Map(portName);
  return makeEngineDevice({
    ...(cpuPort === undefined ? {} : { cpuPort }),
    ...(dropPort === undefined ? {} : { dropPort }),
    ports: () => names,
    knowsPorts: false,
    transmit: () => {},
    // Few packets come: what optimizing takes is more than it gives.
    optimization: 'none',
    onTrace: printer(options),
  });
}

/** Writes traces as they come: lines of JSON, or texts with an empty line between them. */
function printer({ json, color }: TraceOptions): (trace: PacketTrace) => void {
  let isFirst = true;
  return (trace) => {
    if (json === true) {
      process.stdout.write(`${JSON.stringify(trace)}\n`);
      return;
    }
    const text = color ? traceText(trace, TRACE_COLOURS) : traceText(trace);
    process.stdout.write(`${isFirst ? '' : '\n'}${text}\n`);
    isFirst = false;
  };
}

/** Puts the entries in, and the packets through. @throws UserProblem. */
export function tracedPackets(
  device: EngineDevice,
  control: OfflineSwitch | undefined,
  { packets, entries }: TraceInput,
  { port }: TraceOptions,
): void {
  const engine = device.running();
  if (engine === undefined) throw new RangeError('no program runs');
  for (const [path, one] of entries) {
    if (one.kind === 'stf') runStf(engine, path, one);
    else if (control === undefined) {
      throw new UserProblem(
        `${path}: entries of P4Runtime need the P4Info of the program: give it with --p4info FILE, or write them as STF`,
      );
    } else refuse(path, control.write(one.updates));
  }
  const longest = engine.rings.maximumPacketBytes;
  for (const [index, bytes] of packets.entries()) {
    if (bytes.length > longest) {
      throw new UserProblem(
        `packet ${index + 1} has ${bytes.length} bytes, and the switch takes ${longest} at most`,
      );
    }
    device.receive([{ port, bytes }]);
  }
}

function runStf(engine: Switch, path: string, { commands }: Extract<Entries, { kind: 'stf' }>): void {
  try {
    new StfRun(engine).run(commands);
  } catch (problem) {
    if (problem instanceof StfError)
      throw new UserProblem(`${path}:${problem.line}: error: ${problem.message}`);
    throw problem;
  }
}

/** @throws UserProblem that names the updates which failed. */
export function refuse(what: string, outcomes: readonly Outcome[]): void {
  const failed = outcomes.flatMap((outcome, index) =>
    outcome === undefined ? [] : [`update ${index + 1}: ${codeName(outcome.code)}: ${outcome.message}`],
  );
  if (failed.length === 0) return;
  const more = failed.length > MOST_NAMED ? [`… and ${failed.length - MOST_NAMED} more`] : [];
  const [first = '', ...others] = [...failed.slice(0, MOST_NAMED), ...more];
  throw new UserProblem([`${what}: ${first}`, ...others.map((one) => `  ${one}`)].join('\n'));
}
