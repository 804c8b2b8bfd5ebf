/**
 * A second reading of the JSON, for tests: runs ingress of the switch on fields, as BMv2 documents its operations.
 * It shares nothing with the back end but the format.
 */

import type { Json } from './json.ts';
import type { Bmv2Json } from './program.ts';
import { type Node, named, node, nodes } from './test-harness.ts';

type Field = { readonly width: number; readonly signed: boolean; value: bigint };

/** The state of one packet: fields by `header.field`. */
export class SwitchModel {
  readonly fields = new Map<string, Field>();
  readonly #json: Bmv2Json;
  readonly #actions = new Map<number, Node>();
  steps = 0;

  constructor(json: Bmv2Json) {
    this.#json = json;
    for (const header of nodes(json['headers'])) {
      const type = named(json['header_types'], String(header['header_type']));
      const fields = type['fields'];
      if (!Array.isArray(fields)) throw new Error('a type has fields');
      for (const entry of fields) {
        if (!Array.isArray(entry)) throw new Error('a field is a list');
        const [name, width, signed] = entry;
        this.fields.set(`${String(header['name'])}.${String(name)}`, {
          width: Number(width),
          signed: signed === true,
          value: 0n,
        });
      }
      this.fields.set(`${String(header['name'])}.$valid$`, { width: 1, signed: false, value: 0n });
    }
    for (const action of nodes(json['actions'])) this.#actions.set(Number(action['id']), action);
  }

  get(name: string): bigint {
    const found = this.fields.get(name);
    if (found === undefined) throw new Error(`there is no field ${name}`);
    return found.value;
  }

  set(name: string, value: bigint): void {
    const found = this.fields.get(name);
    if (found === undefined) throw new Error(`there is no field ${name}`);
    if (!found.signed) found.value = BigInt.asUintN(found.width, value);
    else {
      // A positive value whose first bit is set stays positive.
      const low = -(1n << BigInt(found.width - 1));
      const fits = value >= low && value < 1n << BigInt(found.width);
      found.value = fits ? value : BigInt.asIntN(found.width, value);
    }
  }

  /** Runs ingress; every table misses. */
  run(): void {
    const ingress = named(this.#json['pipelines'], 'ingress');
    let next = ingress['init_table'];
    while (typeof next === 'string') {
      if (++this.steps > 10_000) throw new Error('ingress does not end');
      const name: string = next;
      const test = nodes(ingress['conditionals']).find((one) => one['name'] === name);
      if (test !== undefined) {
        next = this.evaluate(node(test['expression'])) === true ? test['true_next'] : test['false_next'];
        continue;
      }
      const table = named(ingress['tables'], name);
      const entry = node(table['default_entry']);
      const action = this.#actions.get(Number(entry['action_id']));
      if (action === undefined) throw new Error('there is no such action');
      this.#execute(action);
      const nexts = node(table['next_tables']);
      next = '__MISS__' in nexts ? nexts['__MISS__'] : nexts[String(action['name'])];
    }
  }

  #execute(action: Node): void {
    const primitives = nodes(action['primitives']);
    for (let at = 0; at < primitives.length; ) {
      if (++this.steps > 10_000) throw new Error('an action does not end');
      const primitive = primitives[at];
      const [first, second] = nodes(primitive?.['parameters']);
      at++;
      switch (primitive?.['op']) {
        case 'assign':
          this.set(this.#fieldName(first), this.#number(second));
          break;
        case '_jump':
          at = Number(this.#number(first));
          break;
        case '_jump_if_zero':
          if (this.#number(first) === 0n) at = Number(this.#number(second));
          break;
        default:
          throw new Error(`primitive ${String(primitive?.['op'])} is not modelled`);
      }
    }
  }

  #fieldName(operand: Node | undefined): string {
    if (operand?.['type'] !== 'field' || !Array.isArray(operand['value']))
      throw new Error('a field is expected');
    return operand['value'].map(String).join('.');
  }

  #number(operand: Node | undefined): bigint {
    const value = operand === undefined ? undefined : this.evaluate(operand);
    if (typeof value !== 'bigint') throw new Error('a number is expected');
    return value;
  }

  /** Evaluates an operand: numbers of any size, or conditions. */
  evaluate(operand: Node): bigint | boolean {
    const { type, value } = { type: operand['type'], value: operand['value'] };
    switch (type) {
      case 'hexstr': {
        const text = String(value);
        return text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
      }
      case 'field':
        return this.get(this.#fieldName(operand));
      case 'bool':
        return value === true;
      case 'expression': {
        const inner = node(value);
        return 'op' in inner ? this.#operate(inner) : this.evaluate(inner);
      }
      default:
        throw new Error(`operand ${String(type)} is not modelled`);
    }
  }

  #operate(expression: Node): bigint | boolean {
    const op = String(expression['op']);
    const left = () => this.evaluate(node(expression['left']));
    const right = () => this.evaluate(node(expression['right']));
    if (op === '?') return this.evaluate(node(expression['cond'])) === true ? left() : right();
    const unary = expression['left'] === null;
    const one = unary ? 0n : left();
    const other = right();
    if (typeof one === 'boolean' || typeof other === 'boolean') return logic(op, one, other);
    return arithmetic(op, one, other);
  }
}

function logic(op: string, one: bigint | boolean, other: bigint | boolean): bigint | boolean {
  switch (op) {
    case 'and':
      return one === true && other === true;
    case 'or':
      return one === true || other === true;
    case 'not':
      return other === false;
    case '==':
      return one === other;
    case '!=':
      return one !== other;
    case 'b2d':
      return other === true ? 1n : 0n;
    default:
      throw new Error(`${op} of conditions is not modelled`);
  }
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}

function arithmetic(op: string, one: bigint, other: bigint): bigint | boolean {
  switch (op) {
    case '+':
      return one + other;
    case '-':
      return one - other;
    case '*':
      return one * other;
    case '/':
      return one / other;
    case '%':
      return one % other;
    case '<<':
      if (other > 100_000n) throw new Error('the switch would run out of memory');
      return one << other;
    case '>>':
      return one >> other;
    case '&':
      return one & other;
    case '|':
      return one | other;
    case '^':
      return one ^ other;
    case '~':
      return ~other;
    case '==':
      return one === other;
    case '!=':
      return one !== other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      return one >= other;
    case 'd2b':
      return other !== 0n;
    case 'two_comp_mod':
      return BigInt.asIntN(Number(other), one);
    case 'usat_cast':
      return clamp(one, 0n, (1n << other) - 1n);
    case 'sat_cast':
      return clamp(one, -(1n << (other - 1n)), (1n << (other - 1n)) - 1n);
    default:
      throw new Error(`${op} is not modelled`);
  }
}

/** Whether some JSON has a value anywhere in it: a search for tests. */
export function contains(json: Json, wanted: (part: Json) => boolean): boolean {
  if (wanted(json)) return true;
  if (typeof json !== 'object' || json === null) return false;
  return Object.values(json).some((part: Json | undefined) => part !== undefined && contains(part, wanted));
}
