/** The pipes of a program for Tofino: which blocks stand where in each, and the part of the program that each runs. */

import {
  type Block,
  type Instance,
  type Node,
  type Package,
  type Program,
  type Table,
  visit,
} from '../../codegen/ir/index.ts';

/** The names of a pipe's blocks, keys in `Program.blocks`. */
export type Pipe = {
  readonly ingressParser: string;
  readonly ingress: string;
  readonly ingressDeparser: string;
  readonly egressParser: string;
  readonly egress: string;
  readonly egressDeparser: string;
};

/** The pipes in their order: one, or the two of the folded program. */
export function pipesOf({ main }: Program): readonly Pipe[] {
  return [...main.arguments.values()].flatMap((one) => (one.kind === 'package' ? [pipeOf(one.package)] : []));
}

function pipeOf({ name, arguments: blocks }: Package): Pipe {
  const block = (parameter: string) => {
    const found = blocks.get(parameter);
    if (found?.kind !== 'block') throw new Error(`the pipe '${name}' has no ${parameter}`);
    return found.name;
  };
  return {
    ingressParser: block('ingress_parser'),
    ingress: block('ingress'),
    ingressDeparser: block('ingress_deparser'),
    egressParser: block('egress_parser'),
    egress: block('egress'),
    egressDeparser: block('egress_deparser'),
  };
}

/** What a pipe runs of a program whose blocks are inlined: its blocks, and the tables, actions, functions and externs in them. */
export function partOf(program: Program, pipe: Pipe): Program {
  const part = new Part(program);
  for (const name of Object.values(pipe)) part.addBlock(name);
  return { ...program, ...part.found };
}

class Part {
  readonly found = {
    blocks: new Map<string, Block>(),
    tables: new Map<string, Table>(),
    actions: new Map(),
    functions: new Map(),
    instances: new Map<string, Instance>(),
  };
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  addBlock(name: string): void {
    const block = this.#program.blocks.get(name);
    if (block === undefined || this.found.blocks.has(name)) return;
    this.found.blocks.set(name, block);
    if (block.kind === 'control') {
      this.#add(block.body);
      return;
    }
    for (const { statements, transition } of block.states) {
      this.#add(statements);
      if (transition.kind === 'select') this.#add(transition.keys);
    }
  }

  #add(nodes: readonly Node[]): void {
    visit(nodes, (node) => {
      if (node.kind === 'apply') this.#addTable(node.table);
      if (node.kind === 'instance') this.#addInstance(node.instance);
      return true;
    });
  }

  #addTable(name: string): void {
    const table = this.#program.tables.get(name);
    if (table === undefined || this.found.tables.has(name)) return;
    this.found.tables.set(name, table);
    this.#add(table.keys.map(({ expression }) => expression));
    this.#add([...table.properties.values()].map(({ value }) => value));
    for (const { action: actionName } of table.actions) {
      const action = this.#program.actions.get(actionName);
      if (action === undefined || this.found.actions.has(actionName)) continue;
      this.found.actions.set(actionName, action);
      this.#add(action.body);
    }
  }

  #addInstance(name: string): void {
    const instance = this.#program.instances.get(name);
    if (instance === undefined || this.found.instances.has(name)) return;
    this.found.instances.set(name, instance);
    this.#add([...instance.arguments.values()]);
    for (const method of instance.methods.values()) {
      const body = this.#program.functions.get(method);
      if (body === undefined) continue;
      this.found.functions.set(method, body);
      this.#add(body.body);
    }
  }
}
