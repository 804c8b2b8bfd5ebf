/** moor's own switch, behind its P4Runtime server, as an engine that cases are put to. */

import { SwitchClient } from '../../p4runtime/client/index.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import { type BareSwitch, startBare } from '../harness/embedded.ts';
import type { EngineUnderTest } from './engine.ts';

/** An engine of one program at a time, each on a switch of its own. */
export function embeddedEngine(): EngineUnderTest {
  let running: { readonly bare: BareSwitch; readonly client: SwitchClient } | undefined;
  const end = async () => {
    running?.client.close();
    await running?.bare.close();
    running = undefined;
  };
  return {
    load: async (program) => {
      await end();
      const bare = await startBare({ program });
      const client = new SwitchClient({ target: bare.target, deviceId: 1n });
      await client.arbitrate(1n);
      running = { bare, client };
      return { client, schema: buildSchema(program.p4info) };
    },
    // A load takes milliseconds here.
    clearRegisters: async () => false,
    send: async (packets) =>
      (running?.bare.send(packets) ?? []).map(({ port, bytes }) => ({ port, bytes: bytes.slice() })),
    takeDigests: async () => running?.bare.takeDigests() ?? [],
    close: end,
  };
}
