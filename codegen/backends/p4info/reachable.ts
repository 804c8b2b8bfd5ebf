/**
 * What of an evaluated program the control plane sees: the blocks of `main` and what they apply. Tables that nothing
 * applies and actions that nothing uses are left out, as are blocks that nothing calls; externs are always there.
 */

import type { CheckedProgram } from '../../check/checked-program.ts';
import { instanceName } from '../../evaluate/control-plane-names.ts';
import type {
  ActionInstance,
  BlockInstance,
  EvaluatedProgram,
  ExternInstance,
  MadeInstance,
  TableInstance,
  Value,
  ValueSetInstance,
} from '../../evaluate/index.ts';
import { isMade } from '../../evaluate/instances.ts';
import type { ActionDeclaration, CallExpression, Node } from '../../syntax/ast.ts';
import { liveCalls } from './live-calls.ts';

/** A table with the block that it stands in, whose constructor parameters its entries may use. */
export type ReachableTable = { readonly table: TableInstance; readonly block: BlockInstance };

export type Reachable = {
  readonly tables: readonly ReachableTable[];
  readonly actions: readonly ActionInstance[];
  /** Of the actions, those that a table can run: only they have parameters for the control plane to give. */
  readonly inTables: ReadonlySet<ActionInstance>;
  readonly externs: readonly ExternInstance[];
  readonly valueSets: readonly ValueSetInstance[];
  /** Calls of extern functions in controls, each once for a place in the text. */
  readonly externCalls: readonly CallExpression[];
};

/** Walks the instances from `main`, in the order in which P4Info lists them. */
export function findReachable(checked: CheckedProgram, program: EvaluatedProgram): Reachable {
  return new Walk(checked, program).run();
}

class Walk {
  readonly #checked: CheckedProgram;
  readonly #program: EvaluatedProgram;
  readonly #globalActions: Map<ActionDeclaration, ActionInstance>;
  readonly #tables: ReachableTable[] = [];
  readonly #actions = new Set<ActionInstance>();
  readonly #inTables = new Set<ActionInstance>();
  readonly #externs = new Set<ExternInstance>();
  readonly #valueSets: ValueSetInstance[] = [];
  readonly #externCalls = new Set<CallExpression>();
  readonly #visited = new Set<MadeInstance>();

  constructor(checked: CheckedProgram, program: EvaluatedProgram) {
    this.#checked = checked;
    this.#program = program;
    this.#globalActions = new Map(program.actions.map((action) => [action.declaration, action]));
  }

  run(): Reachable {
    for (const instance of this.#program.instances.values()) {
      if (instance.kind === 'extern') this.#extern(instance);
    }
    this.#values(this.#program.main.arguments.values());
    return {
      tables: this.#tables,
      actions: [...this.#actions],
      inTables: this.#inTables,
      externs: [...this.#externs],
      valueSets: this.#valueSets,
      externCalls: [...this.#externCalls],
    };
  }

  #values(values: Iterable<Value>): void {
    for (const value of values) {
      if (value.kind === 'sequence') this.#values(value.elements);
      else if (value.kind === 'record') this.#values(value.fields.values());
      else if (isMade(value)) this.#made(value);
    }
  }

  #made(instance: MadeInstance): void {
    if (this.#visited.has(instance)) return;
    this.#visited.add(instance);
    switch (instance.kind) {
      case 'extern':
        this.#extern(instance);
        break;
      case 'package':
        this.#values(instance.arguments.values());
        break;
      case 'parser':
      case 'control':
        this.#topBlock(instance);
    }
  }

  #extern(instance: ExternInstance): void {
    this.#externs.add(instance);
    this.#values(instance.arguments.values());
    this.#values(instance.members.values());
  }

  /** A block of a package, with the blocks that it calls: what is inside one of them stands where it is made. */
  #topBlock(block: BlockInstance): void {
    const found: BlockActions = { global: new Set(), called: new Set(), local: new Set() };
    this.#block(block, found);
    for (const actions of [found.global, found.called, found.local]) {
      for (const action of actions) this.#actions.add(action);
    }
  }

  #block(block: BlockInstance, found: BlockActions): void {
    this.#visited.add(block);
    const { declaration } = block;
    const used = this.#usesOf(block);
    const local = new Map(block.actions.map((action) => [action.declaration, action]));
    const tables = new Map<Node, TableInstance>(block.tables.map((table) => [table.declaration, table]));
    for (const one of declaration.locals) {
      const instance = block.members.get(one);
      if (instance?.kind === 'extern') this.#extern(instance);
      else if (instance !== undefined) this.#called(instance, used, found);
      if (one.kind === 'ActionDeclaration') {
        const action = local.get(one);
        if (action !== undefined && used.actions.has(one)) found.local.add(action);
      }
      const table = used.tables.has(one) ? tables.get(one) : undefined;
      if (table === undefined) continue;
      this.#tables.push({ table, block });
      for (const { declaration: inTable } of actionsOf(table)) {
        const action = local.get(inTable) ?? this.#globalAction(inTable);
        this.#inTables.add(action);
        if (!local.has(inTable)) found.global.add(action);
      }
    }
    for (const action of used.actions) if (!local.has(action)) found.called.add(this.#globalAction(action));
    this.#values(block.constructorArguments.values());
    for (const [origin, instance] of block.members) {
      if (origin.kind === 'CallExpression') this.#called(instance, used, found);
    }
    this.#valueSets.push(...block.valueSets);
    if (block.kind === 'control') for (const call of used.externCalls) this.#externCalls.add(call);
  }

  /** What is made inside a block: an extern, or a block that is left out when nothing calls it. */
  #called(instance: MadeInstance, used: Uses, found: BlockActions): void {
    const isBlock = instance.kind === 'parser' || instance.kind === 'control';
    if (!isBlock) this.#made(instance);
    else if (used.blocks.has(instance) && !this.#visited.has(instance)) this.#block(instance, found);
  }

  /** Evaluation makes those that tables use; others are only called. */
  #globalAction(declaration: ActionDeclaration): ActionInstance {
    const known = this.#globalActions.get(declaration);
    if (known !== undefined) return known;
    const name = instanceName(undefined, declaration.name.name, declaration.annotations);
    const action: ActionInstance = { kind: 'action', name, declaration };
    this.#globalActions.set(declaration, action);
    return action;
  }

  /** What the body of a block uses, and the actions that it calls and tables that it applies use in turn. */
  #usesOf(block: BlockInstance): Uses {
    const { declaration } = block;
    const uses: Uses = {
      tables: new Set(),
      actions: new Set(),
      blocks: new Set(),
      externCalls: new Set(),
    };
    const bodies: readonly Node[] =
      declaration.kind === 'ParserDeclaration' ? declaration.states : [declaration.body];
    for (const body of bodies) this.#scan(body, block, uses, true);
    const inTables = new Set<ActionDeclaration>();
    const tables = new Map<Node, TableInstance>(block.tables.map((table) => [table.declaration, table]));
    // Keys may apply other tables, which then are used too.
    for (const table of uses.tables) {
      const instance = tables.get(table);
      if (instance === undefined) continue;
      for (const { declaration: action } of actionsOf(instance)) inTables.add(action);
      for (const { element } of instance.keys) this.#scan(element.expression, block, uses, true);
    }
    for (const action of inTables) uses.actions.add(action);
    const calls = [...uses.externCalls];
    uses.externCalls.clear();
    for (const action of uses.actions) this.#scan(action.body, block, uses, false);
    for (const call of calls) uses.externCalls.add(call);
    return uses;
  }

  /** @param direct The body is the block's own: the actions that it calls are seen, those that actions call are not. */
  #scan(body: Node, block: BlockInstance, uses: Uses, direct: boolean): void {
    const inlined = new Set<Node>();
    const scan = (root: Node, own: boolean) => {
      for (const node of liveCalls(this.#checked, root)) {
        const call = this.#checked.calls.get(node);
        switch (call?.kind) {
          case 'table_apply':
            if (call.declaration.kind === 'TableDeclaration') uses.tables.add(call.declaration);
            break;
          case 'action':
            if (call.declaration.kind !== 'ActionDeclaration') break;
            if (own) uses.actions.add(call.declaration);
            else if (!inlined.has(call.declaration)) {
              inlined.add(call.declaration);
              scan(call.declaration.body, false);
            }
            break;
          case 'function':
            if (call.declaration.kind === 'FunctionDeclaration' && !inlined.has(call.declaration)) {
              inlined.add(call.declaration);
              scan(call.declaration.body, own);
            }
            break;
          case 'extern_function':
            // Assertions are gone once the program is compiled.
            if (!('name' in call.declaration) || call.declaration.name.name !== 'static_assert') {
              uses.externCalls.add(node);
            }
            break;
          case 'block_apply': {
            const made =
              call.target === undefined ? block.members.get(node) : this.#applied(block, call.target);
            if (made !== undefined) uses.blocks.add(made);
            break;
          }
          default:
            break;
        }
      }
    };
    scan(body, direct);
  }

  /** The instance that `target.apply()` applies. */
  #applied(block: BlockInstance, target: Node): MadeInstance | undefined {
    let node = target;
    while (node.kind === 'ParenthesizedExpression') node = node.inner;
    const referent = this.#checked.references.get(node);
    if (referent === undefined) return undefined;
    if (referent.kind === 'Parameter') {
      const value = block.constructorArguments.get(referent);
      return value !== undefined && isMade(value) ? value : undefined;
    }
    return block.members.get(referent) ?? this.#program.instances.get(referent);
  }
}

type Uses = {
  readonly tables: Set<Node>;
  readonly actions: Set<ActionDeclaration>;
  readonly blocks: Set<MadeInstance>;
  readonly externCalls: Set<CallExpression>;
};

/** The actions of a top block in the order in which P4Info lists them. */
type BlockActions = {
  /** Those at top level that tables use, … */
  readonly global: Set<ActionInstance>;
  /** … that bodies call, … */
  readonly called: Set<ActionInstance>;
  /** … and the block's own. */
  readonly local: Set<ActionInstance>;
};

/** All actions that a table can run. */
function actionsOf({ actions, defaultAction }: TableInstance): readonly ActionInstance[] {
  const listed = actions.map(({ action }) => action);
  return defaultAction === undefined ? listed : [...listed, defaultAction.action];
}
