/**
 * Rules of Tofino that can be seen in a program, checked on its lowered form with controls, actions and functions
 * inlined. The chip's own compiler knows more of them. Figures are those of the first generation, which the second
 * one has too.
 */

import {
  type Action,
  type Control,
  type Expression,
  type Instance,
  type Parser,
  type Program,
  type Statement,
  type Table,
  visit,
} from '../../codegen/ir/index.ts';
import { bitsRead, fieldOf, fieldsRead, widthOf } from './ir-fields.ts';
import type { Generation } from './tna-program.ts';

/** Bits that the parser compares in one state. */
const PARSER_MATCH_BITS = 32;
/** Bits of fields that one condition compares: 32 from the crossbar, 12 by the hash. */
const CONDITION_BITS = 44;
const RANGE_BITS = 32;
const EXACT_KEY_BYTES = 128;
const TERNARY_KEY_BYTES = 66;
const DIGEST_BYTES = 48;
const MIRROR_BYTES = 32;
/** Of hashes and random numbers, that one table leads to its action. */
const HASH_BITS = 32;
/** Fields that all actions of a register together may read: its memory is behind one input for each half of a cell. */
const REGISTER_INPUTS = 2;

const COMPARISONS: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];
const ORDERINGS: readonly string[] = ['<', '<=', '>', '>='];

/**
 * What in the program Tofino cannot do, in words; empty where nothing is known.
 * @param generation The chip: the first one's parser can do less.
 */
export function tnaViolations(program: Program, generation: Generation = 1): readonly string[] {
  const found: string[] = [];
  for (const block of program.blocks.values()) {
    if (block.kind === 'parser') {
      found.push(...parserViolations(block), ...shifted(block));
      if (generation === 1) found.push(...secondWrites(block));
    } else found.push(...controlViolations(program, block));
  }
  for (const table of program.tables.values()) found.push(...keyViolations(table));
  for (const action of program.actions.values()) {
    found.push(...arithmeticViolations(action.name, action.body));
    found.push(...dependentStatements(action.name, action.body));
    found.push(...dataTakenOff(action));
    found.push(...hashViolations(program, action.name, action.body));
  }
  for (const { name, body } of program.functions.values()) found.push(...arithmeticViolations(name, body));
  found.push(...registerViolations(program));
  for (const { name, fields } of program.types) {
    if (fields.some(({ type }) => type.kind === 'varbit')) found.push(`${name}: a header of variable length`);
  }
  return found;
}

function parserViolations({ name, states }: Parser): readonly string[] {
  return states.flatMap(({ sourceName, statements, transition }) => {
    const at = `${name}.${sourceName}`;
    const found: string[] = [];
    visit(statements, (node) => {
      if (node.kind === 'binary' && node.operator !== '++') found.push(`${at}: computes '${node.operator}'`);
      return true;
    });
    if (transition.kind !== 'select') return found;
    const bits = transition.keys.reduce((sum, { type }) => sum + widthOf(type), 0);
    if (bits > PARSER_MATCH_BITS) found.push(`${at}: selects by ${bits} bits`);
    for (const key of transition.keys) {
      if (fieldOf(key)?.startsWith('metadata') === true)
        found.push(`${at}: selects by what is not in the packet`);
    }
    return found;
  });
}

/** What a parser writes: a field, or bits of it. */
type Write = {
  readonly state: string;
  readonly field: string;
  readonly high: number;
  readonly low: number;
  readonly value: Expression;
};

/** A second write to a field on the way of a packet sets bits and clears none, unless the first one was zero or the same. */
function secondWrites({ name, states }: Parser): readonly string[] {
  const found = new Set<string>();
  const writes = new Map(states.map((state) => [state.name, writesOf(state)]));
  const next = new Map(states.map(({ name: from, transition }) => [from, nextStates(transition)]));
  for (const { name: from } of states) {
    const own = writes.get(from) ?? [];
    const later = new Set<string>();
    const waiting = [...(next.get(from) ?? [])];
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (later.has(state)) continue;
      later.add(state);
      waiting.push(...(next.get(state) ?? []));
    }
    const behind = [...later].flatMap((state) => writes.get(state) ?? []);
    for (const [index, first] of own.entries()) {
      if (isZero(first.value)) continue;
      for (const second of [...own.slice(index + 1), ...behind]) {
        const overlaps = first.field === second.field && first.low <= second.high && second.low <= first.high;
        if (overlaps && !isSameConstant(first.value, second.value)) {
          found.add(`${name}.${second.state}: writes ${second.field}, which ${first.state} has written`);
        }
      }
    }
  }
  return [...found];
}

/** A parser moves bytes: what it makes a field of stands at the same bits of a byte each time. */
function shifted({ name, states }: Parser): readonly string[] {
  const found: string[] = [];
  const first = new Map<string, { readonly bit: number; readonly state: string }>();
  for (const state of states) {
    for (const { field, low, value } of writesOf(state)) {
      const from = bitInByte(value);
      if (from === undefined) continue;
      const bit = (from - low + 8 * 128) % 8;
      const before = first.get(field);
      if (before === undefined) first.set(field, { bit, state: state.sourceName });
      else if (before.bit !== bit) {
        found.push(`${name}.${state.sourceName}: moves ${field} by other bits than ${before.state} does`);
      }
    }
  }
  return found;
}

/** Where in its byte the last bit of a header's field stands, from the right. */
function bitInByte(value: Expression): number | undefined {
  if (value.kind === 'slice') {
    const whole = bitInByte(value.target);
    return whole === undefined ? undefined : (whole + value.low) % 8;
  }
  if (value.kind !== 'field' || value.target.type.kind !== 'header') return undefined;
  const { fields } = value.target.type;
  const index = fields.findIndex((one) => one.name === value.field);
  return fields.slice(index + 1).reduce((sum, { type }) => sum + widthOf(type), 0) % 8;
}

function writesOf({ sourceName, statements }: Parser['states'][number]): readonly Write[] {
  return statements.flatMap((statement): readonly Write[] => {
    if (statement.kind !== 'assign') return [];
    const { target, value } = statement;
    const field = fieldOf(target);
    if (field === undefined) return [];
    const [high, low] = target.kind === 'slice' ? [target.high, target.low] : [Number.POSITIVE_INFINITY, 0];
    return [{ state: sourceName, field, high, low, value }];
  });
}

function nextStates(transition: Parser['states'][number]['transition']): readonly string[] {
  return transition.kind === 'select' ? transition.cases.map(({ state }) => state) : [transition.state];
}

function isZero(value: Expression): boolean {
  return (value.kind === 'constant' && value.value === 0n) || (value.kind === 'boolean' && !value.value);
}

function isSameConstant(left: Expression, right: Expression): boolean {
  if (left.kind === 'constant' && right.kind === 'constant') return left.value === right.value;
  return left.kind === 'boolean' && right.kind === 'boolean' && left.value === right.value;
}

function controlViolations(program: Program, { name, body }: Control): readonly string[] {
  const found = [...arithmeticViolations(name, body), ...hashViolations(program, name, body)];
  const conditions: Expression[] = [];
  const applied: string[] = [];
  visit(body, (node) => {
    if (node.kind === 'if') conditions.push(node.condition);
    if (node.kind === 'apply') applied.push(node.table);
    if (node.kind === 'binary' && COMPARISONS.includes(node.operator)) {
      if (!isConstant(node.left) && !isConstant(node.right)) {
        found.push(`${name}: compares two fields with '${node.operator}'`);
      }
      if (ORDERINGS.includes(node.operator) && widthOf(node.left.type) > RANGE_BITS) {
        found.push(`${name}: orders more than ${RANGE_BITS} bits`);
      }
    }
    if (node.kind === 'call' && 'result' in node) found.push(...deparserViolations(name, node));
    return true;
  });
  for (const condition of conditions) {
    const bits = bitsRead(condition);
    if (bits > CONDITION_BITS) found.push(`${name}: a condition on ${bits} bits`);
  }
  for (const table of new Set(applied)) {
    const times = applied.filter((other) => other === table).length;
    if (times > 1) found.push(`${table}: applied in ${times} places`);
  }
  for (const [register, times] of registerAccesses(program, body)) {
    if (times > 1) found.push(`${register}: accessed ${times} times by one packet`);
  }
  return found;
}

function deparserViolations(name: string, { call }: Extract<Statement, { kind: 'call' }>): readonly string[] {
  if (call.callee.kind !== 'method') return [];
  const { extern, name: method, typeArguments } = call.callee;
  const [type] = extern === 'Digest' ? call.arguments.map((argument) => argument.type) : typeArguments;
  if (type === undefined) return [];
  const bytes = Math.ceil(widthOf(type) / 8);
  if (extern === 'Digest' && method === 'pack' && bytes > DIGEST_BYTES)
    return [`${name}: a digest of ${bytes} bytes`];
  if (extern === 'Mirror' && method === 'emit' && bytes > MIRROR_BYTES) {
    return [`${name}: a mirror header of ${bytes} bytes`];
  }
  return [];
}

function keyViolations({ name, keys }: Table): readonly string[] {
  const found = keys.flatMap(({ expression, matchKind }) => {
    const bits = widthOf(expression.type);
    return matchKind === 'range' && bits > RANGE_BITS ? [`${name}: a range of ${bits} bits`] : [];
  });
  const matched = keys.filter(({ matchKind }) => matchKind !== 'selector');
  const bytes = matched.reduce((sum, { expression }) => sum + Math.ceil(widthOf(expression.type) / 8), 0);
  const limit = matched.every(({ matchKind }) => matchKind === 'exact') ? EXACT_KEY_BYTES : TERNARY_KEY_BYTES;
  return bytes > limit ? [...found, `${name}: a key of ${bytes} bytes`] : found;
}

function registerViolations(program: Program): readonly string[] {
  const inputs = new Map<string, Set<string>>();
  for (const instance of program.instances.values()) {
    const register = instance.arguments.get('reg');
    if (instance.type.name !== 'RegisterAction' || register?.kind !== 'instance') continue;
    const fields = inputs.get(register.instance) ?? new Set();
    inputs.set(register.instance, fields);
    for (const method of instance.methods.values()) {
      const own = program.functions.get(method);
      // Fields of the cell begin with the name of a parameter, those of packets with that of one of the control's.
      const parameters = own?.parameters.map(({ variable }) => variable.sourceName) ?? [];
      for (const field of fieldsRead(own?.body ?? []).keys()) {
        const [root = ''] = field.split('.');
        if (field !== root && !parameters.includes(root)) fields.add(field);
      }
    }
  }
  return [...inputs].flatMap(([register, fields]) =>
    fields.size > REGISTER_INPUTS ? [`${register}: its actions read ${[...fields].join(', ')}`] : [],
  );
}

function arithmeticViolations(name: string, body: readonly Statement[]): readonly string[] {
  const found: string[] = [];
  visit(body, (node) => {
    if (node.kind === 'binary' && ['*', '/', '%'].includes(node.operator))
      found.push(`${name}: '${node.operator}'`);
    return true;
  });
  return found;
}

/** Action data goes into an ALU by its first input only, so that it cannot be taken off something. */
function dataTakenOff({ name, parameters, body }: Action): readonly string[] {
  const data = parameters.flatMap(({ direction, variable }) => (direction === 'none' ? [variable.name] : []));
  const found: string[] = [];
  visit(body, (node) => {
    if (node.kind === 'binary' && ['-', '|-|'].includes(node.operator)) {
      for (const one of variablesOf(node.right)) {
        if (data.includes(one))
          found.push(`${name}: takes its parameter off a field with '${node.operator}'`);
      }
    }
    return true;
  });
  return found;
}

function variablesOf(expression: Expression): readonly string[] {
  const names: string[] = [];
  visit([expression], (node) => {
    if (node.kind === 'variable') names.push(node.variable.name);
    return true;
  });
  return names;
}

/**
 * Hashes and random numbers of one table, each in as many bits as the container of what it is put into has at least.
 * Statements one behind the other, with no table and no condition between them, are one table.
 */
function hashViolations(program: Program, name: string, body: readonly Statement[]): readonly string[] {
  const found: string[] = [];
  let bits = 0;
  const end = () => {
    if (bits > HASH_BITS) found.push(`${name}: ${bits} bits of hashes and random numbers in one table`);
    bits = 0;
  };
  for (const statement of body) {
    if (statement.kind === 'if') {
      end();
      found.push(...hashViolations(program, name, statement.whenTrue));
      found.push(...hashViolations(program, name, statement.whenFalse));
    } else if (statement.kind === 'apply') {
      end();
    } else {
      bits += immediateOf(program, statement);
    }
  }
  end();
  return found;
}

/**
 * The bits that a hash or a random number takes on its way to an action: 8, 16 or 32, as many as the whole field that it
 * is written to; 0 for what is neither.
 */
export function immediateOf(
  program: Program,
  statement: Statement,
  externs: readonly string[] = ['Hash', 'Random'],
): number {
  if (statement.kind !== 'call' || statement.call.callee.kind !== 'method') return 0;
  const { object } = statement.call.callee;
  const { result } = statement;
  if (object.kind !== 'instance' || result === undefined) return 0;
  if (!externs.includes(program.instances.get(object.instance)?.type.name ?? '')) return 0;
  const width = widthOf(result.kind === 'slice' ? result.target.type : result.type);
  return [8, 16, 32].find((bits) => width <= bits) ?? 32 * Math.ceil(width / 32);
}

/** An action's instructions run all at once: none can use what another one has just written. */
function dependentStatements(name: string, body: readonly Statement[]): readonly string[] {
  const written = new Set<string>();
  const found: string[] = [];
  for (const statement of body) {
    if (statement.kind !== 'assign') continue;
    for (const field of fieldsRead([statement.value]).keys()) {
      if (written.has(field)) found.push(`${name}: uses ${field}, which it has just written`);
    }
    const target = fieldOf(statement.target);
    if (target !== undefined) written.add(target);
  }
  return found;
}

/** How often a packet accesses each register, on the path that does so most. */
function registerAccesses(program: Program, body: readonly Statement[]): ReadonlyMap<string, number> {
  const total = new Map<string, number>();
  const add = (from: ReadonlyMap<string, number>) => {
    for (const [register, times] of from) total.set(register, (total.get(register) ?? 0) + times);
  };
  for (const statement of body) {
    switch (statement.kind) {
      case 'if':
        add(
          most([
            registerAccesses(program, statement.whenTrue),
            registerAccesses(program, statement.whenFalse),
          ]),
        );
        break;
      case 'apply': {
        const actions = program.tables.get(statement.table)?.actions ?? [];
        const bodies = actions.map(({ action }) => program.actions.get(action)?.body ?? []);
        add(most(bodies.map((one) => registerAccesses(program, one))));
        const { outcome } = statement;
        if (outcome.kind === 'hit') {
          add(most([registerAccesses(program, outcome.hit), registerAccesses(program, outcome.miss)]));
        } else if (outcome.kind === 'action_run') {
          add(most(outcome.cases.map((one) => registerAccesses(program, one.body))));
        }
        break;
      }
      default: {
        const register = registerOf(program, statement);
        if (register !== undefined) add(new Map([[register, 1]]));
      }
    }
  }
  return total;
}

function most(branches: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const result = new Map<string, number>();
  for (const branch of branches) {
    for (const [register, times] of branch) result.set(register, Math.max(result.get(register) ?? 0, times));
  }
  return result;
}

/** The register that a statement accesses, by a register action or without. */
function registerOf(program: Program, statement: Statement): string | undefined {
  if (statement.kind !== 'call' || statement.call.callee.kind !== 'method') return undefined;
  const { object, extern } = statement.call.callee;
  if (object.kind !== 'instance') return undefined;
  if (extern === 'Register') return object.instance;
  const instance: Instance | undefined = program.instances.get(object.instance);
  const register = extern === 'RegisterAction' ? instance?.arguments.get('reg') : undefined;
  return register?.kind === 'instance' ? register.instance : undefined;
}

function isConstant(expression: Expression): boolean {
  return expression.kind === 'constant' || expression.kind === 'boolean' || expression.kind === 'member';
}
