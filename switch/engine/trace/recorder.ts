/** Puts the calls that the probes make together to the trace of a packet. */

import type { LinearMemory } from '../../wasm/index.ts';
import { decodeActionData } from '../compile/actions.ts';
import type { PacketLayout } from '../compile/layout.ts';
import type { ProgramState } from '../environment.ts';
import type { Program, Table } from '../json/index.ts';
import type { PacketTrace, Pass, Step } from './model.ts';
import { nearestEntry, showMatch } from './nearest.ts';
import type { ProbeDescription } from './probes.ts';
import { changesBetween, hexadecimal, numberOf, type Snapshot, SnapshotReader } from './snapshot.ts';

type MutablePass = {
  kind: 'ingress' | 'egress';
  port: number | undefined;
  steps: Step[];
  follows: MutablePass[];
};

/** What a step is before it is known what it changed. */
type Begun = Step extends infer S ? (S extends Step ? Omit<S, 'changes'> : never) : never;

const DROPS: ReadonlyMap<string, string> = new Map([
  ['droppedIngress', 'egress_spec is the drop port at the end of ingress'],
  ['droppedEgress', 'egress_spec is the drop port at the end of egress'],
  ['droppedAssertions', 'an assertion of the program failed'],
  ['droppedPriority', 'its priority has no queue'],
  ['droppedPasses', 'it caused more passes than one packet may'],
]);

/** Records what happens to one packet at a time. */
export class TraceRecorder {
  readonly #state: ProgramState;
  readonly #memory: LinearMemory;
  readonly #reader: SnapshotReader;
  readonly #descriptions: readonly ProbeDescription[];
  readonly #outputOf: () => { readonly port: number; readonly bytes: Uint8Array };
  readonly #errors: ReadonlyMap<number, string>;
  #root: MutablePass = newPass('ingress', undefined);
  #current: MutablePass = this.#root;
  #waiting: MutablePass[] = [];
  #begun: Begun | undefined;
  #before: Snapshot = new Map();
  #cloning = false;

  /** @param outputOf What leaves the switch when a packet is transmitted. */
  constructor(
    program: Program,
    state: ProgramState,
    layout: PacketLayout,
    memory: LinearMemory,
    descriptions: readonly ProbeDescription[],
    outputOf: () => { readonly port: number; readonly bytes: Uint8Array },
  ) {
    this.#state = state;
    this.#memory = memory;
    this.#reader = new SnapshotReader(program, layout, memory);
    this.#descriptions = descriptions;
    this.#outputOf = outputOf;
    this.#errors = new Map([...program.errors].map(([name, value]) => [value, name]));
  }

  /** A packet comes in. */
  begin(): void {
    this.#root = newPass('ingress', undefined);
    this.#current = this.#root;
    this.#waiting = [];
    this.#begun = undefined;
    this.#before = new Map();
    this.#cloning = false;
  }

  /** The packet and all that came of it is gone. */
  end(port: number, bytes: Uint8Array): PacketTrace {
    this.#finish();
    return { port, bytes: Buffer.from(bytes).toString('hex'), pass: this.#root };
  }

  /** Ends the step before: what it changed is what is different now. */
  #finish(): void {
    const now = this.#reader.take();
    if (this.#begun !== undefined) {
      this.#current.steps.push({ ...this.#begun, changes: changesBetween(this.#before, now) });
    }
    this.#begun = undefined;
    this.#before = now;
  }

  #step(step: Begun): void {
    this.#finish();
    this.#begun = step;
  }

  /** A step that changes nothing of the packet itself, whatever is done for its copies. */
  #moment(step: Begun): void {
    this.#finish();
    this.#current.steps.push({ ...step, changes: [] });
  }

  /** What a probe tells. */
  probe(number: number, one: number, two: number): void {
    const description = this.#descriptions[number];
    // While a clone is made, the packet is parsed again for it.
    if (this.#cloning && description?.kind !== 'event') return;
    switch (description?.kind) {
      case 'state':
        this.#step({ kind: 'state', name: description.state.name, offset: one });
        return;
      case 'lookup':
        this.#lookup(description.table, one >>> 0, two >>> 0);
        return;
      case 'action': {
        const { action, data } = description;
        const values = decodeActionData(action, this.#memory.u8.subarray((one >>> 0) + data));
        this.#step({
          kind: 'action',
          name: action.name,
          parameters: action.parameters.map(({ name }, index) => ({
            name,
            value: hexadecimal(values[index] ?? 0n),
          })),
        });
        return;
      }
      case 'condition': {
        const { name, source } = description.node;
        this.#step({ kind: 'condition', name, source: source?.fragment ?? '', result: one !== 0 });
        return;
      }
      case 'event':
        this.#event(description.name, one >>> 0, two >>> 0);
    }
  }

  #lookup(table: Table, keyAddress: number, record: number): void {
    let address = keyAddress;
    const values = table.keys.map(({ bits }) => {
      const bytes = Math.ceil(bits / 8);
      const value = numberOf(this.#memory.u8.subarray(address, address + bytes));
      address += bytes;
      return value;
    });
    const engine = this.#state.engine(table);
    const hit = record !== 0;
    const nearest = hit ? undefined : nearestEntry(engine, table.keys, values);
    const handle = hit ? this.#memory.u32[(record + engine.layout.handle) >>> 2] : undefined;
    const entry = handle === undefined ? undefined : engine.get(handle);
    const missReason = table.keys.length === 0 ? 'the table has no key' : 'the table has no entries';
    this.#step({
      kind: 'table',
      name: table.name,
      key: table.keys.map(({ name, match }, index) => ({
        name,
        match,
        value: hexadecimal(values[index] ?? 0n),
      })),
      hit,
      entry: handle,
      matches: entry?.matches.map((match, index) => ({
        name: table.keys[index]?.name ?? '',
        entry: showMatch(match),
      })),
      priority: entry?.priority,
      reason: hit ? undefined : nearest === undefined ? missReason : 'no entry matches',
      nearest,
    });
  }

  #event(name: string, one: number, two: number): void {
    switch (name) {
      case 'parsed':
        this.#step({ kind: 'parsed', error: this.#errors.get(one) ?? String(one), bytes: two });
        return;
      case 'clone':
        this.#moment({ kind: 'clone', session: one, known: two !== 0 });
        this.#cloning = two !== 0;
        return;
      case 'cloned':
        this.#cloning = false;
        this.#before = this.#reader.take();
        return;
      case 'multicast':
        this.#moment({ kind: 'multicast', group: one, known: two !== 0 });
        return;
      case 'resubmitted':
        this.#moment({ kind: 'resubmit', fieldList: one });
        return;
      case 'recirculated':
        this.#moment({ kind: 'recirculate', fieldList: one });
        return;
      case 'output': {
        const { port, bytes } = this.#outputOf();
        this.#moment({ kind: 'output', port, bytes: Buffer.from(bytes).toString('hex') });
        return;
      }
      case 'enqueue': {
        const pass = newPass(one === 0 ? 'ingress' : 'egress', one === 0 ? undefined : two);
        this.#current.follows.push(pass);
        this.#waiting.push(pass);
        return;
      }
      case 'dequeue':
        this.#finish();
        this.#current = this.#waiting.shift() ?? this.#current;
        return;
      case 'egress': {
        // The packet itself goes on to egress without waiting.
        if (this.#current.kind === 'egress' && this.#current.steps.length === 0) return;
        this.#finish();
        const pass = newPass('egress', one);
        this.#current.follows.push(pass);
        this.#current = pass;
        return;
      }
      default: {
        const reason = DROPS.get(name);
        if (reason !== undefined) this.#moment({ kind: 'drop', reason });
      }
    }
  }
}

function newPass(kind: Pass['kind'], port: number | undefined): MutablePass {
  return { kind, port, steps: [], follows: [] };
}
