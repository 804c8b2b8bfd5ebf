/** The list of all actions, those of the program and those that the back end makes. */

import { InternalError } from '../../diagnostics.ts';
import type { Action, Expression, Statement } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { ActionWriter, writeStatements } from './action.ts';
import { asField } from './assign.ts';
import { actionScope, type BlockRole, type Conversion } from './conversion.ts';
import { constant, field, type Json, type Operand, type Primitive, sourceInfo } from './json.ts';
import { isScalar, widthOf } from './layout.ts';

/** Actions by number. */
export class ActionTable {
  readonly json: Json[] = [];
  readonly #conversion: Conversion;
  readonly #ids = new Map<string, number>();
  readonly #fieldActions = new Map<string, number>();

  constructor(conversion: Conversion) {
    this.#conversion = conversion;
  }

  /** The number of an action of the program. */
  idOf(name: string): number {
    const id = this.#ids.get(name);
    if (id === undefined) throw new InternalError(`action '${name}' was not converted`);
    return id;
  }

  /** Converts an action of the program. */
  convert(action: Action, role: BlockRole): void {
    const variables = action.parameters.map(({ variable }) => variable);
    const writer = new ActionWriter(actionScope(this.#conversion, variables), role);
    writeStatements(this.#conversion, writer, action.body);
    const data = variables.map((variable) => {
      if (!isScalar(variable.type)) throw new InternalError('action data is no number', variable.span);
      return { name: variable.sourceName, bitwidth: widthOf(variable.type) };
    });
    this.#ids.set(action.name, this.#push(action.controlPlaneName, data, writer.finish(), action.span));
  }

  /** Makes an action of statements of a control; undefined when nothing is left to do. */
  add(statements: readonly Statement[], role: BlockRole, span: Span): number | undefined {
    const writer = new ActionWriter(this.#conversion.scope, role);
    writeStatements(this.#conversion, writer, statements);
    const primitives = writer.finish();
    return primitives.length === 0
      ? undefined
      : this.#push(this.#conversion.nodeName('act'), [], primitives, span);
  }

  /** Makes an action that puts computed expressions into fields; gives the fields too. */
  addFields(
    expressions: readonly Expression[],
    role: BlockRole,
    span: Span,
  ): { readonly id: number | undefined; readonly fields: readonly Operand[] } {
    const writer = new ActionWriter(this.#conversion.scope, role);
    const fields = expressions.map((expression) => asField(this.#conversion, writer, expression, 'key'));
    const primitives = writer.finish();
    const id =
      primitives.length === 0
        ? undefined
        : this.#push(this.#conversion.nodeName('act'), [], primitives, span);
    return { id, fields };
  }

  /** The action that sets a field of the back end's own to a number. */
  setField(place: readonly [header: string, field: string], number: bigint, span: Span): number {
    const key = JSON.stringify([place, Number(number)]);
    const known = this.#fieldActions.get(key);
    if (known !== undefined) return known;
    const primitive: Primitive = {
      op: 'assign',
      parameters: [field(place[0], place[1]), constant(number, 16)],
    };
    const id = this.#push(this.#conversion.nodeName('act'), [], [primitive], span);
    this.#fieldActions.set(key, id);
    return id;
  }

  #push(name: string, data: readonly Json[], primitives: readonly Primitive[], span: Span): number {
    const id = this.json.length;
    this.json.push({ name, id, source_info: sourceInfo(span), runtime_data: data, primitives });
    return id;
  }

  /** The name under which an action is listed. */
  nameOf(id: number): string {
    const found = this.json[id];
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !('name' in found)) return '';
    return String(found['name']);
  }
}
