/**
 * The packet tests of P4 tools (STF, "simple test framework"): one command a line, `#` starts a comment.
 *
 *     add TABLE [PRIORITY] FIELD:VALUE … ACTION(PARAMETER:VALUE …) [= NAME]
 *     setdefault TABLE ACTION(PARAMETER:VALUE …)
 *     remove all
 *     packet PORT HEX                     expect PORT [HEX]
 *     check_counter COUNTER(INDEX) [packets|bytes OPERATOR NUMBER]
 *     wait                                no_packet
 *     mirroring_add SESSION PORT          mirroring_add_mc SESSION GROUP
 *     mirroring_delete SESSION            mirroring_get SESSION
 *     mc_mgrp_create GROUP                mc_node_create RID PORT …
 *     mc_node_update NODE PORT …          mc_node_associate GROUP NODE
 *     counter_read ARRAY INDEX            counter_write ARRAY INDEX PACKETS BYTES
 *     register_read ARRAY INDEX           register_write ARRAY INDEX VALUE      register_reset ARRAY
 *     meter_get_rates ARRAY INDEX         meter_set_rates ARRAY INDEX RATE:BURST …
 *     meter_array_set_rates ARRAY RATE:BURST …
 *
 * In expected packets `*` stands for any digit, and `$` at the end for "no more bytes". Values may have `*` for digits
 * that do not matter, and `/LENGTH` for prefixes.
 */

/** Says what is wrong in a test, and on which line. */
export class StfError extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.name = 'StfError';
    this.line = line;
  }
}

/** A name and a value, as written. */
export type Assignment = { readonly name: string; readonly value: string };

/** An action and its arguments. */
export type StfAction = { readonly name: string; readonly arguments: readonly Assignment[] };

/** Rate in tokens a microsecond, and burst, as the command line of BMv2 takes them. */
export type StfRate = { readonly rate: number; readonly burst: number };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What a line asks for. */
export type StfCommand = { readonly line: number } & (
  | {
      readonly kind: 'add';
      readonly table: string;
      readonly priority: number | undefined;
      readonly matches: readonly Assignment[];
      readonly action: StfAction;
      readonly name: string | undefined;
    }
  | { readonly kind: 'setdefault'; readonly table: string; readonly action: StfAction }
  | { readonly kind: 'removeAll' | 'wait' | 'noPacket' }
  | { readonly kind: 'packet'; readonly port: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'expect';
      readonly port: number;
      /** Digits and `*`; nothing: whatever comes. */
      readonly digits: string | undefined;
      /** Whether the packet ends where the digits end. */
      readonly whole: boolean;
    }
  | {
      readonly kind: 'checkCounter';
      readonly counter: string;
      readonly index: string;
      readonly check: {
        readonly unit: 'packets' | 'bytes';
        readonly comparison: Comparison;
        readonly value: number;
      };
    }
  | { readonly kind: 'mirroringAdd'; readonly session: number; readonly port: number }
  | { readonly kind: 'mirroringAddGroup'; readonly session: number; readonly group: number }
  | { readonly kind: 'mirroringDelete' | 'mirroringGet'; readonly session: number }
  | { readonly kind: 'groupCreate'; readonly group: number }
  | { readonly kind: 'nodeCreate'; readonly replicationId: number; readonly ports: readonly number[] }
  | { readonly kind: 'nodeUpdate'; readonly node: number; readonly ports: readonly number[] }
  | { readonly kind: 'nodeAssociate'; readonly group: number; readonly node: number }
  | {
      readonly kind: 'counterRead' | 'registerRead' | 'meterRead';
      readonly array: string;
      readonly index: number;
    }
  | {
      readonly kind: 'counterWrite';
      readonly array: string;
      readonly index: number;
      readonly packets: bigint;
      readonly bytes: bigint;
    }
  | {
      readonly kind: 'registerWrite';
      readonly array: string;
      readonly index: number;
      readonly value: bigint;
    }
  | { readonly kind: 'registerReset'; readonly array: string }
  | {
      readonly kind: 'meterSet';
      readonly array: string;
      /** Nothing: all of the array. */
      readonly index: number | undefined;
      readonly rates: readonly StfRate[];
    }
);

/** A number in decimal, hexadecimal, octal or binary. */
export function parseNumber(text: string): bigint | undefined {
  return /^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/.test(text) ? BigInt(text) : undefined;
}

class Line {
  readonly number: number;
  readonly words: readonly string[];
  readonly rest: string;

  constructor(number: number, text: string) {
    this.number = number;
    const [, ...words] = text.split(/\s+/);
    this.words = words;
    this.rest = text.replace(/^\S+\s*/, '');
  }

  fail(problem: string): never {
    throw new StfError(this.number, problem);
  }

  /** The line has so many words behind the command. */
  count(count: number): void {
    if (this.words.length !== count) {
      this.fail(`expected ${count} words behind the command, found ${this.words.length}`);
    }
  }

  word(index: number): string {
    return this.words[index] ?? this.fail('the line ends too early');
  }

  big(index: number): bigint {
    const word = this.word(index);
    return parseNumber(word) ?? this.fail(`expected a number, found '${word}'`);
  }

  integer(index: number): number {
    const value = this.big(index);
    return value <= 0xffff_ffffn ? Number(value) : this.fail(`${value} is too large`);
  }

  integers(from: number): readonly number[] {
    return this.words.slice(from).map((_, index) => this.integer(from + index));
  }
}

const NAME = String.raw`"[^"]+"|[A-Za-z_$][\w$]*(?:\[\d+\])?(?:\.[A-Za-z_$][\w$]*(?:\[\d+\])?)*`;

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name;
}

function parseAction(line: Line, text: string): StfAction {
  const match = new RegExp(`^(${NAME})\\s*\\(([^)]*)\\)$`).exec(text.trim());
  if (match === null)
    return line.fail(`expected an action with its arguments in parentheses, found '${text}'`);
  const list = (match[2] ?? '').trim();
  const parsed: Assignment[] = [];
  let rest = list;
  while (rest !== '') {
    // Between arguments stands a comma or just space.
    const argument = /^("[^"]+"|[\w$.]+)\s*:\s*([^\s,]+)\s*,?\s*/.exec(rest);
    if (argument === null) return line.fail(`expected PARAMETER:VALUE, found '${rest}'`);
    parsed.push({ name: unquote(argument[1] ?? ''), value: argument[2] ?? '' });
    rest = rest.slice(argument[0].length);
  }
  return { name: unquote(match[1] ?? ''), arguments: parsed };
}

function parseAdd(line: Line): StfCommand {
  const head = new RegExp(`^(${NAME})\\s*`).exec(line.rest);
  if (head === null) return line.fail('expected the name of a table');
  let rest = line.rest.slice(head[0].length);
  const priority = /^(\d+)(?=\s)\s*/.exec(rest);
  if (priority !== null) rest = rest.slice(priority[0].length);
  const matches: Assignment[] = [];
  const field = new RegExp(`^(${NAME})\\s*:\\s*([0-9a-zA-Z*/.&]+)\\s*`);
  for (let match = field.exec(rest); match !== null; match = field.exec(rest)) {
    matches.push({ name: unquote(match[1] ?? ''), value: match[2] ?? '' });
    rest = rest.slice(match[0].length);
  }
  const named = /\)\s*=\s*([\w$]+)\s*$/.exec(rest);
  if (named !== null) rest = rest.slice(0, named.index + 1);
  return {
    line: line.number,
    kind: 'add',
    table: unquote(head[1] ?? ''),
    priority: priority === null ? undefined : Number(priority[1]),
    matches,
    action: parseAction(line, rest),
    name: named?.[1],
  };
}

function parsePort(line: Line): number {
  const port = line.word(0);
  return /^\d+$/.test(port) ? Number(port) : line.fail(`expected a port, found '${port}'`);
}

function parseExpect(line: Line): StfCommand {
  const port = parsePort(line);
  const text = line.words.slice(1).join('');
  if (!/^[0-9a-fA-F*]*\$?$/.test(text)) {
    line.fail('an expected packet has hexadecimal digits and *, and perhaps $ at its end');
  }
  const whole = text.endsWith('$');
  const digits = (whole ? text.slice(0, -1) : text).toLowerCase();
  return {
    line: line.number,
    kind: 'expect',
    port,
    digits: text === '' ? undefined : digits,
    whole,
  };
}

function parseCheckCounter(line: Line): StfCommand {
  const match = new RegExp(
    `^(${NAME})\\s*\\(\\s*([\\w$]+)\\s*\\)\\s*(?:(packets|bytes)\\s*(==|!=|<=|<|>=|>)\\s*(\\d+))?$`,
    'i',
  ).exec(line.rest.trim());
  if (match === null)
    return line.fail('expected COUNTER(INDEX), and perhaps packets or bytes, a comparison and a number');
  const comparisons: readonly Comparison[] = ['==', '!=', '<', '<=', '>', '>='];
  return {
    line: line.number,
    kind: 'checkCounter',
    counter: unquote(match[1] ?? ''),
    index: match[2] ?? '',
    check: {
      unit: match[3]?.toLowerCase() === 'bytes' ? 'bytes' : 'packets',
      comparison: comparisons.find((one) => one === match[4]) ?? '==',
      value: Number(match[5] ?? 0),
    },
  };
}

function parseRates(line: Line, from: number): readonly StfRate[] {
  const rates = line.words.slice(from).map((word) => {
    const match = /^(\d+(?:\.\d+)?):(\d+)$/.exec(word);
    if (match === null) return line.fail(`expected RATE:BURST, found '${word}'`);
    return { rate: Number(match[1]), burst: Number(match[2]) };
  });
  if (rates.length < 1 || rates.length > 2) line.fail('expected one or two pairs of RATE:BURST');
  return rates;
}

function parseLine(line: Line, command: string): StfCommand | undefined {
  const at = { line: line.number };
  switch (command) {
    case 'add':
      return parseAdd(line);
    case 'setdefault': {
      const head = new RegExp(`^(${NAME})\\s+`).exec(line.rest);
      if (head === null) return line.fail('expected the name of a table');
      const action = parseAction(line, line.rest.slice(head[0].length));
      return { ...at, kind: 'setdefault', table: unquote(head[1] ?? ''), action };
    }
    case 'remove':
      if (line.rest.trim().toLowerCase() !== 'all') line.fail("only 'remove all' is known");
      return { ...at, kind: 'removeAll' };
    case 'wait':
      return { ...at, kind: 'wait' };
    case 'no_packet':
      return { ...at, kind: 'noPacket' };
    case 'packet': {
      const digits = line.words.slice(1).join('');
      if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits))
        line.fail('a packet has hexadecimal digits, two for each byte');
      return {
        ...at,
        kind: 'packet',
        port: parsePort(line),
        bytes: Uint8Array.from(Buffer.from(digits, 'hex')),
      };
    }
    case 'expect':
      return parseExpect(line);
    case 'check_counter':
      return parseCheckCounter(line);
    case 'mirroring_add':
      line.count(2);
      return { ...at, kind: 'mirroringAdd', session: line.integer(0), port: line.integer(1) };
    case 'mirroring_add_mc':
      line.count(2);
      return { ...at, kind: 'mirroringAddGroup', session: line.integer(0), group: line.integer(1) };
    case 'mirroring_delete':
    case 'mirroring_get':
      line.count(1);
      return {
        ...at,
        kind: command === 'mirroring_get' ? 'mirroringGet' : 'mirroringDelete',
        session: line.integer(0),
      };
    case 'mc_mgrp_create':
      line.count(1);
      return { ...at, kind: 'groupCreate', group: line.integer(0) };
    case 'mc_node_create':
      return { ...at, kind: 'nodeCreate', replicationId: line.integer(0), ports: line.integers(1) };
    case 'mc_node_update':
      return { ...at, kind: 'nodeUpdate', node: line.integer(0), ports: line.integers(1) };
    case 'mc_node_associate':
      line.count(2);
      return { ...at, kind: 'nodeAssociate', group: line.integer(0), node: line.integer(1) };
    case 'counter_read':
    case 'register_read':
    case 'meter_get_rates': {
      line.count(2);
      const kinds = {
        counter_read: 'counterRead',
        register_read: 'registerRead',
        meter_get_rates: 'meterRead',
      } as const;
      return { ...at, kind: kinds[command], array: line.word(0), index: line.integer(1) };
    }
    case 'counter_write':
      line.count(4);
      return {
        ...at,
        kind: 'counterWrite',
        array: line.word(0),
        index: line.integer(1),
        packets: line.big(2),
        bytes: line.big(3),
      };
    case 'register_write':
      line.count(3);
      return {
        ...at,
        kind: 'registerWrite',
        array: line.word(0),
        index: line.integer(1),
        value: line.big(2),
      };
    case 'register_reset':
      line.count(1);
      return { ...at, kind: 'registerReset', array: line.word(0) };
    case 'meter_set_rates':
      return {
        ...at,
        kind: 'meterSet',
        array: line.word(0),
        index: line.integer(1),
        rates: parseRates(line, 2),
      };
    case 'meter_array_set_rates':
      return { ...at, kind: 'meterSet', array: line.word(0), index: undefined, rates: parseRates(line, 1) };
    default:
      return undefined;
  }
}

/**
 * Reads a test.
 * @throws StfError for a line that is no command.
 */
export function parseStf(text: string): readonly StfCommand[] {
  const commands: StfCommand[] = [];
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    const content = whole.replace(/#.*/, '').trim();
    if (content === '') continue;
    const command = (/^\S+/.exec(content)?.[0] ?? '').toLowerCase();
    const line = new Line(index + 1, content);
    commands.push(parseLine(line, command) ?? line.fail(`'${command}' is no command of a packet test`));
  }
  return commands;
}
