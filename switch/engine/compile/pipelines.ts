/** Pipelines: tables are looked up, their actions run, and conditions decide what comes next. */

import { type I32, Local32, type ModuleBuilder, orElse } from '../../wasm/index.ts';
import type { Action, Table } from '../json/index.ts';
import { emitAction, mayExit } from './actions.ts';
import { emitGraph, type Go } from './control-flow.ts';
import { bool } from './expressions.ts';
import type { Facts } from './facts.ts';
import { Frame, type Machine } from './frame.ts';
import { emitKey, emitKeyNumber, emitKeyWords } from './keys.ts';
import { fixed, Place } from './place.ts';
import { meterColour } from './primitives.ts';
import { staticField } from './references.ts';
import { fixedAction, missAction, type Specialization, type SpecialNode } from './specialize.ts';
import { storeField } from './stores.ts';

/** Steps back in a pipeline; compilers make none, except for loops of the program. */
const MAXIMUM_TURNS = 65_536;

/** The action of an entry that has none. */
const NO_ACTION = 0xffff_ffff;

/** What the code of a table needs to know about its place in memory and its functions. */
export type TableCode = {
  /** `(address of the key) → address of the entry's record, or 0`. */
  readonly lookup: string;
  /** `(the key's bytes in 64-bit words, the first lowest) → the same`, where there is such a function. */
  readonly wordLookup: string | undefined;
  /** `(the key as one number) → the same`, where there is such a function. */
  readonly numberLookup: string | undefined;
  /** The address of the record for packets that match nothing. */
  readonly defaultEntry: number;
  /** The address of a word that is 0 when the table has no entries. */
  readonly occupied: number;
  /** Offset of the action's data in a record. */
  readonly data: number;
  /** Offset of the address of a direct meter in a record. */
  readonly meter: number | undefined;
  /** Where the key is put together: with 16 more bytes that may be read. */
  readonly key: number;
  /** Counts, and stamps the time, when an entry is hit. */
  readonly hit: (frame: Frame, entry: Local32) => void;
  /** From a record to that of the member of an action profile: a local with its address, or 0 for an empty group. */
  readonly resolve: ((frame: Frame, entry: Local32) => Local32) | undefined;
};

/** What the code of a table goes on with. */
type Continuation = {
  readonly special: SpecialNode;
  readonly graph: Specialization;
  readonly go: Go;
};

/** Writes an action into the code of a pipeline; a trace shows it as a call. */
function emitRun(frame: Frame, action: Action, data: Place, graph: Specialization, facts: Facts): void {
  const { f, machine } = frame;
  if (machine.trace === undefined) emitAction(frame, action, data, facts, graph.single);
  else f.call(machine.functions.action(action), data.address());
  if (mayExit(action)) machine.leaveOnExit(frame);
}

/** Runs the action of a record, and goes on. */
function emitActions(
  frame: Frame,
  table: Table,
  record: Local32,
  data: number,
  { graph, special }: Continuation,
  next: (action: Action | undefined) => void,
): void {
  const { f, machine } = frame;
  const action = f.let32(record.load32(0));
  const facts = graph.atAction(table, special.facts);
  const run = (chosen: Action) => {
    machine.trace?.action(frame, chosen, record, data);
    emitRun(frame, chosen, new Place(record, data), graph, facts);
    next(chosen);
  };
  const [only, ...others] = table.actions;
  if (only !== undefined && others.length === 0) {
    f.if(
      action.eq(only.index),
      () => run(only),
      () => next(undefined),
    );
    return;
  }
  const least = Math.min(...table.actions.map(({ index }) => index));
  const largest = Math.max(...table.actions.map(({ index }) => index));
  if (table.actions.length > 0 && largest - least < 256) {
    const byIndex = new Map(table.actions.map((one) => [one.index - least, one]));
    const cases = Array.from({ length: largest - least + 1 }, (_, index) => () => {
      const chosen = byIndex.get(index);
      if (chosen === undefined) next(undefined);
      else run(chosen);
    });
    f.switch(action.sub(least), cases, () => next(undefined));
    return;
  }
  f.block((done) => {
    for (const chosen of table.actions) {
      f.if(action.eq(chosen.index), () => {
        run(chosen);
        f.branch(done);
      });
    }
    next(undefined);
  });
}

/** Looks up a key that is put together in registers; undefined where the table has no function for that. */
function lookUpInRegisters(
  frame: Frame,
  table: Table,
  { numberLookup, wordLookup }: TableCode,
): I32 | undefined {
  const { f } = frame;
  const number = numberLookup === undefined ? undefined : emitKeyNumber(frame, table);
  if (numberLookup !== undefined && number !== undefined) return f.call32(numberLookup, number);
  return wordLookup === undefined ? undefined : f.call32(wordLookup, ...emitKeyWords(frame, table));
}

function emitTable(frame: Frame, table: Table, code: TableCode, continuation: Continuation): void {
  const { f, machine } = frame;
  const { special, graph, go } = continuation;
  const { facts } = special;
  const after = (action: Action | undefined, hit: boolean) => go(graph.afterTable(table, facts, action, hit));
  const always = machine.trace === undefined ? fixedAction(table) : undefined;
  if (always !== undefined) {
    emitRun(frame, always, fixed(code.defaultEntry + code.data), graph, facts);
    after(always, false);
    return;
  }
  const record = f.let32(0);
  const lookUp = () => {
    const found = machine.trace === undefined ? lookUpInRegisters(frame, table, code) : undefined;
    if (found !== undefined) {
      f.set(record, found);
      return;
    }
    const key = emitKey(frame, table, fixed(code.key));
    f.set(record, f.call32(code.lookup, key.address()));
    machine.trace?.lookup(frame, table, key, record);
  };
  // Without entries there is nothing to find, and a trace tells what was looked for all the same.
  if (machine.trace === undefined) f.if(fixed(code.occupied).load32(), lookUp);
  else lookUp();
  const whenHit = () => {
    code.hit(frame, record);
    const { directMeter } = table;
    if (directMeter?.direct === undefined || code.meter === undefined) return;
    const colour = f.let64(meterColour(frame, directMeter, record.load32(code.meter)).toU64());
    storeField(frame, staticField(frame, directMeter.direct.target), [colour]);
  };
  const onMiss = machine.trace === undefined ? missAction(table) : undefined;
  if (onMiss !== undefined) {
    f.if(record, () => {
      whenHit();
      // Entries have actions of the table: another one would be a mistake of ours, and drops the packet.
      emitActions(frame, table, record, code.data, continuation, (action) => {
        if (action !== undefined) after(action, true);
        else {
          f.set(machine.packet.failed, 1);
          f.return();
        }
      });
    });
    emitRun(frame, onMiss, fixed(code.defaultEntry + code.data), graph, facts);
    after(onMiss, false);
    return;
  }
  const hit = f.let32(record.ne(0));
  f.if(hit, whenHit, () => f.set(record, code.defaultEntry));
  const goOn = (action: Action | undefined) => {
    if (table.next.kind === 'hitMiss') f.if(hit, () => after(action, true));
    after(action, false);
  };
  const { resolve } = code;
  if (resolve === undefined) {
    emitActions(frame, table, record, code.data, continuation, goOn);
    return;
  }
  // A miss without a default action, or an empty group: there is nothing to run.
  f.if(record.load32(0).eq(NO_ACTION), () => after(undefined, false));
  const member = resolve(frame, record);
  f.if(member.eqz(), () => goOn(undefined));
  emitActions(frame, table, member, code.data, continuation, goOn);
}

/** Adds the function of a pipeline. @param graph Of its nodes, with what is known there. */
export function addPipeline(
  m: ModuleBuilder,
  machine: Machine,
  graph: Specialization,
  codeOf: (table: Table) => TableCode,
  name: string,
): void {
  m.function(name, {}, undefined, (f) => {
    const { initial, nodes } = graph;
    if (initial === undefined) return;
    emitGraph(f, {
      count: nodes.length,
      initial,
      successors: (index) => graph.successors(index),
      emit: (index, go) => {
        const special = nodes[index];
        if (special === undefined) return;
        const { node } = special;
        const frame = new Frame(f, machine, [], undefined, special.facts);
        switch (node.kind) {
          case 'table':
            emitTable(frame, node, codeOf(node), { special, graph, go });
            return;
          case 'conditional': {
            const [outcome, ...others] = graph.outcomes(node.condition, special.facts);
            if (outcome !== undefined && others.length === 0) {
              go(graph.afterCondition(special, outcome));
              return;
            }
            const condition = bool(frame, node.condition);
            // What is only branched on is no number in between.
            const result = machine.trace === undefined ? condition : f.let32(condition);
            if (result instanceof Local32) machine.trace?.condition(frame, node, result);
            f.if(result, () => go(graph.afterCondition(special, true)));
            go(graph.afterCondition(special, false));
            return;
          }
          case 'call':
            machine.trace?.call(frame, node.action);
            // What an action calls has no parameters.
            emitRun(frame, node.action, fixed(0), graph, special.facts);
            go(graph.afterAction(node.next, node.action, special.facts));
        }
      },
      fuel: MAXIMUM_TURNS,
      exhausted: () => f.set(machine.packet.failed, 1),
    });
  });
}

/** Leaves a pipeline whose action asked for it: a pipeline is a function of its own. */
export function leaveOnExit(frame: Frame): void {
  const { packet } = frame.machine;
  frame.f.if(orElse(packet.exit, packet.failed), () => frame.f.return());
}
