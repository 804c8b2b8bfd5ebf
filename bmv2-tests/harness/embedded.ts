/** The embedded switch behind its P4Runtime server, with packets given to it by hand and time that the test keeps. */

import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { CPU_PORT, cpuSession } from '../../controller/pipeline/index.ts';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import { insert } from '../../p4runtime/entities/index.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import type { PortPacket, Switch } from '../../switch/engine/index.ts';
import { type Device, makeEngineDevice, type ServerTls, startServer } from '../../switch/server/index.ts';
import type { CompiledProgram } from './pipeline-program.ts';

/** One report of the data plane: its fields, each big-endian. */
export type RawDigest = { readonly name: string; readonly fields: readonly Uint8Array[] };

/** A switch with its server; nobody controls it. */
export type BareSwitch = {
  /** HOST:PORT of its server. */
  readonly target: string;
  readonly port: number;
  /** Gives packets to it, one after another: what leaves, in order. Packets for the controller leave by port 510. */
  readonly send: (packets: readonly PortPacket[]) => readonly PortPacket[];
  /** All that has left since packets were given to it last, also by the controller's doing. */
  readonly sent: () => readonly PortPacket[];
  /** What the data plane has reported since the last call. */
  readonly takeDigests: () => readonly RawDigest[];
  /** Lets this many seconds go by, as the switch sees it. */
  readonly pass: (seconds: number) => void;
  /** Lets time stand still but for `pass` until `until` is settled, so that a slow machine is no slow controller. */
  readonly standStill: <T>(until: () => Promise<T>) => Promise<T>;
  /** What runs, for measurements. */
  readonly running: () => Switch | undefined;
  readonly close: () => Promise<void>;
};

/** A switch that runs a program, and a client of it that is primary. */
export type EmbeddedSwitch = BareSwitch & { readonly schema: Schema; readonly client: SwitchClient };

export type BareOptions = {
  /** None: controllers bring one. */
  readonly program?: CompiledProgram;
  /** 0: a free one. */
  readonly port?: number;
  /** `speed` takes seconds to start, and is for hundreds of thousands of packets. */
  readonly optimization?: 'none' | 'speed';
  /**
   * Whether a controller has it: packets for it go to it, instead of leaving by port 510 where a test sees them, and time
   * goes by, so that reports do not wait for ever.
   */
  readonly isControlled?: boolean;
  readonly tls?: ServerTls;
  /** What stands between the server and the switch, such as a driver that does not take all that the server does. */
  readonly driver?: (device: Device) => Device;
};

/** Starts a switch. Its time stands still but for `pass`, unless it is controlled. */
export async function startBare(options: BareOptions = {}): Promise<BareSwitch> {
  setLogVerbosity(logVerbosity.NONE);
  // A clock that has just started would have time 0, which to registers looks like never.
  let passed = 1_000_000_000n;
  let begin = process.hrtime.bigint();
  let isGoing = options.isControlled === true;
  let sent: PortPacket[] = [];
  let digests: RawDigest[] = [];
  const engine = makeEngineDevice({
    ...(options.isControlled === true ? { cpuPort: CPU_PORT } : {}),
    ports: () => new Map(),
    transmit: (packets) => sent.push(...packets),
    clock: () => passed + (isGoing ? process.hrtime.bigint() - begin : 0n),
    optimization: options.optimization ?? 'none',
  });
  const device: typeof engine = {
    ...engine,
    listen: (events) =>
      engine.listen({
        ...events,
        digest: (name, fields) => {
          digests.push({ name, fields });
          events.digest(name, fields);
        },
      }),
  };
  const { program, driver = (same: Device) => same } = options;
  const server = await startServer({
    device: driver(device),
    deviceId: 1n,
    address: `127.0.0.1:${options.port ?? 0}`,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(program === undefined
      ? {}
      : { config: { p4info: program.p4info, p4DeviceConfig: program.json, cookie: undefined } }),
  });
  return {
    target: `127.0.0.1:${server.port}`,
    port: server.port,
    send: (packets) => {
      sent = [];
      engine.receive(packets);
      return sent;
    },
    sent: () => sent,
    takeDigests: () => {
      const taken = digests;
      digests = [];
      return taken;
    },
    pass: (seconds) => {
      passed += BigInt(Math.round(seconds * 1e9));
    },
    standStill: async (until) => {
      const wasGoing = isGoing;
      if (wasGoing) passed += process.hrtime.bigint() - begin;
      isGoing = false;
      try {
        return await until();
      } finally {
        begin = process.hrtime.bigint();
        isGoing = wasGoing;
      }
    },
    running: engine.running,
    close: () => server.close(),
  };
}

/** Starts a switch with a program and a client that is primary. */
export async function startEmbedded(
  program: CompiledProgram,
  optimization: 'none' | 'speed' = 'none',
): Promise<EmbeddedSwitch> {
  const bare = await startBare({ program, optimization });
  const client = new SwitchClient({ target: bare.target, deviceId: 1n });
  await client.arbitrate(1n);
  await client.write([insert(cpuSession())]);
  return {
    ...bare,
    schema: buildSchema(program.p4info),
    client,
    close: async () => {
      client.close();
      await bare.close();
    },
  };
}
