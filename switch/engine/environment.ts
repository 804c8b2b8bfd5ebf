/** The state of a program: its tables, arrays and externs, made before the code that works on them. */

import {
  ActionProfile,
  COUNTER_BYTES,
  CounterArray,
  DirectMeters,
  emitMeter,
  HASH_ALGORITHMS,
  type HashUnit,
  METER_BYTES,
  MeterArray,
  makeHash,
  RandomGenerator,
  REFERENCE_BYTES,
  RegisterArray,
  ReplicationEngine,
  ValueSet,
} from '../externs/index.ts';
import {
  type KeyField,
  type Table as MatchTable,
  makeTable,
  type TableDescription,
} from '../tables/index.ts';
import { choose64, type Instance, i64, type LinearMemory, type ModuleBuilder } from '../wasm/index.ts';
import { actionDataBytes, encodeActionData } from './compile/actions.ts';
import type { Environment } from './compile/compile.ts';
import type { ArrayPlace, Frame } from './compile/frame.ts';
import type { TableCode } from './compile/pipelines.ts';
import { missAction } from './compile/specialize.ts';
import {
  Bmv2JsonError,
  type Calculation,
  type ConstEntry,
  type CounterArray as CounterDefinition,
  type EntryMatch,
  type MeterArray as MeterDefinition,
  type ActionProfile as Profile,
  type Program,
  type RegisterArray as RegisterDefinition,
  type Table,
  type TableKey,
  type ValueSet as ValueSetDefinition,
} from './json/index.ts';

/** A number as bytes, big-endian, in as many as its width takes. */
export function bigEndian(value: bigint, bits: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  let rest = BigInt.asUintN(bits, value);
  for (let index = bytes.length - 1; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 0xffn);
  return bytes;
}

/** What the match engines need to know about a table. */
export function describeTable(table: Table): TableDescription {
  return {
    name: table.name,
    keys: table.keys.map(({ name, match, bits }) => ({ name, kind: match, width: bits })),
    maximumSize: Math.max(1, table.maximumSize, table.entries?.length ?? 0),
    actionDataBytes:
      table.profile === undefined ? Math.max(0, ...table.actions.map(actionDataBytes)) : REFERENCE_BYTES,
    withCounters: table.withCounters,
    withMeter: table.directMeter !== undefined,
    withIdleTimeout: table.supportsTimeout,
    priorities: 'larger-wins',
  };
}

function fieldMatch(
  match: EntryMatch,
  key: TableKey,
): Parameters<MatchTable['insert']>[0]['matches'][number] {
  switch (match.kind) {
    case 'exact':
      return { kind: 'exact', value: bigEndian(match.value, key.bits) };
    case 'lpm':
      return { kind: 'lpm', value: bigEndian(match.value, key.bits), prefixLength: match.prefixLength };
    case 'ternary':
      return match.mask === 0n
        ? { kind: 'any' }
        : key.match === 'optional'
          ? { kind: 'exact', value: bigEndian(match.value, key.bits) }
          : {
              kind: 'ternary',
              value: bigEndian(match.value, key.bits),
              mask: bigEndian(match.mask, key.bits),
            };
    case 'range':
      return { kind: 'range', low: bigEndian(match.low, key.bits), high: bigEndian(match.high, key.bits) };
  }
}

/** Puts the entries and the default action that the program itself has into a table. */
export function fillTable(definition: Table, table: MatchTable): void {
  const { defaultEntry, entries = [], keys } = definition;
  if (defaultEntry !== undefined && definition.profile === undefined) {
    const { action, data } = defaultEntry;
    table.setDefault({ action: action.index, data: encodeActionData(action, data) });
    if (missAction(definition) !== undefined) table.fixDefault();
  }
  const largest = Math.max(0, ...entries.map(({ priority }) => priority));
  const needsPriority = keys.some(
    ({ match }) => match === 'ternary' || match === 'range' || match === 'optional',
  );
  const insert = (entry: ConstEntry) => {
    const matches = entry.matches.map((match, index) => {
      const key = keys[index];
      if (key === undefined) throw new Bmv2JsonError(entry.path, 'has more fields than the key');
      return fieldMatch(match, key);
    });
    const change = table.insert({
      matches,
      action: entry.action.index,
      data: encodeActionData(entry.action, entry.data),
      // BMv2's smaller number wins, P4Runtime's larger one.
      ...(needsPriority ? { priority: largest - entry.priority + 1 } : {}),
    });
    if (!change.ok) throw new Bmv2JsonError(entry.path, change.message);
  };
  for (const entry of entries) insert(entry);
}

/** Counts and stamps in the record of the entry that was hit. */
function emitHit(table: MatchTable): TableCode['hit'] {
  const { hitTime, packets, bytes } = table.layout;
  return (frame: Frame, record) => {
    const { f, machine } = frame;
    if (hitTime !== undefined) f.store64(record, machine.packet.now, hitTime);
    if (packets !== undefined) f.store64(record, record.load64(packets).add(1n), packets);
    if (bytes !== undefined) {
      f.store64(record, record.load64(bytes).add(machine.packet.ingressLength.toU64()), bytes);
    }
  };
}

/** What the selector of a profile hashes, as a calculation. */
function selectorCalculation(profile: Profile): Calculation | undefined {
  const { selector, name, index } = profile;
  if (selector === undefined) return undefined;
  return {
    name: `of selector ${name}`,
    index,
    algorithm: selector.algorithm,
    inputs: selector.inputs.map((field) => ({ kind: 'field', field })),
    withPayload: false,
  };
}

/** How the keys are put together with which a set is asked: the same in all states that ask it. */
function keyOfSet(program: Program, set: ValueSetDefinition): readonly KeyField[] {
  const uses = program.parsers
    .flatMap(({ states }) => states)
    .filter(({ transitions }) => transitions.some((one) => one.kind === 'valueSet' && one.set === set));
  const shapes = uses.map(({ key }) => key.map(({ bits }) => bits));
  const [first = [set.bits]] = shapes;
  const other = shapes.find((shape) => shape.join() !== first.join());
  if (other !== undefined) {
    throw new Bmv2JsonError(
      `parse_vsets[${set.index}]`,
      `is asked with keys of ${first.join(' and ')} bits, and with keys of ${other.join(' and ')} bits`,
    );
  }
  return first.map((width, index) => ({ name: `${set.name}.${index}`, kind: 'exact', width }));
}

/** Members of a set, unless the control plane has its own limit. */
const VALUE_SET_SIZE = 65_536;

/** The state of a program, by its parts. */
export class ProgramState implements Environment {
  readonly tables = new Map<Table, MatchTable>();
  readonly directMeters = new Map<Table, DirectMeters>();
  readonly profiles = new Map<Profile, ActionProfile>();
  readonly registerArrays = new Map<RegisterDefinition, RegisterArray>();
  readonly counterArrays = new Map<CounterDefinition, CounterArray>();
  readonly meterArrays = new Map<MeterDefinition, MeterArray>();
  readonly valueSets = new Map<ValueSetDefinition, ValueSet>();
  readonly hashes = new Map<Calculation, HashUnit>();
  readonly replication: ReplicationEngine;
  readonly random: RandomGenerator;
  /** What the selectors of profiles hash. */
  readonly selectors = new Map<Profile, Calculation>();
  readonly #program: Program;

  constructor(program: Program, memory: LinearMemory) {
    this.#program = program;
    this.random = new RandomGenerator(memory, 'random number');
    this.replication = new ReplicationEngine(memory);
    for (const profile of program.profiles) this.#makeProfile(profile, memory);
    for (const table of program.tables) this.#makeTable(table, memory);
    for (const one of program.registers) {
      this.registerArrays.set(one, new RegisterArray(memory, one.size, one.bits));
    }
    for (const one of program.counters) {
      if (one.direct === undefined) this.counterArrays.set(one, new CounterArray(memory, one.size));
    }
    for (const one of program.meters) {
      if (one.direct === undefined) this.meterArrays.set(one, new MeterArray(memory, one.size));
    }
    for (const one of program.valueSets) {
      const { name } = one;
      const description = { name, keys: keyOfSet(program, one), maximumSize: VALUE_SET_SIZE };
      this.valueSets.set(one, new ValueSet(memory, description));
    }
    for (const calculation of [...program.calculations, ...this.selectors.values()]) {
      const algorithm = HASH_ALGORITHMS.find((one) => one === calculation.algorithm);
      if (algorithm === undefined) throw new RangeError(`there is no algorithm '${calculation.algorithm}'`);
      const name = `hash ${calculation.name}`;
      this.hashes.set(calculation, makeHash(memory, name, algorithm, this.random));
    }
  }

  #makeProfile(profile: Profile, memory: LinearMemory): void {
    const actions = this.#program.tables
      .filter((table) => table.profile === profile)
      .flatMap((table) => table.actions);
    this.profiles.set(
      profile,
      new ActionProfile(memory, {
        name: profile.name,
        expectedMembers: profile.maximumSize,
        withSelector: profile.selector !== undefined,
        actionDataBytes: Math.max(0, ...actions.map(actionDataBytes)),
      }),
    );
    const calculation = selectorCalculation(profile);
    if (calculation !== undefined) this.selectors.set(profile, calculation);
  }

  #makeTable(table: Table, memory: LinearMemory): void {
    const engine = makeTable(memory, describeTable(table));
    this.tables.set(table, engine);
    if (table.directMeter !== undefined) this.directMeters.set(table, new DirectMeters(memory, engine));
    if (table.profile !== undefined) this.profiles.get(table.profile)?.use(engine);
  }

  readonly registers = (array: RegisterDefinition): ArrayPlace => found(this.registerArrays, array);
  readonly counters = (array: CounterDefinition): ArrayPlace => ({
    ...found(this.counterArrays, array),
    stride: COUNTER_BYTES,
  });
  readonly meters = (array: MeterDefinition): ArrayPlace => ({
    ...found(this.meterArrays, array),
    stride: METER_BYTES,
  });

  /** The match engine of a table. */
  engine(table: Table): MatchTable {
    return found(this.tables, table);
  }

  readonly calculations = (): readonly Calculation[] => [...this.selectors.values()];

  readonly table = (table: Table): Omit<TableCode, 'key'> => {
    const engine = this.engine(table);
    const { layout } = engine;
    return {
      lookup: engine.lookup,
      wordLookup: engine.wordLookup,
      numberLookup: engine.numberLookup,
      defaultEntry: engine.defaultEntry,
      occupied: engine.occupied,
      data: layout.data,
      meter: layout.meter,
      hit: emitHit(engine),
      resolve: table.profile === undefined ? undefined : this.#resolve(table.profile, layout.data),
    };
  };

  #resolve(profile: Profile, data: number): TableCode['resolve'] {
    const { resolve } = found(this.profiles, profile);
    const calculation = this.selectors.get(profile);
    return ({ f, machine }, entry) => {
      const reference = f.let32(entry.load32(data));
      // Only a group, whose reference is odd, needs the hash.
      const hash =
        calculation === undefined
          ? i64(0n)
          : choose64(reference.and(1), f.call64(machine.functions.calculation(calculation)), 0n);
      return f.let32(f.call32(resolve, reference, hash));
    };
  }

  readonly emit: Environment['emit'] = (m: ModuleBuilder) => {
    for (const engine of this.tables.values()) engine.emit(m);
    for (const profile of this.profiles.values()) profile.emit(m);
    const random = this.random.emit(m);
    for (const unit of this.hashes.values()) unit.emit(m);
    const masked = new Map<string, string>();
    return {
      hash: (calculation) => found(this.hashes, calculation).name,
      random,
      meter: emitMeter(m),
      contains: (set, mask) => {
        const key = `${set.index} ${mask?.join() ?? 'whole'}`;
        const name = masked.get(key) ?? found(this.valueSets, set).emitContains(m, mask);
        masked.set(key, name);
        return name;
      },
      group: this.replication.emitGroup(m),
      session: this.replication.emitSession(m),
    };
  };

  /** Connects everything with the running module, and fills in what the program says. */
  attach(instance: Instance): void {
    for (const engine of this.tables.values()) engine.attach(instance);
    for (const set of this.valueSets.values()) set.attach(instance);
    for (const definition of this.#program.tables) fillTable(definition, this.engine(definition));
  }
}

function found<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new RangeError('it belongs to another program');
  return value;
}
