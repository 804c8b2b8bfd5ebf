/** `moor trace` in a program of a file. */

import { EntityError } from '../p4runtime/errors.ts';
import { DeviceError, type EngineDevice, OfflineSwitch } from '../switch/server/index.ts';
import { EXIT } from './exit-codes.ts';
import { type SwitchProgram, switchProgram } from './switch-program.ts';
import type { TraceOptions } from './trace.ts';
import type { TraceInput } from './trace-packets.ts';
import { makeTracedDevice, tracedPackets } from './traced-switch.ts';
import { UserProblem } from './user-problem.ts';

/** Compiles or reads the program, and traces; gives the exit code. @throws UserProblem. */
export async function traceProgram(file: string, input: TraceInput, options: TraceOptions): Promise<number> {
  const { include, define, color, p4info } = options;
  const program = await switchProgram(file, {
    include,
    define,
    color,
    format: 'text',
    disableWarning: [],
    onlyErrors: true,
    ...(p4info === undefined ? {} : { p4info }),
  });
  if (program === undefined) return EXIT.wrongInput;
  const device = makeTracedDevice(options);
  try {
    tracedPackets(device, start(device, program), input, options);
    return EXIT.done;
  } catch (problem) {
    if (problem instanceof DeviceError || problem instanceof EntityError)
      throw new UserProblem(`${file}: ${problem.message}`);
    throw problem;
  }
}

/** Without P4Info there is no control plane. */
function start(device: EngineDevice, { p4info, json }: SwitchProgram): OfflineSwitch | undefined {
  if (p4info !== undefined)
    return new OfflineSwitch(device, { p4info, p4DeviceConfig: json, cookie: undefined });
  device.run(device.load(json));
  return undefined;
}
