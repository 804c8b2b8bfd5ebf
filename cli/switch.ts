/** `moor switch`: the embedded switch behind P4Runtime. The work is in run-switch.ts. */

import { homedir } from 'node:os';
import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NumberedSource } from '../switch/server/index.ts';
import { wholeNumber } from './p4runtime/target-options.ts';
import { addSourceOptions, type ReportOptions, type SourceOptions } from './source-options.ts';

export type SwitchOptions = SourceOptions &
  ReportOptions & {
    readonly grpc: string;
    readonly deviceId: bigint;
    readonly interface: readonly NumberedSource[];
    readonly cpuPort?: number;
    readonly dropPort?: number;
    readonly sendBy: 'auto' | 'xdp' | 'packet';
    readonly optimization: 'none' | 'speed';
    readonly cache: string | false;
    readonly p4info?: string;
    readonly tlsCert?: string;
    readonly tlsKey?: string;
    readonly tlsClientCa?: string;
  };

/** Where things are kept that can be made again: the place that the XDG base directories have for it. */
function cacheDirectory(): string {
  const { XDG_CACHE_HOME: own } = process.env;
  return path.join(own === undefined || !path.isAbsolute(own) ? path.join(homedir(), '.cache') : own, 'moor');
}

export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 0xffff_ffff) throw new InvalidArgumentError('write a port number');
  return port;
}

function collectPort(text: string, before: readonly NumberedSource[]): readonly NumberedSource[] {
  const [, number, rest = ''] = /^(\d+)[=@](.+)$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('write PORT=INTERFACE or PORT=pcap:IN,OUT');
  const port = portNumber(number);
  if (before.some((one) => one.port === port)) throw new InvalidArgumentError(`port ${port} is given twice`);
  if (!rest.startsWith('pcap:')) return [...before, { port, source: { kind: 'interface', name: rest } }];
  const [input = '', output = '', ...more] = rest.slice('pcap:'.length).split(',');
  if (more.length > 0 || (input === '' && output === '')) {
    throw new InvalidArgumentError('write pcap:IN,OUT; either file may be left out');
  }
  return [
    ...before,
    {
      port,
      source: {
        kind: 'pcap',
        input: input === '' ? undefined : input,
        output: output === '' ? undefined : output,
      },
    },
  ];
}

/** Adds the command. `finish` takes the exit code. */
export function addSwitchCommand(program: Command, finish: (code: number) => void): void {
  const command = program
    .command('switch')
    .description('run the embedded switch, controlled over P4Runtime')
    .argument(
      '[program]',
      'a P4 source file, or BMv2 JSON (then with --p4info); without it, a controller brings one',
    )
    .option('--grpc <host:port>', 'where controllers connect; port 0 takes a free one', '127.0.0.1:9559')
    .addOption(
      new Option('--device-id <number>', 'what controllers call it').argParser(wholeNumber).default(1n, '1'),
    )
    .option(
      '-i, --interface <port=what>',
      'a port: an interface of this machine, or pcap:IN,OUT (may be repeated)',
      collectPort,
      [],
    )
    .addOption(
      new Option('--cpu-port <number>', 'the port of packet-in and packet-out').argParser(portNumber),
    )
    .addOption(
      new Option('--drop-port <number>', 'the port that means drop; 511 unless said').argParser(portNumber),
    )
    .addOption(
      new Option(
        '--send-by <what>',
        'what interfaces send by: AF_XDP, AF_PACKET, or auto: AF_XDP over veth where nothing on the way is missed',
      )
        .choices(['auto', 'xdp', 'packet'])
        .default('auto'),
    )
    .addOption(
      new Option('--optimization <what>', 'none: programs start in a moment, and run slower')
        .choices(['none', 'speed'])
        .default('speed'),
    )
    .option(
      '--cache <directory>',
      'where optimized programs are kept, so that they start sooner next time',
      cacheDirectory(),
    )
    .option('--no-cache', 'keep nothing')
    .option('--p4info <file>', 'the P4Info of a JSON program')
    .option('--tls-cert <file>', 'serve with TLS: the certificate (PEM)')
    .option('--tls-key <file>', 'its private key')
    .option('--tls-client-ca <file>', 'take only clients with a certificate of this authority (mTLS)');
  addSourceOptions(command)
    .addHelpText(
      'after',
      `
Prints 'P4Runtime at HOST:PORT' on standard output when it listens, and runs until SIGINT or SIGTERM.
Interfaces take CAP_NET_RAW (run it as root, or setcap cap_net_raw+ep on node).
AF_XDP takes less time for a frame, and goes around queueing disciplines, filters and captures (tcpdump) on the way out. So
'auto' uses it over veth only, and not while one of these is seen there; filters of nftables' egress hook and of tcx
are not seen: with those, '--send-by packet'.

Examples:
  moor switch --grpc 127.0.0.1:9559 -i 0=veth0 -i 1=veth2 --cpu-port 255
  moor switch forward.p4 -i 0=pcap:in.pcap,out0.pcap -i 1=pcap:,out1.pcap
  moor switch forward.json --p4info forward.p4info.txtpb -i 0=eth1 --tls-cert s.pem --tls-key s.key`,
    )
    .action(async (file: string | undefined, options: SwitchOptions) => {
      const { runSwitch } = await import('./run-switch.ts');
      finish(await runSwitch(file, options));
    });
}
