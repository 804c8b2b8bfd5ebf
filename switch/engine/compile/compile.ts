/** A whole program as one module of WebAssembly. */

import {
  type Instance,
  instantiate,
  type LinearMemory,
  ModuleBuilder,
  type Optimization,
  type OptimizedModules,
} from '../../wasm/index.ts';
import type {
  Action,
  Calculation,
  CounterArray,
  Header,
  HeaderUnion,
  MeterArray,
  Program,
  RegisterArray,
  Table,
  ValueSet,
} from '../json/index.ts';
import { addAction } from './actions.ts';
import { addSwaps, limbsOf } from './bits.ts';
import { addCalculation, addCopyBits, inputBytes } from './calculations.ts';
import { addDeparser, longestHeaders } from './deparsers.ts';
import { index32 } from './expressions.ts';
import { pipelineGraphs, readFirst } from './first-reads.ts';
import type { ArrayPlace, LogMessage, Machine, Probes } from './frame.ts';
import { PacketLayout } from './layout.ts';
import { networkFields } from './network-fields.ts';
import { PacketState } from './packet-state.ts';
import { addParser, parserKeyBytes } from './parsers.ts';
import { addPipeline, leaveOnExit, type TableCode } from './pipelines.ts';
import { LOG_BYTES } from './primitives.ts';
import { SwitchMemory } from './switch-memory.ts';
import { HOST, longestDigest, TrafficManager } from './traffic.ts';
import { addWideFunctions, SCRATCH_BYTES, Scratch } from './wide.ts';

/** What a program needs beside its own code: state, and the functions that work on it. */
export type Environment = {
  readonly registers: (array: RegisterArray) => ArrayPlace;
  readonly counters: (array: CounterArray) => ArrayPlace;
  readonly meters: (array: MeterArray) => ArrayPlace;
  readonly table: (table: Table) => Omit<TableCode, 'key'>;
  /** What selectors hash: calculations that the program does not name. */
  readonly calculations: () => readonly Calculation[];
  /** Adds the functions of tables and externs. Called once, before the program's own code. */
  readonly emit: (m: ModuleBuilder) => {
    readonly hash: (calculation: Calculation) => string;
    readonly random: string;
    readonly meter: string;
    readonly contains: (set: ValueSet, mask: Uint8Array | undefined) => string;
    readonly group: string;
    readonly session: string;
  };
};

/** What can be chosen about a switch when its program is loaded. */
export type CompileOptions = {
  readonly dropPort: number;
  readonly priorityQueues: number;
  readonly maximumPacketBytes: number;
  readonly maximumPasses: number;
  readonly maximumGenerations: number;
  readonly optimization: Optimization;
  readonly modules: OptimizedModules | undefined;
  /** Whether someone listens to `log_msg`. */
  readonly logs: boolean;
  /** What makes the code report its steps. */
  readonly trace: ((m: ModuleBuilder) => Probes) | undefined;
};

/** What the code calls in the host. */
export type HostCallbacks = {
  readonly flush: () => void;
  readonly grow: () => number;
  readonly log: (message: number) => void;
  readonly assertion: (assertion: number) => void;
  readonly [name: string]: (...values: never[]) => unknown;
};

/** A program that runs. */
export type Compiled = {
  readonly instance: Instance;
  readonly layout: PacketLayout;
  readonly switchMemory: SwitchMemory;
  readonly messages: readonly LogMessage[];
  readonly assertions: Machine['assertions'];
  /** Bytes in front of a packet that its new headers may need. */
  readonly headroom: number;
};

function unionsByHeader(program: Program): ReadonlyMap<Header, HeaderUnion> {
  return new Map(program.unions.flatMap((union) => union.headers.map((header) => [header, union] as const)));
}

/** Compiles a program and starts it on a memory. */
export function compileProgram(
  program: Program,
  memory: LinearMemory,
  environment: Environment,
  options: CompileOptions,
  callbacks: HostCallbacks,
): Compiled {
  const isTraced = options.trace !== undefined;
  const graphs = pipelineGraphs(program, isTraced);
  // A trace shows all metadata.
  const asked = isTraced ? undefined : readFirst(program, graphs);
  const layout = new PacketLayout(
    program,
    (bytes) => memory.allocate(bytes, 64),
    asked?.first,
    networkFields(program),
  );
  const deparser = program.deparsers[0];
  const headroom = deparser === undefined ? 0 : longestHeaders(deparser);
  const switchMemory = new SwitchMemory(memory, {
    layoutBytes: layout.bytes,
    headroom,
    maximumPacketBytes: options.maximumPacketBytes,
    digestBytes: longestDigest(program.learnLists),
  });
  const m = new ModuleBuilder(memory);
  try {
    const functions = environment.emit(m);
    const log = options.logs ? m.import('log', ['i32']) : undefined;
    const assertion = m.import('assertion', ['i32']);
    const unions = unionsByHeader(program);
    const calculations = [...program.calculations, ...environment.calculations()];
    const calculationBytes = Math.max(0, ...calculations.map(inputBytes));
    const machine: Machine = {
      layout,
      scratch: new Scratch(memory.allocate(SCRATCH_BYTES)),
      packet: new PacketState(m),
      program,
      functions: {
        hash: functions.hash,
        random: functions.random,
        meter: functions.meter,
        contains: functions.contains,
        calculation: (calculation: Calculation) => `calculation ${calculation.name}`,
        action: (action: Action) => `action ${action.index} ${action.name}`,
      },
      host: { log, assertion },
      messages: [],
      assertions: [],
      logValues: memory.allocate(LOG_BYTES + 4096),
      calculationBuffer: memory.allocate(calculationBytes + options.maximumPacketBytes + 64),
      parserKey: memory.allocate(parserKeyBytes(program.parsers) + 32),
      calculationSpill: memory.allocate(2048 / 8 + 32),
      dropPort: options.dropPort,
      leaveOnExit,
      trace: options.trace?.(m),
      registers: environment.registers,
      counters: environment.counters,
      meters: environment.meters,
      unionOf: (header) => unions.get(header),
      index: index32,
    };
    addSwaps(m);
    addWideFunctions(m);
    addCopyBits(m);
    for (const calculation of calculations) addCalculation(m, machine, calculation);
    if (machine.trace !== undefined) for (const action of program.actions) addAction(m, machine, action);
    const parser = program.parsers[0];
    if (parser !== undefined) addParser(m, machine, parser, 'parser', asked?.behindParser, asked?.zeroed);
    if (deparser !== undefined) addDeparser(m, machine, deparser, 'deparser');
    const keys = new Map<Table, number>();
    const codeOf = (table: Table): TableCode => {
      const known = keys.get(table);
      const bytes = table.keys.reduce((sum, key) => sum + limbsOf(key.bits) * 8, 0);
      const key = known ?? memory.allocate(bytes + 32);
      keys.set(table, key);
      return { ...environment.table(table), key };
    };
    for (const [pipeline, graph] of graphs) {
      addPipeline(m, machine, graph, codeOf, `pipeline ${pipeline.name}`);
    }
    new TrafficManager(m, machine, {
      parser: parser === undefined ? undefined : 'parser',
      ingressPipeline: 'pipeline ingress',
      egressPipeline: 'pipeline egress',
      deparser: deparser === undefined ? undefined : 'deparser',
      group: functions.group,
      session: functions.session,
      memory: switchMemory,
      priorityQueues: options.priorityQueues,
      maximumPasses: options.maximumPasses,
      maximumGenerations: options.maximumGenerations,
      maximumPacketBytes: options.maximumPacketBytes,
    }).add();
    const instance = instantiate(m.finish(options.optimization, options.modules), memory, {
      ...callbacks,
      [HOST.flush]: callbacks.flush,
      [HOST.grow]: callbacks.grow,
    });
    const { messages, assertions } = machine;
    return { instance, layout, switchMemory, messages, assertions, headroom };
  } finally {
    m.dispose();
  }
}
