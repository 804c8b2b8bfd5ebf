/** Random expressions of any type, with values that the specification defines. */

import type { Field, Instance, NumberType, Plan, ScalarType } from './plan.ts';
import { typeText } from './plan.ts';
import type { Place, Scope } from './scope.ts';

/** A number as it is written. */
export function literal(type: NumberType, value: bigint): string {
  const { kind, width } = type;
  if (kind === 'bit') return `${width}w0x${BigInt.asUintN(width, value).toString(16)}`;
  const signed = BigInt.asIntN(width, value);
  // The smallest number has no literal: its absolute value does not fit.
  if (signed >= 0n || -signed >= 1n << BigInt(width - 1)) return `${width}s${signed < 0n ? 1n : signed}`;
  return `(-${width}s${-signed})`;
}

function literalOf(plan: Plan, type: ScalarType): string {
  if (type.kind === 'bool') return plan.random.chance(50) ? 'true' : 'false';
  return literal(type, plan.value(type.width));
}

/** A field of a header, read so that the header is valid then. */
export function readField(plan: Plan, scope: Scope, instance: Instance, field: Field): string {
  const text = `hdr.${instance.path}.${field.name}`;
  if (scope.valid.has(instance.path)) return text;
  return `(hdr.${instance.path}.isValid() ? ${text} : ${literal(field.type, plan.value(field.type.width))})`;
}

/**
 * An element of a stack at a computed place, read so that it is there and valid. Whether one element is valid cannot be
 * asked at a computed place with p4c, so all of them are asked.
 */
function readComputedElement(plan: Plan, scope: Scope): Place | undefined {
  const { random } = plan;
  const stack = random.oneOf(plan.stacks.filter(({ size }) => size === 2 || size === 4));
  const field = random.oneOf(stack?.type.fields ?? []);
  if (stack === undefined || field === undefined) return undefined;
  const bits: NumberType = { kind: 'bit', width: stack.size === 2 ? 1 : 2 };
  const index = leaf(plan, { ...scope, instances: [] }, bits);
  const valid = Array.from({ length: stack.size }, (_, each) => `hdr.${stack.name}[${each}].isValid()`);
  const element = `hdr.${stack.name}[${index}].${field.name}`;
  return {
    text: `((${valid.join(' && ')}) ? ${element} : ${literal(field.type, 5n)})`,
    type: field.type,
    writable: false,
  };
}

function somePlace(plan: Plan, scope: Scope): Place | undefined {
  const { random } = plan;
  if (random.chance(45) && scope.places.length > 0) return random.oneOf(scope.places);
  const usesStacks = scope.where === 'ingress' || scope.where === 'egress';
  if (usesStacks && scope.instances.length > 0 && random.chance(6)) {
    const element = readComputedElement(plan, scope);
    if (element !== undefined) return element;
  }
  const valid = scope.instances.filter(({ path }) => scope.valid.has(path));
  const instance = random.oneOf(random.chance(60) && valid.length > 0 ? valid : scope.instances);
  const field = random.oneOf(instance?.type.fields ?? []);
  if (instance === undefined || field === undefined) return random.oneOf(scope.places);
  return { text: readField(plan, scope, instance, field), type: field.type, writable: false };
}

/** A value of one type as one of another. */
function adapt(plan: Plan, text: string, from: ScalarType, to: ScalarType): string {
  const { random } = plan;
  if (to.kind === 'bool') {
    if (from.kind === 'bool') return text;
    return `(${text} ${random.one(['==', '!=', '<', '>='])} ${literal(from, plan.value(from.width))})`;
  }
  if (from.kind === 'bool') {
    const bit = `(bit<1>)${text}`;
    return adapt(plan, `(${bit})`, { kind: 'bit', width: 1 }, to);
  }
  if (from.kind === to.kind && from.width === to.width) return text;
  if (to.kind === 'int') {
    if (from.kind === 'int') return `((${typeText(to)})${text})`;
    const same = adapt(plan, text, from, { kind: 'bit', width: to.width });
    return `((${typeText(to)})${same})`;
  }
  if (from.kind === 'int') {
    // Slices of signed numbers are unsigned.
    if (from.width > to.width && random.chance(30)) return slice(plan, text, from.width, to.width);
    const unsigned = `((bit<${from.width}>)${text})`;
    return adapt(plan, unsigned, { kind: 'bit', width: from.width }, to);
  }
  if (from.width > to.width) {
    return random.chance(50) ? `((${typeText(to)})${text})` : slice(plan, text, from.width, to.width);
  }
  if (random.chance(60)) return `((${typeText(to)})${text})`;
  const rest: NumberType = { kind: 'bit', width: to.width - from.width };
  const other = literal(rest, plan.value(rest.width));
  return random.chance(50) ? `(${other} ++ ${text})` : `(${text} ++ ${other})`;
}

function slice(plan: Plan, text: string, from: number, to: number): string {
  const low = plan.random.pick(from - to + 1);
  // A slice of something in parentheses needs them once.
  const operand = /^[\w.[\]]+$/.test(text) ? text : `(${text})`;
  return `${operand}[${low + to - 1}:${low}]`;
}

function leaf(plan: Plan, scope: Scope, type: ScalarType): string {
  const place = plan.random.chance(78) ? somePlace(plan, scope) : undefined;
  return place === undefined ? literalOf(plan, type) : adapt(plan, place.text, place.type, type);
}

/** How far to shift: within the width mostly, and beyond it at times. */
function distance(plan: Plan, scope: Scope, width: number, depth: number): string {
  const { random } = plan;
  if (random.chance(50)) return String(random.pick(width + (random.chance(10) ? 3 : 0)));
  return expression(plan, scope, { kind: 'bit', width: random.one([2, 3, 4, 6, 8]) }, depth - 1);
}

function call(plan: Plan, scope: Scope, type: NumberType, depth: number): string | undefined {
  const callable = plan.random.oneOf(scope.functions);
  if (callable === undefined) return undefined;
  const values = callable.parameters.map(({ type: each }) => expression(plan, scope, each, depth - 1));
  if (callable.parameters.some(({ direction }) => direction !== 'in')) return undefined;
  return adapt(plan, `${callable.name}(${values.join(', ')})`, callable.result, type);
}

function number(plan: Plan, scope: Scope, type: NumberType, depth: number): string {
  const { random } = plan;
  const sub = () => expression(plan, scope, type, depth - 1);
  const { width } = type;
  switch (random.pick(20)) {
    case 0:
    case 1:
    case 2:
      return `(${sub()} ${random.one(['+', '-', '*'])} ${sub()})`;
    case 3:
    case 4:
      return `(${sub()} ${random.one(['&', '|', '^'])} ${sub()})`;
    case 5:
    case 6:
      return `(${sub()} ${random.one(['|+|', '|-|'])} ${sub()})`;
    case 7:
    case 8:
      return `(${sub()} ${random.one(['<<', '>>'])} ${distance(plan, scope, width, depth)})`;
    case 9:
    case 10:
      return `(${expression(plan, scope, { kind: 'bool' }, depth - 1)} ? ${sub()} : ${sub()})`;
    case 11:
      return `(${random.one(['~', '-'])}${sub()})`;
    case 12:
      if (type.kind === 'bit' && plan.features.extended) {
        return `(${sub()} ${random.one(['/', '%'])} (${sub()} | ${width}w1))`;
      }
      return sub();
    case 13:
    case 14:
      if (type.kind === 'bit' && width > 1) {
        const low = random.between(1, width - 1);
        const part = (bits: number) => expression(plan, scope, { kind: 'bit', width: bits }, depth - 1);
        return `(${part(width - low)} ++ ${part(low)})`;
      }
      return sub();
    case 15: {
      const from = plan.numberType(plan.width());
      return adapt(plan, expression(plan, scope, from, depth - 1), from, type);
    }
    case 16:
      return call(plan, scope, type, depth) ?? sub();
    default:
      return leaf(plan, scope, type);
  }
}

/** Whether two headers are the same: only asked of valid ones, for simple_switch says that invalid ones differ. */
function equalHeaders(plan: Plan, scope: Scope): string | undefined {
  const one = plan.random.oneOf(scope.instances.filter(({ type }) => type.varbit === undefined));
  const other = plan.random.oneOf(
    scope.instances.filter((each) => each.type === one?.type && each.path !== one.path),
  );
  if (one === undefined || other === undefined) return undefined;
  const operator = plan.random.one(['==', '!=']);
  const valid = `hdr.${one.path}.isValid() && hdr.${other.path}.isValid()`;
  return `(${valid} && hdr.${one.path} ${operator} hdr.${other.path})`;
}

function condition(plan: Plan, scope: Scope, depth: number): string {
  const { random } = plan;
  const sub = () => expression(plan, scope, { kind: 'bool' }, depth - 1);
  switch (random.pick(12)) {
    case 0:
    case 1:
      return `(${sub()} ${random.one(['&&', '||'])} ${sub()})`;
    case 2:
      return `(!${sub()})`;
    case 3: {
      const instance = random.oneOf(scope.instances);
      return instance === undefined ? sub() : `hdr.${instance.path}.isValid()`;
    }
    case 4:
      return equalHeaders(plan, scope) ?? sub();
    case 5:
      return leaf(plan, scope, { kind: 'bool' });
    case 6:
      return `(${sub()} ${random.one(['==', '!='])} ${sub()})`;
    case 7:
      if (!scope.hasMetadata || scope.where === 'parser') return sub();
      return `(sm.parser_error ${random.one(['==', '!='])} error.${random.one(['NoError', 'PacketTooShort', 'StackOutOfBounds', 'Odd'])})`;
    default: {
      const type = plan.numberType(plan.width());
      const operator = random.one(['==', '!=', '<', '<=', '>', '>=']);
      const left = expression(plan, scope, type, depth - 1);
      return `(${left} ${operator} ${expression(plan, scope, type, depth - 1)})`;
    }
  }
}

/** An expression of a type; the deeper, the larger. */
export function expression(plan: Plan, scope: Scope, type: ScalarType, depth: number): string {
  if (depth <= 0) return leaf(plan, scope, type);
  return type.kind === 'bool' ? condition(plan, scope, depth) : number(plan, scope, type, depth);
}
