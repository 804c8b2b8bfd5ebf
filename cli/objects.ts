/**
 * `moor counters`, `meters`, `registers`, `members`, `groups`, `multicast`, `clones`, `digests`, `packet-out` and
 * `packet-in`: what a P4Runtime target has beside tables. The work is in p4runtime/object-commands.ts and
 * p4runtime/stream-commands.ts.
 */

import { type Command, Option } from 'commander';
import type { TargetOptions } from './p4runtime/session.ts';
import { addTargetOptions, wholeNumber } from './p4runtime/target-options.ts';
import { smallNumber } from './tables.ts';

export type Verb = 'insert' | 'modify' | 'delete';

export type CounterOptions = TargetOptions & { readonly packets: bigint; readonly bytes: bigint };

export type MeterOptions = TargetOptions & {
  readonly cir?: bigint;
  readonly cburst?: bigint;
  readonly pir?: bigint;
  readonly pburst?: bigint;
  readonly eburst?: bigint;
};

export type MeterReadOptions = TargetOptions & { readonly colors?: boolean };

export type MemberOptions = TargetOptions & { readonly action?: string; readonly param: readonly string[] };

export type GroupOptions = TargetOptions & { readonly maxSize: number };

export type CloneOptions = TargetOptions & { readonly truncate: number; readonly class: number };

export type WatchOptions = TargetOptions & {
  readonly count?: number;
  readonly maxList: number;
  readonly maxWait: number;
};

type Finish = (code: number) => void;

const objects = () => import('./p4runtime/object-commands.ts');
const streams = () => import('./p4runtime/stream-commands.ts');

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function family(program: Command, name: string, description: string, examples: string): Command {
  return program.command(name).description(description).addHelpText('after', `\nExamples:\n${examples}`);
}

const PROFILE = 'its name, or an end of it that is unique';

const reading = (command: Command): Command =>
  addTargetOptions(command.option('--json', 'write JSON to standard output'), false);
const writing = (command: Command): Command => addTargetOptions(command, true);

/** Adds the commands. `finish` takes the exit code. */
export function addObjectCommands(program: Command, finish: Finish): void {
  addCounters(program, finish);
  addMeters(program, finish);
  addRegisters(program, finish);
  addMembers(program, finish);
  addGroups(program, finish);
  addReplication(program, finish);
  addStreamCommands(program, finish);
}

function addCounters(program: Command, finish: Finish): void {
  const counters = family(
    program,
    'counters',
    'read and set the indexed counters of a P4Runtime switch',
    `  moor counters get --target 127.0.0.1:9559                       all of them
  moor counters get ingress.packets 3 --target 127.0.0.1:9559
  moor counters set ingress.packets 3 --packets 0 --bytes 0 --target 127.0.0.1:9559`,
  );
  reading(
    counters
      .command('get')
      .description('packets and bytes')
      .argument('[name]')
      .argument('[index]', '', wholeNumber),
  ).action(async (name: string | undefined, index: bigint | undefined, options: TargetOptions) => {
    finish(await (await objects()).getCounters(name, index, options));
  });
  const number = (flag: string, what: string) =>
    new Option(flag, what).argParser(wholeNumber).default(0n, '0');
  writing(
    counters
      .command('set')
      .description('set one, or all of an array')
      .argument('<name>')
      .argument('[index]', '', wholeNumber)
      .addOption(number('--packets <number>', 'packets'))
      .addOption(number('--bytes <number>', 'bytes')),
  ).action(async (name: string, index: bigint | undefined, options: CounterOptions) => {
    finish(await (await objects()).setCounter(name, index, options));
  });
}

function addMeters(program: Command, finish: Finish): void {
  const meters = family(
    program,
    'meters',
    'read and configure the indexed meters of a P4Runtime switch',
    `  moor meters get ingress.police --target 127.0.0.1:9559
  moor meters get ingress.police 3 --colors --target 127.0.0.1:9559
  moor meters set ingress.police 3 --cir 125000 --cburst 3000 --pir 250000 --pburst 6000 --target 127.0.0.1:9559
  moor meters reset ingress.police 3 --target 127.0.0.1:9559     every packet is green`,
  );
  reading(
    meters
      .command('get')
      .description('configurations')
      .argument('[name]')
      .argument('[index]', '', wholeNumber)
      .option('--colors', 'also how many packets and bytes were green, yellow and red'),
  ).action(async (name: string | undefined, index: bigint | undefined, options: MeterReadOptions) => {
    finish(await (await objects()).getMeters(name, index, options));
  });
  const rate = (flag: string, what: string) => new Option(flag, what).argParser(wholeNumber);
  writing(
    meters
      .command('set')
      .description('configure one, or all of an array; units are packets or bytes, as the program says')
      .argument('<name>')
      .argument('[index]', '', wholeNumber)
      .addOption(rate('--cir <number>', 'committed rate, units a second').makeOptionMandatory())
      .addOption(rate('--cburst <number>', 'committed burst, units').makeOptionMandatory())
      .addOption(rate('--pir <number>', 'peak rate; without it, the committed one'))
      .addOption(rate('--pburst <number>', 'peak burst; without it, the committed one'))
      .addOption(rate('--eburst <number>', 'excess burst, of single-rate three-color meters')),
  ).action(async (name: string, index: bigint | undefined, options: MeterOptions) => {
    finish(await (await objects()).setMeter(name, index, options));
  });
  writing(
    meters
      .command('reset')
      .description('back to the default: every packet is green')
      .argument('<name>')
      .argument('[index]', '', wholeNumber),
  ).action(async (name: string, index: bigint | undefined, options: TargetOptions) => {
    finish(await (await objects()).setMeter(name, index, options));
  });
}

function addRegisters(program: Command, finish: Finish): void {
  const registers = family(
    program,
    'registers',
    'read and set the registers of a P4Runtime switch',
    `  moor registers get ingress.seen --target 127.0.0.1:9559 --json
  moor registers set ingress.seen 3 0x2a --target 127.0.0.1:9559`,
  );
  reading(
    registers
      .command('get')
      .description('values of one, or of all')
      .argument('[name]')
      .argument('[index]', '', wholeNumber),
  ).action(async (name: string | undefined, index: bigint | undefined, options: TargetOptions) => {
    finish(await (await objects()).getRegisters(name, index, options));
  });
  writing(
    registers
      .command('set')
      .description('set one; an index of * sets all')
      .argument('<name>')
      .argument('<index>')
      .argument('<value>', 'a number, true or false'),
  ).action(async (name: string, index: string, value: string, options: TargetOptions) => {
    finish(await (await objects()).setRegister(name, index, value, options));
  });
}

function addMembers(program: Command, finish: Finish): void {
  const members = family(
    program,
    'members',
    'read and change the members of action profiles',
    `  moor members list --target 127.0.0.1:9559
  moor members insert ingress.next_hops 7 --action ingress.forward -p port=2 --target 127.0.0.1:9559`,
  );
  reading(
    members.command('list').description('all of a profile, or of all').argument('[profile]', PROFILE),
  ).action(async (profile: string | undefined, options: TargetOptions) => {
    finish(await (await objects()).listMembers(profile, options));
  });
  for (const verb of ['insert', 'modify', 'delete'] as const) {
    const command = members
      .command(verb)
      .description(`${verb} a member`)
      .argument('<profile>', PROFILE)
      .argument('<number>', '', smallNumber);
    if (verb !== 'delete') {
      command
        .requiredOption('-a, --action <name>', 'what to do')
        .option('-p, --param <name=value>', 'a parameter of the action (may be repeated)', collect, []);
    }
    writing(command).action(async (profile: string, id: number, options: MemberOptions) => {
      finish(await (await objects()).writeMember(verb, profile, id, options));
    });
  }
}

function addGroups(program: Command, finish: Finish): void {
  const groups = family(
    program,
    'groups',
    'read and change the groups of action selectors',
    `  moor groups list --target 127.0.0.1:9559
  moor groups insert ingress.ecmp 1 7 8x3 9@2 --max-size 8 --target 127.0.0.1:9559
    member 7, member 8 with weight 3, and member 9 as long as port 2 is up`,
  );
  reading(
    groups.command('list').description('all of a selector, or of all').argument('[selector]', PROFILE),
  ).action(async (selector: string | undefined, options: TargetOptions) => {
    finish(await (await objects()).listGroups(selector, options));
  });
  for (const verb of ['insert', 'modify', 'delete'] as const) {
    const command = groups
      .command(verb)
      .description(`${verb} a group`)
      .argument('<selector>', PROFILE)
      .argument('<number>', '', smallNumber);
    if (verb !== 'delete') {
      command
        .argument('[member[xWEIGHT][@PORT]...]')
        .addOption(
          new Option('--max-size <number>', 'how large it may become; stays as it is inserted')
            .argParser(smallNumber)
            .default(0),
        );
      writing(command).action(
        async (selector: string, id: number, members: string[], options: GroupOptions) => {
          finish(await (await objects()).writeGroup(verb, selector, id, members, options));
        },
      );
    } else {
      writing(command).action(async (selector: string, id: number, options: TargetOptions) => {
        finish(await (await objects()).writeGroup(verb, selector, id, [], { ...options, maxSize: 0 }));
      });
    }
  }
}

function addReplication(program: Command, finish: Finish): void {
  const multicast = family(
    program,
    'multicast',
    'read and change multicast groups',
    `  moor multicast list --target 127.0.0.1:9559
  moor multicast insert 1 1 2 3/7 --target 127.0.0.1:9559       port 3 with instance 7`,
  );
  const clones = family(
    program,
    'clones',
    'read and change clone sessions (mirroring)',
    `  moor clones list --target 127.0.0.1:9559
  moor clones insert 100 255 --truncate 128 --target 127.0.0.1:9559`,
  );
  for (const [name, command] of Object.entries({ multicast, clones })) {
    const kind = name === 'clones' ? 'clones' : 'multicast';
    reading(command.command('list').description('all of them')).action(async (options: TargetOptions) => {
      finish(await (await objects()).listReplication(kind, options));
    });
    for (const verb of ['insert', 'modify'] as const) {
      const made = command
        .command(verb)
        .description(`${verb} one`)
        .argument('<number>', '', smallNumber)
        .argument('[port[/INSTANCE]...]');
      if (kind === 'clones') {
        made
          .addOption(
            new Option('--truncate <bytes>', 'cut clones to this length').argParser(smallNumber).default(0),
          )
          .addOption(new Option('--class <number>', 'class of service').argParser(smallNumber).default(0));
      }
      writing(made).action(async (id: number, ports: string[], options: CloneOptions) => {
        finish(await (await objects()).writeReplication(kind, verb, id, ports, options));
      });
    }
    writing(command.command('delete').description('delete one').argument('<number>', '', smallNumber)).action(
      async (id: number, options: TargetOptions) => {
        finish(
          await (await objects()).writeReplication(kind, 'delete', id, [], {
            ...options,
            truncate: 0,
            class: 0,
          }),
        );
      },
    );
  }
}

function addStreamCommands(program: Command, finish: Finish): void {
  const digests = family(
    program,
    'digests',
    'watch the digests of a P4Runtime switch',
    `  moor digests list --target 127.0.0.1:9559
  moor digests watch mac_learn_t --target 127.0.0.1:9559 --count 10 --json`,
  );
  reading(digests.command('list').description('which there are, and which are switched on')).action(
    async (options: TargetOptions) => {
      finish(await (await streams()).listDigests(options));
    },
  );
  writing(
    digests
      .command('watch')
      .description('switch one on, show its lists as they come, and switch it off again')
      .argument('<name>')
      .option('--json', 'one JSON object a line')
      .addOption(new Option('--count <number>', 'end after so many digests').argParser(smallNumber))
      .addOption(new Option('--max-list <number>', 'digests in a list').argParser(smallNumber).default(100))
      .addOption(
        new Option('--max-wait <ms>', 'how long a list may wait').argParser(smallNumber).default(100),
      ),
  ).action(async (name: string, options: WatchOptions) => {
    finish(await (await streams()).watchDigests(name, options));
  });
  writing(
    family(
      program,
      'packet-out',
      'send a packet into a P4Runtime switch as its controller',
      '  moor packet-out 020000000002020000000001080045000014 port=1 process=0 --target 127.0.0.1:9559\n  moor packet-out 020000000002020000000001080045000014 port=1 process=1 --target 127.0.0.1:9559',
    )
      .argument('<hex>', 'the bytes of the packet')
      .argument('[field=value...]', 'the metadata of the packet-out header; padding is 0 unless said'),
  ).action(async (hex: string, fields: string[], options: TargetOptions) => {
    finish(await (await streams()).sendPacket(hex, fields, options));
  });
  writing(
    family(
      program,
      'packet-in',
      'show packets that a P4Runtime switch sends to its controller',
      '  moor packet-in --target 127.0.0.1:9559 --count 1 --json\n  moor packet-in --target 127.0.0.1:9559',
    )
      .option('--json', 'one JSON object a line')
      .addOption(new Option('--count <number>', 'end after so many packets').argParser(smallNumber)),
  ).action(async (options: WatchOptions) => {
    finish(await (await streams()).watchPackets(options));
  });
}
