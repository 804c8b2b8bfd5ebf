/**
 * Ingress and egress as graphs: tables and conditions, each with the name of what comes next. Bodies are converted
 * from their ends, so that what comes next is known.
 */

import { InternalError } from '../../diagnostics.ts';
import { type ApplyTable, type Control, type Statement, type Table, visit } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import type { ActionTable } from './actions.ts';
import { type BlockRole, type Conversion, report } from './conversion.ts';
import { condition } from './expressions.ts';
import { type Json, sourceInfo } from './json.ts';
import { type Next, nextAfter, type Successors, sameSuccessors } from './successors.ts';
import { convertTable, hiddenTable, type TableContext } from './tables.ts';

/** One of the two pipelines while it is converted. */
class Pipeline {
  readonly tables: Json[] = [];
  readonly conditionals: Json[] = [];
  readonly #conversion: Conversion;
  readonly #actions: ActionTable;
  readonly #context: TableContext;
  readonly #role: BlockRole;
  /** Where each table is applied, with what follows there. */
  readonly #sites = new Map<string, Successors[]>();
  readonly #siteCounts: ReadonlyMap<string, number>;
  /** For tables applied at several places: the field that says at which. */
  readonly #siteFields = new Map<string, readonly [header: string, field: string]>();
  readonly #entries = new Map<string, string>();
  /** The loops around the statements being converted: where `continue` and `break` go. */
  readonly #loops: { readonly again: Next; readonly behind: Next }[] = [];

  constructor(
    conversion: Conversion,
    actions: ActionTable,
    context: TableContext,
    role: BlockRole,
    control: Control,
  ) {
    this.#conversion = conversion;
    this.#actions = actions;
    this.#context = context;
    this.#role = role;
    this.#siteCounts = countSites(control.body);
  }

  /** Converts statements with `next` behind them; gives what comes first. */
  body(statements: readonly Statement[], next: Next): Next {
    let following = next;
    let end = statements.length;
    while (end > 0) {
      const last = statements[end - 1];
      if (last === undefined) break;
      if (isPlain(last)) {
        let start = end - 1;
        for (
          let before = statements[start - 1];
          before !== undefined && isPlain(before);
          before = statements[start - 1]
        )
          start--;
        following = this.#plain(statements.slice(start, end), following);
        end = start;
        continue;
      }
      following = this.#statement(last, following);
      end--;
    }
    return following;
  }

  #statement(statement: Statement, next: Next): Next {
    switch (statement.kind) {
      case 'if': {
        const test = condition(this.#conversion.scope, statement.condition);
        if (test.type === 'bool')
          return this.body(test.value === true ? statement.whenTrue : statement.whenFalse, next);
        const whenTrue = this.body(statement.whenTrue, next);
        const whenFalse = this.body(statement.whenFalse, next);
        if (whenTrue === whenFalse) return whenTrue;
        return this.conditional(test, whenTrue, whenFalse, statement.condition.span);
      }
      case 'call': {
        const { callee } = statement.call;
        if (callee.kind !== 'action') break;
        const values = statement.call.arguments.map(({ value }) => value);
        return this.#hidden(
          `tbl_${callee.name}`,
          this.#actions.idOf(callee.name),
          next,
          statement.span,
          values,
        );
      }
      case 'apply':
        return this.#apply(statement, next);
      case 'for':
        return this.#loop(statement, next);
      case 'break':
        return this.#loops.at(-1)?.behind ?? null;
      case 'continue':
        return this.#loops.at(-1)?.again ?? null;
      default:
        break;
    }
    throw new InternalError(`a statement of kind '${statement.kind}' is left in a control`, statement.span);
  }

  /** A loop: its end leads back to its condition, which the switch does not mind. */
  #loop(statement: Statement & { readonly kind: 'for' }, next: Next): Next {
    const name = this.#conversion.nodeName('node');
    const again = this.body(statement.updates, name);
    this.#loops.push({ again, behind: next });
    const inside = this.body(statement.body, again);
    this.#loops.pop();
    const test = condition(this.#conversion.scope, statement.condition);
    this.#addConditional(name, test, inside, next, statement.condition.span);
    return name;
  }

  conditional(test: Json, whenTrue: Next, whenFalse: Next, span: Span | undefined): Next {
    const name = this.#conversion.nodeName('node');
    this.#addConditional(name, test, whenTrue, whenFalse, span);
    return name;
  }

  #addConditional(name: string, test: Json, whenTrue: Next, whenFalse: Next, span: Span | undefined): void {
    this.conditionals.push({
      name,
      id: this.conditionals.length,
      ...(span === undefined ? {} : { source_info: sourceInfo(span) }),
      expression: test,
      true_next: whenTrue,
      false_next: whenFalse,
    });
  }

  /** Statements without tables: an action of their own, run by a table without keys. */
  #plain(statements: readonly Statement[], next: Next): Next {
    const [first] = statements;
    if (first === undefined) return next;
    const id = this.#actions.add(statements, this.#role, first.span);
    return id === undefined ? next : this.#hidden('tbl_act', id, next, first.span, []);
  }

  #hidden(
    base: string,
    action: number,
    next: Next,
    span: Span | undefined,
    values: Parameters<typeof hiddenTable>[5],
  ): Next {
    const name = this.#conversion.nodeName(base);
    this.tables.push(hiddenTable(this.#context, name, action, next, span, values));
    return name;
  }

  #apply(statement: ApplyTable, next: Next): Next {
    const table = this.#conversion.program.tables.get(statement.table);
    if (table === undefined)
      throw new InternalError(`there is no table '${statement.table}'`, statement.span);
    const successors = this.#successors(statement, table, next);
    const sites = this.#sites.get(table.name) ?? [];
    this.#sites.set(table.name, sites);
    const known = sites.findIndex((one) => sameSuccessors(one, successors));
    const site = known >= 0 ? known : sites.push(successors) - 1;
    const entry = this.#entry(table);
    if ((this.#siteCounts.get(table.name) ?? 1) === 1) return entry;
    // Remembers the place, for the way back.
    let place = this.#siteFields.get(table.name);
    if (place === undefined) {
      const { header, field } = this.#conversion.layout.scratch(`${table.name}.site`, {
        kind: 'bits',
        width: 16,
        signed: false,
      });
      place = [header, field];
      this.#siteFields.set(table.name, place);
    }
    const action = this.#actions.setField(place, BigInt(site), statement.span);
    return this.#hidden(`tbl_${table.name}_place`, action, entry, statement.span, []);
  }

  #successors(statement: ApplyTable, table: Table, next: Next): Successors {
    const { outcome } = statement;
    switch (outcome.kind) {
      case 'none':
        return { kind: 'always', next };
      case 'hit': {
        const hit = this.body(outcome.hit, next);
        const miss = this.body(outcome.miss, next);
        return hit === miss ? { kind: 'always', next: hit } : { kind: 'hit', hit, miss };
      }
      case 'action_run': {
        const byAction = new Map<string, Next>();
        let otherwise = next;
        for (const one of outcome.cases) {
          const target = this.body(one.body, next);
          for (const label of one.labels) {
            if (label === undefined) otherwise = target;
            else byAction.set(label, target);
          }
        }
        for (const { action } of table.actions) if (!byAction.has(action)) byAction.set(action, otherwise);
        return { kind: 'action', byAction, otherwise };
      }
    }
  }

  /** What comes first when a table is applied: itself, or what puts its computed keys into fields. */
  #entry(table: Table): string {
    const known = this.#entries.get(table.name);
    if (known !== undefined) return known;
    const prepared = this.#context.prepareKeys(table);
    const name = table.controlPlaneName;
    const first =
      prepared === undefined ? name : this.#hidden(`tbl_${table.name}_keys`, prepared, name, table.span, []);
    this.#entries.set(table.name, first ?? name);
    return first ?? name;
  }

  /** Converts the tables, once all places where they are applied are known. */
  finish(): void {
    for (const table of this.#conversion.program.tables.values()) {
      const sites = this.#sites.get(table.name) ?? [];
      const [first] = sites;
      if (first === undefined) continue;
      const successors = sites.length === 1 ? first : this.#dispatch(table, sites);
      const { json, behind } = convertTable(this.#context, table, successors);
      this.tables.push(json, ...behind);
    }
  }

  /** Joins what follows at several places: behind the table, the place remembered decides. */
  #dispatch(table: Table, sites: readonly Successors[]): Successors {
    const kinds = new Set(sites.map((site) => site.kind));
    if (kinds.has('hit') && kinds.has('action'))
      report(this.#conversion, 'P4812', table.span, { table: table.controlPlaneName });
    const hitOf = (which: 'hit' | 'miss') =>
      this.#bySite(
        table,
        sites.map((site) => (site.kind === 'hit' ? site[which] : site.kind === 'always' ? site.next : null)),
      );
    if (kinds.has('hit')) return { kind: 'hit', hit: hitOf('hit'), miss: hitOf('miss') };
    if (!kinds.has('action'))
      return {
        kind: 'always',
        next: this.#bySite(
          table,
          sites.map((site) => (site.kind === 'always' ? site.next : null)),
        ),
      };
    const after = (action: string | undefined) =>
      this.#bySite(
        table,
        sites.map((site) => {
          if (site.kind === 'always') return site.next;
          if (site.kind === 'hit') return null;
          return nextAfter(site, action);
        }),
      );
    const byAction = new Map(table.actions.map(({ action }) => [action, after(action)]));
    return { kind: 'action', byAction, otherwise: after(undefined) };
  }

  #bySite(table: Table, targets: readonly Next[]): Next {
    const place = this.#siteFields.get(table.name);
    const last = targets.at(-1) ?? null;
    if (place === undefined) return last;
    return targets.slice(0, -1).reduceRight<Next>((otherwise, target, index) => {
      if (target === otherwise) return target;
      const test: Json = {
        type: 'expression',
        value: {
          op: '==',
          left: { type: 'field', value: place },
          right: { type: 'hexstr', value: `0x${index.toString(16).padStart(4, '0')}` },
        },
      };
      return this.conditional(test, target, otherwise, undefined);
    }, last);
  }
}

/** What may stand together in an action of the back end's own. */
function isPlain(statement: Statement): boolean {
  switch (statement.kind) {
    case 'assign':
    case 'set_validity':
    case 'shift_stack':
    case 'exit':
      return true;
    case 'call':
      return statement.call.callee.kind !== 'action';
    default:
      return false;
  }
}

/** At how many places each table is applied. */
function countSites(statements: readonly Statement[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  visit(statements, (node) => {
    if (node.kind === 'apply') counts.set(node.table, (counts.get(node.table) ?? 0) + 1);
    return undefined;
  });
  return counts;
}

/** Converts ingress or egress. */
export function convertControl(
  conversion: Conversion,
  actions: ActionTable,
  makeContext: (role: BlockRole) => TableContext,
  control: Control,
  role: 'ingress' | 'egress',
  id: number,
): Json {
  const context = makeContext(role);
  const pipeline = new Pipeline(conversion, actions, context, role, control);
  const first = pipeline.body(control.body, null);
  pipeline.finish();
  return {
    name: role,
    id,
    source_info: sourceInfo(control.span),
    init_table: first,
    tables: pipeline.tables.map((table, index) => withId(table, index, id)),
    action_profiles: context.actionProfiles,
    conditionals: pipeline.conditionals,
  };
}

/** Ids of tables are unique in the program: those of egress begin behind those of ingress. */
const EGRESS_IDS = 0x10000;

function withId(table: Json, index: number, pipeline: number): Json {
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return table;
  return { ...table, id: pipeline * EGRESS_IDS + index };
}
