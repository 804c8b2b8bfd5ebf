/**
 * Puts the bodies of sub-controls in the place of their calls; their locals, actions and tables move into the
 * control around.
 *
 *     control C(inout bit<8> x) { action a() { x = 0; } table t { actions = { a; } } apply { t.apply(); } }
 *     C() c;
 *     apply { c.apply(m.y); }
 *
 *     action a() { m.y = 0; }  table t { actions = { a; } }
 *     apply { c: { t.apply(); } }
 *
 * A parameter that cannot stand for its argument becomes a local, copied in and out. `exit` in such a control copies
 * out first (specification §12.5): it sets a flag and leaves.
 */

import type {
  Action,
  Block,
  Call,
  Control,
  Expression,
  Program,
  Statement,
  Table,
  Variable,
} from '../ir/index.ts';
import { BOOL, rewriteArgument, rewriteExpression, rewriteStatements, visit } from '../ir/index.ts';
import { assign, bool, read } from './build.ts';
import { bindingsOf, blockCalls, copied, inOrder, onlyBlocksOfMain, references } from './inline-blocks.ts';
import { copiesOf } from './inline-call.ts';
import type { Pass, PassContext } from './pass.ts';
import { renewLabels, substitution } from './substitute.ts';

type Maps = {
  readonly blocks: Map<string, Block>;
  readonly actions: Map<string, Action>;
  readonly tables: Map<string, Table>;
  /** Controls without sub-controls. */
  readonly done: Set<string>;
};

function exits(statements: readonly Statement[]): boolean {
  let found = false;
  visit(statements, (node) => {
    if (node.kind === 'exit') found = true;
    return !found;
  });
  return found;
}

/** Tables of a control that run an action with `exit`. */
function exitingTables(maps: Maps, control: Control): ReadonlySet<string> {
  const found = new Set<string>();
  for (const name of control.tables) {
    const table = maps.tables.get(name);
    const runs = table?.actions.some((one) => exits(maps.actions.get(one.action)?.body ?? []));
    if (runs === true) found.add(name);
  }
  return found;
}

/** Puts arguments in the place of parameters, in everything that belongs to a control. */
function substituteIn(
  maps: Maps,
  control: Control,
  values: ReadonlyMap<Variable, Expression>,
): readonly Statement[] {
  if (values.size === 0) return control.body;
  const edits = substitution(values);
  for (const name of control.actions) {
    const action = maps.actions.get(name);
    if (action !== undefined)
      maps.actions.set(name, { ...action, body: rewriteStatements(action.body, edits) });
  }
  for (const name of control.tables) {
    const table = maps.tables.get(name);
    if (table === undefined) continue;
    const keys = table.keys.map((key) => ({ ...key, expression: rewriteExpression(key.expression, edits) }));
    const actions = table.actions.map((one) => ({
      ...one,
      arguments: one.arguments.map((argument) => rewriteArgument(argument, edits)),
    }));
    maps.tables.set(name, { ...table, keys, actions });
  }
  return rewriteStatements(control.body, edits);
}

/** What `exit` inside a control becomes where something has to be copied out first. */
function catchExits(
  maps: Maps,
  control: Control,
  body: readonly Statement[],
  label: string,
  flag: Variable,
  context: PassContext,
): readonly Statement[] {
  const tables = exitingTables(maps, control);
  const flagged = new Set<string>();
  for (const name of tables) {
    const table = maps.tables.get(name);
    if (table === undefined) continue;
    for (const listed of table.actions) {
      const action = maps.actions.get(listed.action);
      if (action === undefined || flagged.has(action.name) || !exits(action.body)) continue;
      flagged.add(action.name);
      const inner = context.freshName(action.sourceName);
      const changed = rewriteStatements(action.body, {
        statement: (statement) =>
          statement.kind === 'exit'
            ? [
                assign(read(flag, statement.span), bool(true, statement.span), statement.span),
                { kind: 'leave', label: inner, span: statement.span },
              ]
            : [statement],
      });
      maps.actions.set(action.name, {
        ...action,
        body: [{ kind: 'labelled', label: inner, body: changed, span: action.span }],
      });
    }
  }
  return rewriteStatements(body, {
    statement: (statement) => {
      const { span } = statement;
      const leave: Statement = { kind: 'leave', label, span };
      if (statement.kind === 'exit') return [assign(read(flag, span), bool(true, span), span), leave];
      if (statement.kind !== 'apply' || !tables.has(statement.table)) return [statement];
      // What depends on the table's result does not run after an exit.
      const stop: Statement = {
        kind: 'if',
        condition: read(flag, span),
        whenTrue: [leave],
        whenFalse: [],
        span,
      };
      const { outcome } = statement;
      switch (outcome.kind) {
        case 'none':
          return [statement, stop];
        case 'hit': {
          const stopped = { ...outcome, hit: [stop, ...outcome.hit], miss: [stop, ...outcome.miss] };
          return [{ ...statement, outcome: stopped }];
        }
        case 'action_run': {
          const cases = outcome.cases.map((item) => ({ ...item, body: [stop, ...item.body] }));
          return [{ ...statement, outcome: { ...outcome, cases } }, stop];
        }
      }
    },
  });
}

/** An action at top level that exits is shared by all controls: one that needs a flag gets its own copy. */
function ownExitingActions(maps: Maps, control: Control, context: PassContext): Control {
  const added: string[] = [];
  const names = new Map<string, string>();
  for (const tableName of control.tables) {
    const table = maps.tables.get(tableName);
    if (table === undefined) continue;
    const rename = (name: string) => {
      const known = names.get(name);
      if (known !== undefined) return known;
      const action = maps.actions.get(name);
      if (action === undefined || action.owner !== undefined || !exits(action.body)) return name;
      const own = context.freshName(name);
      names.set(name, own);
      maps.actions.set(own, renewAction(action, own, control.name, context));
      added.push(own);
      return own;
    };
    const actions = table.actions.map((one) => ({ ...one, action: rename(one.action) }));
    const { defaultAction } = table;
    maps.tables.set(tableName, {
      ...table,
      actions,
      defaultAction:
        defaultAction === undefined ? undefined : { ...defaultAction, action: rename(defaultAction.action) },
      entries: table.entries.map((entry) => ({
        ...entry,
        action: { ...entry.action, action: rename(entry.action.action) },
      })),
    });
  }
  if (added.length === 0) return control;
  const body = rewriteStatements(control.body, {
    statement: (statement) => {
      if (statement.kind !== 'apply' || statement.outcome.kind !== 'action_run') return [statement];
      const cases = statement.outcome.cases.map((item) => ({
        ...item,
        labels: item.labels.map((label) => (label === undefined ? label : (names.get(label) ?? label))),
      }));
      return [{ ...statement, outcome: { ...statement.outcome, cases } }];
    },
  });
  return { ...control, body, actions: [...control.actions, ...added] };
}

function renewAction(action: Action, name: string, owner: string, context: PassContext): Action {
  const values = new Map<Variable, Expression>();
  const fresh = (variable: Variable): Variable => {
    const own = { ...variable, name: context.freshName(variable.sourceName) };
    values.set(variable, read(own, variable.span));
    return own;
  };
  const parameters = action.parameters.map((one) => ({ ...one, variable: fresh(one.variable) }));
  const locals = action.locals.map(fresh);
  const body = renewLabels(rewriteStatements(action.body, substitution(values)), context.freshName);
  return { ...action, name, owner, parameters, locals, body };
}

/** What stands in the place of the calls of one sub-control. */
type Prepared = { readonly at: (statement: Statement & { readonly kind: 'call' }) => readonly Statement[] };

type Gathered = {
  readonly locals: Variable[];
  readonly actions: string[];
  readonly tables: string[];
};

function prepare(
  maps: Maps,
  calledName: string,
  calls: readonly Call[],
  gathered: Gathered,
  context: PassContext,
): Prepared | undefined {
  let block = maps.blocks.get(calledName);
  if (block?.kind !== 'control') return undefined;
  const merged = bindingsOf(calls);
  const values = references(block, merged);
  for (const variable of copied(block, merged)) {
    const local: Variable = { ...variable, name: context.freshName(variable.sourceName), role: 'local' };
    values.set(variable, read(local, variable.span));
    gathered.locals.push(local);
  }
  const mayCopyOut = block.parameters.some(
    ({ direction }, position) =>
      (direction === 'out' || direction === 'inout') && merged.get(position)?.kind !== 'reference',
  );
  if (mayCopyOut) block = ownExitingActions(maps, block, context);
  const needsFlag = mayCopyOut && (exits(block.body) || exitingTables(maps, block).size > 0);
  const inside = substituteIn(maps, block, values);
  const label = context.freshName(block.sourceName);
  const flag = context.temporary('exited', BOOL, block.span);
  const caught = needsFlag ? catchExits(maps, block, inside, label, flag, context) : inside;
  const { parameters } = block;
  gathered.locals.push(...block.locals, ...(needsFlag ? [flag] : []));
  gathered.actions.push(...block.actions);
  gathered.tables.push(...block.tables);
  let isFirst = true;
  return {
    at: (statement) => {
      const { span } = statement;
      const given = statement.call.arguments;
      const { before, after } = copiesOf(parameters, given, inOrder(given, merged), (parameter) => {
        const value = values.get(parameter.variable);
        return value?.kind === 'variable' ? value.variable : parameter.variable;
      });
      const wrapped: readonly Statement[] = [{ kind: 'labelled', label, body: caught, span }];
      const copy = isFirst ? wrapped : renewLabels(wrapped, context.freshName);
      isFirst = false;
      if (!needsFlag) return [...before, ...copy, ...after];
      const reset = assign(read(flag, span), bool(false, span), span);
      const goOn: Statement = {
        kind: 'if',
        condition: read(flag, span),
        whenTrue: [{ kind: 'exit', span }],
        whenFalse: [],
        span,
      };
      return [reset, ...before, ...copy, ...after, goOn];
    },
  };
}

function inlineInto(maps: Maps, name: string, context: PassContext): void {
  const control = maps.blocks.get(name);
  if (control?.kind !== 'control' || maps.done.has(name)) return;
  maps.done.add(name);
  const byBlock = new Map<string, Call[]>();
  for (const call of blockCalls(control.body)) {
    if (call.callee.kind !== 'block') continue;
    const known = byBlock.get(call.callee.name);
    if (known === undefined) byBlock.set(call.callee.name, [call]);
    else known.push(call);
  }
  if (byBlock.size === 0) return;
  const gathered: Gathered = { locals: [], actions: [], tables: [] };
  const prepared = new Map<string, Prepared>();
  for (const [calledName, calls] of byBlock) {
    inlineInto(maps, calledName, context);
    const made = prepare(maps, calledName, calls, gathered, context);
    if (made !== undefined) prepared.set(calledName, made);
  }
  const body = rewriteStatements(control.body, {
    statement: (statement) => {
      if (statement.kind !== 'call' || statement.call.callee.kind !== 'block') return [statement];
      return prepared.get(statement.call.callee.name)?.at(statement) ?? [statement];
    },
  });
  for (const one of gathered.actions) {
    const action = maps.actions.get(one);
    if (action !== undefined) maps.actions.set(one, { ...action, owner: name });
  }
  for (const one of gathered.tables) {
    const table = maps.tables.get(one);
    if (table !== undefined) maps.tables.set(one, { ...table, owner: name });
  }
  maps.blocks.set(name, {
    ...control,
    locals: [...control.locals, ...gathered.locals],
    actions: [...control.actions, ...gathered.actions],
    tables: [...control.tables, ...gathered.tables],
    body,
  });
}

function run(program: Program, context: PassContext): Program {
  const maps: Maps = {
    blocks: new Map(program.blocks),
    actions: new Map(program.actions),
    tables: new Map(program.tables),
    done: new Set(),
  };
  for (const name of program.blocks.keys()) inlineInto(maps, name, context);
  const { blocks, actions, tables } = maps;
  const isParser = (block: Block) => block.kind === 'parser';
  const inlined = onlyBlocksOfMain({ ...program, blocks, actions, tables });
  // Sub-parsers are another pass's.
  const kept = new Map([...blocks].filter(([name, block]) => isParser(block) || inlined.blocks.has(name)));
  const owned = (owner: string | undefined) => owner === undefined || kept.has(owner);
  return {
    ...inlined,
    blocks: kept,
    actions: new Map([...actions].filter(([, action]) => owned(action.owner))),
    tables: new Map([...tables].filter(([, table]) => owned(table.owner))),
  };
}

export const inlineControls: Pass = {
  name: 'inline-controls',
  summary: 'sub-controls become part of the control around',
  run,
};
