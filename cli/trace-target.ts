/** `moor trace` in a copy of a running switch. */

import { OfflineSwitch } from '../switch/server/index.ts';
import { readState } from './p4runtime/read-state.ts';
import { type TargetOptions, withSession } from './p4runtime/session.ts';
import type { TraceOptions } from './trace.ts';
import type { TraceInput } from './trace-packets.ts';
import { makeTracedDevice, refuse, tracedPackets } from './traced-switch.ts';

/** Reads all that the switch has, and traces; gives the exit code. */
export function traceTarget(input: TraceInput, options: TraceOptions & TargetOptions): Promise<number> {
  const { target } = options;
  return withSession(options, async ({ client }) => {
    const state = await readState(client);
    client.close();
    for (const one of state.missing) {
      process.stderr.write(
        `moor: ${target} does not show ${one}; the trace has them as the program begins\n`,
      );
    }
    const device = makeTracedDevice(options);
    const control = new OfflineSwitch(device, state.config);
    refuse(`${target}: what it has cannot be copied`, control.restore(state.entities));
    tracedPackets(device, control, input, options);
  });
}
