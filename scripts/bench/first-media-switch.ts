/**
 * A process of its own, in a network namespace: a switch on interfaces 1 (uplink) and 2 (server) that notes, for each stream by its port at
 * the server, when it let the reply to SETUP pass, got its entry, and got and sent the first packet of media. Says them when it is asked.
 */

import { createInterface } from 'node:readline';
import { withTable } from '../../bmv2-tests/harness/table-driver.ts';
import { CPU_PORT } from '../../controller/pipeline/index.ts';
import { makeEngineDevice, SwitchPorts, startServer } from '../../switch/server/index.ts';
import { uint16 } from '../../wire/index.ts';

/** Milliseconds of one clock; undefined: it did not happen. */
export type Stream = {
  reply?: number;
  entry?: number;
  media?: number;
  sent?: number;
};

export type Streams = Readonly<Record<number, Stream>>;

const [, , grpc = '', uplink = '', server = ''] = process.argv;
const UPLINK = 1;
const SERVER = 2;
/** Behind Ethernet and IPv6. */
const PAYLOAD_AT = 14 + 40;
const NEXT_AT = 14 + 6;
const UDP = 17;

const streams: Record<number, Stream> = {};

function note(port: number, what: keyof Stream): void {
  const there = streams[port] ?? {};
  streams[port] = there;
  there[what] ??= performance.now();
}

/** The port at the server of a reply to SETUP. */
function repliedPort(frame: Uint8Array): number | undefined {
  const text = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  const at = text.indexOf('server_port=', PAYLOAD_AT);
  return at < 0 ? undefined : Number.parseInt(text.toString('latin1', at + 12, at + 17), 10);
}

function mediaPort(frame: Uint8Array): number | undefined {
  return frame[NEXT_AT] === UDP ? uint16(frame, PAYLOAD_AT + 2) : undefined;
}

const ports = new SwitchPorts((message) => process.stderr.write(`${message}\n`));
const engine = makeEngineDevice({
  cpuPort: CPU_PORT,
  ports: () => ports.names(),
  // What the controller lets in.
  transmit: (packets) => {
    for (const { port, bytes } of packets) leave(port, bytes);
    ports.transmit(packets);
  },
});

function leave(port: number, frame: Uint8Array): void {
  if (port === UPLINK) {
    const replied = repliedPort(frame);
    if (replied !== undefined) note(replied, 'reply');
  } else if (port === SERVER) {
    const media = mediaPort(frame);
    if (media !== undefined) note(media, 'sent');
  }
}

const timed: typeof engine = {
  ...engine,
  forward: (source, transmit) =>
    engine.forward(
      (limit, take) =>
        source(limit, (port, memory, start, length) => {
          const frame = memory.u8.subarray(start, start + length);
          const media = port === UPLINK ? mediaPort(frame) : undefined;
          if (media !== undefined) note(media, 'media');
          take(port, memory, start, length);
        }),
      (port, memory, start, length) => {
        leave(port, memory.u8.subarray(start, start + length));
        transmit(port, memory, start, length);
      },
    ),
};

/** The switch, which notes when an entry of `announced_flows` is there. */
const observed = withTable(timed, 'announced_flows', (table) => {
  const place = table.keys.findIndex(({ name }) => name === 'destination_port');
  return {
    ...table,
    insert: (entry) => {
      const change = table.insert(entry);
      const match = entry.matches[place];
      if (change.ok && match?.kind === 'ternary') {
        note(
          match.value.reduce((value, byte) => (value << 8) | byte, 0),
          'entry',
        );
      }
      return change;
    },
  };
});

await startServer({ device: observed, ports, deviceId: 1n, address: grpc });
ports.open(timed, [
  { port: UPLINK, source: { kind: 'interface', name: uplink } },
  { port: SERVER, source: { kind: 'interface', name: server } },
]);
process.stdout.write('listens\n');
for await (const _ of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(streams)}\n`);
process.exit(0);
