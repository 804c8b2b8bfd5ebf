/** `moor tables`: the tables of a P4Runtime target and their entries. The work is in p4runtime/table-commands.ts. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { TargetOptions } from './p4runtime/session.ts';
import { addTargetOptions } from './p4runtime/target-options.ts';

/** What an entry is written with. */
export type EntryOptions = TargetOptions & {
  readonly action?: string;
  readonly param: readonly string[];
  readonly member?: number;
  readonly group?: number;
  readonly priority: number;
  readonly idleTimeout?: bigint;
  readonly metadata?: Uint8Array;
  readonly default?: boolean;
};

/** How entries are read. */
export type DumpOptions = TargetOptions & {
  readonly counters?: boolean;
  readonly priority: number;
  readonly default?: boolean;
};

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

export function smallNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0xffff_ffff) throw new InvalidArgumentError('write a whole number');
  return value;
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

function duration(text: string): bigint {
  const [, number, unit = 'ns'] = /^(\d+)(ns|us|ms|s|m|h)?$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (number === undefined || factor === undefined)
    throw new InvalidArgumentError('write a time, such as 500ms or 30s');
  return BigInt(number) * factor;
}

function hexBytes(text: string): Uint8Array {
  if (!/^([0-9a-f]{2})*$/i.test(text))
    throw new InvalidArgumentError('write bytes in hexadecimal, such as 0a0b');
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

/** Adds the command. `finish` takes the exit code. */
export function addTablesCommand(program: Command, finish: (code: number) => void): void {
  const tables = program
    .command('tables')
    .description('list, read and change the tables of a P4Runtime switch')
    .addHelpText(
      'after',
      `
Works against any P4Runtime target. Fields are written FIELD=MATCH; the last part of a field's name is enough.
A match is a value, ADDRESS/LENGTH (lpm), VALUE&&&MASK (ternary), LOW..HIGH (range) or * (all but exact).

Examples:
  moor tables list --target 127.0.0.1:9559
  moor tables dump ingress.ipv4_lpm --target 127.0.0.1:9559 --json
  moor tables insert ingress.ipv4_lpm dstAddr=10.0.0.0/8 --action ingress.forward -p port=1 --target 127.0.0.1:9559
  moor tables delete ingress.acl src=10.0.0.1 --priority 10 --target 127.0.0.1:9559`,
    );
  const json = (command: Command) => command.option('--json', 'write JSON to standard output');
  const key = (command: Command) =>
    command
      .argument('<table>', 'its name, or the shortest end of it that is unique')
      .argument('[field=match...]', 'the key')
      .addOption(
        new Option('--priority <number>', 'among entries of a ternary table')
          .argParser(smallNumber)
          .default(0),
      )
      .option('--default', 'the default entry instead of one with a key');
  const written = (command: Command) =>
    addTargetOptions(
      key(command)
        .option('-a, --action <name>', 'what to do')
        .option('-p, --param <name=value>', 'a parameter of the action (may be repeated)', collect, [])
        .addOption(
          new Option('--member <number>', 'a member of the action profile instead').argParser(smallNumber),
        )
        .addOption(
          new Option('--group <number>', 'a group of the action selector instead').argParser(smallNumber),
        )
        .addOption(
          new Option('--idle-timeout <time>', 'report the entry when it is idle so long').argParser(duration),
        )
        .addOption(
          new Option('--metadata <hex>', 'bytes that the switch keeps with the entry').argParser(hexBytes),
        ),
      true,
    );

  addTargetOptions(json(tables.command('list').description('which tables the program has')), false).action(
    async (options: TargetOptions) => {
      const { listTables } = await import('./p4runtime/table-commands.ts');
      finish(await listTables(options));
    },
  );
  addTargetOptions(
    json(
      tables
        .command('dump')
        .description('all entries, of some tables or of all')
        .argument('[table...]')
        .option('--counters', 'with direct counters and the time since the last hit, where there are'),
    ),
    false,
  ).action(async (names: string[], options: DumpOptions) => {
    const { dumpTables } = await import('./p4runtime/table-commands.ts');
    finish(await dumpTables(names, options));
  });
  addTargetOptions(
    json(
      key(tables.command('get').description('the entries with a key')).option(
        '--counters',
        'with direct counters and the time since the last hit, where there are',
      ),
    ),
    false,
  ).action(async (table: string, fields: string[], options: DumpOptions) => {
    const { getEntries } = await import('./p4runtime/table-commands.ts');
    finish(await getEntries(table, fields, options));
  });
  for (const kind of ['insert', 'modify'] as const) {
    const description = { insert: 'add an entry', modify: 'give an entry another action' }[kind];
    written(tables.command(kind).description(description)).action(
      async (table: string, fields: string[], options: EntryOptions) => {
        const { writeEntry } = await import('./p4runtime/table-commands.ts');
        finish(await writeEntry(kind, table, fields, options));
      },
    );
  }
  addTargetOptions(key(tables.command('delete').description('take an entry out')), true).action(
    async (table: string, fields: string[], options: EntryOptions) => {
      const { writeEntry } = await import('./p4runtime/table-commands.ts');
      finish(await writeEntry('delete', table, fields, { ...options, param: [] }));
    },
  );
}
