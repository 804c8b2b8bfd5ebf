/**
 * Which stage each table can stand in at the earliest, by what it has to wait for, and what is free there.
 *
 *   match or action uses what another writes     a later stage
 *   two write the same                           a later stage
 *   a condition on what another writes           a later stage, that of the condition's table
 *   hit or miss of another                       the same stage at the earliest
 *
 * What a condition holds back stands in the stage of the condition at the earliest (gateways decide in their own stage);
 * branches of one condition do not wait for each other, and what reads before another writes may share its stage.
 * Statements are tables without a key; those of one branch that stand in one stage share one, but for what is hashed in
 * actions of tables (32 bits in each: tna-rules.ts). Nothing is copied, moved
 * in front of a condition, or computed twice, all of which Tofino's compiler may do to need fewer stages.
 */

import type { Node, Program, Statement } from '../../codegen/ir/index.ts';
import { fieldOf, fieldsRead, validityOf } from '../harness/ir-fields.ts';
import { immediateOf } from '../harness/tna-rules.ts';
import { type Chip, NOTHING, type Use } from './chips.ts';
import { externMemory } from './extern-memory.ts';
import { tableMemory } from './table-memory.ts';

export type Stage = { readonly tables: string[]; use: Use };

/** In which stage a field can be used, after what is known to write it. */
type Ready = ReadonlyMap<string, number>;

/** Puts all that a control does into stages, as many as it takes. */
export function placeControl(program: Program, name: string, chip: Chip): readonly Stage[] {
  const control = program.blocks.get(name);
  if (control?.kind !== 'control') return [];
  const placer = new Placer(program, chip);
  placer.list(control.body, 0, new Map());
  return placer.stages;
}

class Placer {
  readonly stages: Stage[] = [];
  readonly #program: Program;
  readonly #chip: Chip;
  readonly #externs = new Map<string, number>();

  constructor(program: Program, chip: Chip) {
    this.#program = program;
    this.#chip = chip;
  }

  /** Places statements behind a condition that is known in stage `gate`; says what is ready after them. */
  list(statements: readonly Statement[], gate: number, before: Ready): Ready {
    let ready = before;
    const own = new Set<number>();
    for (const statement of statements) {
      switch (statement.kind) {
        case 'if': {
          const known = Math.max(gate, latest(ready, fieldsRead([statement.condition]).keys()));
          ready = join(
            this.list(statement.whenTrue, known, ready),
            this.list(statement.whenFalse, known, ready),
          );
          break;
        }
        case 'apply':
          ready = this.#table(statement, gate, ready);
          break;
        default:
          ready = this.#statement(statement, gate, ready, own);
      }
    }
    return ready;
  }

  #table(statement: Extract<Statement, { kind: 'apply' }>, gate: number, before: Ready): Ready {
    const table = this.#program.tables.get(statement.table);
    if (table === undefined) return before;
    const bodies = table.actions.flatMap(({ action }) => this.#program.actions.get(action)?.body ?? []);
    const { reads, writes } = effects([...table.keys.map(({ expression }) => expression), ...bodies]);
    const earliest = Math.max(gate, latest(before, reads), latest(before, writes));
    let use =
      table.keys.length === 0 ? { ...NOTHING, logicalTables: 1 } : tableMemory(this.#program, table).use;
    for (const body of bodies) use = plus(use, this.#hashesOf(body));
    for (const instance of this.#attached(statement.table)) use = plus(use, instance);
    const last = this.#put(shortName(table.controlPlaneName), use, earliest);
    const ready = new Map(before);
    for (const field of writes) ready.set(field, last + 1);
    const { outcome } = statement;
    if (outcome.kind !== 'hit') return ready;
    return join(this.list(outcome.hit, last, ready), this.list(outcome.miss, last, ready));
  }

  #statement(statement: Statement, gate: number, before: Ready, own: Set<number>): Ready {
    const { reads, writes } = effects([statement]);
    const earliest = Math.max(gate, latest(before, reads), latest(before, writes));
    const { use, name, fixed } = this.#externOf(statement);
    const from = Math.max(earliest, fixed ?? 0);
    const wanted = own.has(from) ? use : plus(use, { ...NOTHING, logicalTables: 1 });
    const stage = this.#put(name === undefined ? undefined : shortName(name), wanted, from);
    own.add(stage);
    if (name !== undefined) this.#externs.set(name, stage);
    const ready = new Map(before);
    for (const field of writes) ready.set(field, stage + 1);
    return ready;
  }

  /** What a call of an extern takes; the memory of one that is called in several places counts once, in its stage. */
  #externOf(statement: Statement): { readonly use: Use; readonly name?: string; readonly fixed?: number } {
    if (statement.kind !== 'call' || statement.call.callee.kind !== 'method') return { use: NOTHING };
    const { object } = statement.call.callee;
    if (object.kind !== 'instance') return { use: NOTHING };
    const called = this.#program.instances.get(object.instance);
    if (called?.type.name === 'Hash') return { use: this.#hashesOf(statement) };
    const register = called?.arguments.get('reg');
    const name = register?.kind === 'instance' ? register.instance : object.instance;
    const instance = this.#program.instances.get(name);
    const memory = instance === undefined ? undefined : externMemory(this.#program, instance);
    if (memory === undefined) return { use: NOTHING };
    const placed = this.#externs.get(name);
    return placed === undefined ? { use: memory.use, name } : { use: NOTHING, name, fixed: placed };
  }

  /** The slices of a hash that a statement takes. */
  #hashesOf(statement: Statement): Use {
    const bits = immediateOf(this.#program, statement, ['Hash']);
    return { ...NOTHING, hashSlices: Math.ceil(bits / 16) };
  }

  /** The selector, the members and the direct counter of a table that has them. */
  #attached(name: string): readonly Use[] {
    const properties = this.#program.tables.get(name)?.properties;
    const value = properties?.get('implementation')?.value;
    const counter = properties?.get('counters')?.value;
    const selector = value?.kind === 'instance' ? this.#program.instances.get(value.instance) : undefined;
    const profile = selector?.arguments.get('action_profile');
    const names = [
      selector?.name,
      profile?.kind === 'instance' ? profile.instance : undefined,
      counter?.kind === 'instance' ? counter.instance : undefined,
    ];
    return names.flatMap((one) => {
      const instance = one === undefined ? undefined : this.#program.instances.get(one);
      const memory = instance === undefined ? undefined : externMemory(this.#program, instance);
      return memory === undefined ? [] : [memory.use];
    });
  }

  /** From the earliest stage on where it fits; memory that is more than what is free goes on in the next. Says the last. */
  #put(name: string | undefined, use: Use, earliest: number): number {
    let left = use;
    for (let number = earliest; ; number++) {
      while (this.stages.length <= number) this.stages.push({ tables: [], use: NOTHING });
      const stage = this.stages[number];
      if (stage === undefined) continue;
      const part = this.#part(left, stage.use);
      if (part === undefined) continue;
      stage.use = plus(stage.use, part);
      if (name !== undefined && !stage.tables.includes(name)) stage.tables.push(name);
      left = {
        ...left,
        sram: left.sram - part.sram,
        tcam: left.tcam - part.tcam,
        mapRam: left.mapRam - part.mapRam,
      };
      if (left.sram <= 0 && left.tcam <= 0) return number;
    }
  }

  /** As much of the memory as is free in a stage, in proportion; nothing where something else does not fit. */
  #part(wanted: Use, used: Use): Use | undefined {
    const free = minus(this.#chip, used);
    const share = Math.min(
      1,
      ratio(free.sram, wanted.sram),
      ratio(free.tcam, wanted.tcam),
      ratio(free.mapRam, wanted.mapRam),
    );
    const one = {
      ...wanted,
      sram: Math.floor(wanted.sram * share),
      tcam: Math.floor(wanted.tcam * share),
      mapRam: Math.ceil(wanted.mapRam * share),
    };
    const isEmpty = share < 1 && one.sram === 0 && one.tcam === 0;
    return isEmpty || !RESOURCES.every((resource) => one[resource] <= free[resource]) ? undefined : one;
  }
}

/** The last two parts of a name: what stands in the inmost control. */
export function shortName(name: string): string {
  return name.split('.').slice(-2).join('.');
}

const RESOURCES: readonly (keyof Use)[] = [
  'sram',
  'mapRam',
  'tcam',
  'logicalTables',
  'exactCrossbarBytes',
  'ternaryCrossbarBytes',
  'statefulAlus',
  'counterAlus',
  'hashSlices',
];

function ratio(free: number, wanted: number): number {
  return wanted === 0 ? 1 : free / wanted;
}

/** The sum of two uses. */
export function plus(left: Use, right: Use): Use {
  return combine((resource) => left[resource] + right[resource]);
}

function minus(left: Use, right: Use): Use {
  return combine((resource) => left[resource] - right[resource]);
}

function combine(of: (resource: keyof Use) => number): Use {
  return {
    sram: of('sram'),
    mapRam: of('mapRam'),
    tcam: of('tcam'),
    logicalTables: of('logicalTables'),
    exactCrossbarBytes: of('exactCrossbarBytes'),
    ternaryCrossbarBytes: of('ternaryCrossbarBytes'),
    statefulAlus: of('statefulAlus'),
    counterAlus: of('counterAlus'),
    hashSlices: of('hashSlices'),
  };
}

function latest(ready: Ready, fields: Iterable<string>): number {
  return Math.max(0, ...[...fields].map((field) => ready.get(field) ?? 0));
}

function join(left: Ready, right: Ready): Ready {
  const ready = new Map(left);
  for (const [field, stage] of right) ready.set(field, Math.max(stage, ready.get(field) ?? 0));
  return ready;
}

/** The fields that are read and those that are written. */
function effects(roots: readonly Node[]): {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
} {
  const reads = new Set<string>();
  const writes = new Set<string>();
  for (const root of roots) {
    if (root.kind === 'assign') {
      for (const field of fieldsRead([root.value]).keys()) reads.add(field);
      writes.add(fieldOf(root.target) ?? '');
    } else if (root.kind === 'set_validity') {
      writes.add(validityOf(root.target));
    } else if (root.kind === 'call' && 'result' in root) {
      const values = root.call.arguments.flatMap(({ value }) => value ?? []);
      for (const field of fieldsRead(values).keys()) reads.add(field);
      if (root.result !== undefined) writes.add(fieldOf(root.result) ?? '');
    } else {
      for (const field of fieldsRead([root]).keys()) reads.add(field);
    }
  }
  return { reads: [...reads], writes: [...writes] };
}
