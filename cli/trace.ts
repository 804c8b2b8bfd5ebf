/** `moor trace`: what happens to a packet, and why. The work is in trace-packets.ts, loaded when it runs. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TargetOptions } from './p4runtime/session.ts';
import { addTargetOptions } from './p4runtime/target-options.ts';
import { collect, collectDefine, type SourceOptions } from './source-options.ts';
import { portNumber } from './switch.ts';

/** What the user asked for; without a target, those of its options that say nothing stay as they are. */
export type TraceOptions = SourceOptions &
  Omit<TargetOptions, 'target'> & {
    readonly target?: string;
    readonly entries: readonly string[];
    readonly hex: readonly Uint8Array[];
    readonly pcap: readonly string[];
    readonly port: number;
    readonly p4info?: string;
    readonly portName: readonly (readonly [number, string])[];
    readonly cpuPort?: number;
    readonly dropPort?: number;
    readonly color: boolean;
  };

function collectHex(text: string, before: readonly Uint8Array[]): readonly Uint8Array[] {
  const digits = text.replaceAll(/[\s:.]/g, '').replace(/^0x/i, '');
  if (!/^[0-9a-f]*$/i.test(digits)) throw new InvalidArgumentError('write bytes in hexadecimal');
  if (digits.length % 2 !== 0)
    throw new InvalidArgumentError(`write two hexadecimal digits for each byte: there are ${digits.length}`);
  return [...before, Uint8Array.from(Buffer.from(digits, 'hex'))];
}

function collectName(
  text: string,
  before: readonly (readonly [number, string])[],
): readonly (readonly [number, string])[] {
  const [, number = '', name = ''] = /^(\d+)[=@](.+)$/.exec(text) ?? [];
  if (name === '') throw new InvalidArgumentError('write PORT=NAME');
  return [...before, [portNumber(number), name]];
}

/** Adds the command. `finish` takes the exit code. */
export function addTraceCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('trace')
    .description('explain what happens to a packet, in a program or in a running switch')
    .argument('[program]', 'a P4 source file or BMv2 JSON; or --target, for what a running switch has')
    .option(
      '-e, --entries <file>',
      'what the tables have: STF, or a P4Runtime WriteRequest (may be repeated)',
      collect,
      [],
    )
    .option('-x, --hex <bytes>', 'a packet in hexadecimal (may be repeated)', collectHex, [])
    .option('--pcap <file>', 'all packets of a capture file (may be repeated)', collect, [])
    .addOption(
      new Option('-p, --port <number>', 'the port that the packets come in by')
        .argParser(portNumber)
        .makeOptionMandatory(),
    )
    .option('--p4info <file>', 'the P4Info of a JSON program, for entries of P4Runtime')
    .option('-I, --include <directory>', 'look for included files here too (may be repeated)', collect, [])
    .option('-D, --define <name[=value]>', 'define a macro (may be repeated)', collectDefine, [])
    .addOption(
      new Option('--cpu-port <number>', 'the port of packet-in and packet-out').argParser(portNumber),
    )
    .addOption(
      new Option('--drop-port <number>', 'the port that means drop; 511 unless said').argParser(portNumber),
    )
    .option(
      '--port-name <port=name>',
      'what the control plane calls a port, where it has names for them (may be repeated)',
      collectName,
      [],
    )
    .option('--json', 'a JSON document a line for each packet, as docs/trace.schema.json says')
    .option('--no-color', 'no colours (NO_COLOR works too)');
  addTargetOptions(command, false, false)
    .addHelpText(
      'after',
      `
Shows parser states, lookups with their keys, the entry that was hit or the one that came nearest, actions with
their parameters, what changed, copies, drops and outputs. Packets are taken one after another by one switch, so
that registers and counters keep what earlier ones left.

Entries are read by the ending of the file: .txtpb, .txt, .pbtxt, .textproto (text) and .bin, .binpb, .pb (binary)
are a p4.v1.WriteRequest; all others are STF, of which the lines that set something are done: add, setdefault,
mirroring_add, mc_…, register_write, counter_write, meter_set_rates.

With --target the program and all that is in the switch are read over P4Runtime, and the packets are traced in a copy
of it here; the switch itself notices nothing but reads. --entries are added to the copy: what if they were there?

Examples:
  moor trace forward.p4 --entries forward.stf --port 0 --hex '020000000001 020000000002 0800 45…'
  moor trace forward.json --entries routes.stf --port 1 --pcap in.pcap
  moor trace forward.p4 --entries routes.txtpb --port 1 --pcap in.pcap --json | jq .pass
  moor trace --target 127.0.0.1:9559 --port 1 --hex 020000000001020000000002080045…`,
    )
    .action(async (file: string | undefined, options: TraceOptions) => {
      const { tracePackets } = await import('./trace-packets.ts');
      finish(await tracePackets(file, options));
    });
}
