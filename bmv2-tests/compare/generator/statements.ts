/** Random statements of controls, actions and functions. */

import { expression, literal } from './expressions.ts';
import type { Instance, NumberType, Plan, ScalarType } from './plan.ts';
import { typeText } from './plan.ts';
import { inner, join, type Place, type Scope } from './scope.ts';

/** What statements can call, besides what is in scope. */
export type Calls = {
  /** A call of an extern. */
  readonly extern: (scope: Scope) => readonly string[] | undefined;
  /** A table, a control or an action that has not been called yet, in a block of its own. */
  readonly apply: (scope: Scope, depth: number) => readonly string[] | undefined;
};

export const NO_CALLS: Calls = { extern: () => undefined, apply: () => undefined };

/** Lines inside braces. */
export function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`);
}

/** Names that no program uses twice. */
export class FreshNames {
  #next = 0;

  fresh(base: string): string {
    return `${base}_${this.#next++}`;
  }
}

export class Statements {
  readonly #plan: Plan;
  readonly #names: FreshNames;

  constructor(plan: Plan, names: FreshNames) {
    this.#plan = plan;
    this.#names = names;
  }

  /** So many statements, with the declarations of variables among them. */
  block(scope: Scope, count: number, depth: number, calls: Calls): readonly string[] {
    const lines: string[] = [];
    let here = scope;
    for (let index = 0; index < count; index++) {
      const declared = this.#plan.random.chance(12) ? this.#declare(here) : undefined;
      if (declared === undefined) lines.push(...this.statement(here, depth, calls));
      else {
        lines.push(declared.line);
        // The set of what is valid stays the same object: changes inside are changes of the block.
        here = { ...here, places: [...here.places, declared.place] };
      }
    }
    return lines;
  }

  #declare(scope: Scope): { readonly line: string; readonly place: Place } {
    const plan = this.#plan;
    const type: ScalarType = plan.random.chance(15) ? { kind: 'bool' } : plan.numberType(plan.width());
    const name = this.#names.fresh('l');
    const value = expression(plan, scope, type, 2);
    return { line: `${typeText(type)} ${name} = ${value};`, place: { text: name, type, writable: true } };
  }

  statement(scope: Scope, depth: number, calls: Calls): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    if (depth > 0) {
      const choice = random.pick(24);
      if (choice < 5) return this.#if(scope, depth, calls);
      if (choice === 5) return this.#switch(scope, depth, calls);
      if (choice === 6 && plan.features.extended) return this.#loop(scope, depth);
      if (choice < 12) {
        const lines = calls.apply(scope, depth);
        if (lines !== undefined) return lines;
      }
    }
    const choice = random.pick(24);
    const changesHeaders = scope.instances.length > 0 && scope.loops === 0;
    if (choice < 4 && changesHeaders) return this.#headers(scope);
    if (choice < 9) return calls.extern(scope) ?? this.#assign(scope);
    if (choice === 9 && scope.where !== 'function' && scope.loops === 0 && random.chance(25))
      return this.#leave(scope);
    return this.#assign(scope);
  }

  #leave(scope: Scope): readonly string[] {
    const plan = this.#plan;
    const keyword = plan.random.one(['return', 'exit']);
    // Seldom without a condition: what is behind would be dead.
    return [`if (${expression(plan, scope, { kind: 'bool' }, 1)}) { ${keyword}; }`];
  }

  #assign(scope: Scope): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    const writable = scope.places.filter(({ writable: can }) => can);
    const instance = random.oneOf(scope.instances);
    const field = random.oneOf(instance?.type.fields.filter(({ name }) => name !== 'kind') ?? []);
    const place = random.oneOf(writable);
    if (instance !== undefined && field !== undefined && (random.chance(50) || place === undefined)) {
      const target = `hdr.${instance.path}.${field.name}`;
      const line = this.#assignTo(scope, target, field.type);
      // Which member of a union a write to another one reaches is not said.
      const needsGuard = instance.kind === 'member' && !scope.valid.has(instance.path);
      return needsGuard ? [`if (hdr.${instance.path}.isValid()) { ${line} }`] : [line];
    }
    if (place === undefined) return [];
    if (place.type.kind === 'bool') return [`${place.text} = ${expression(plan, scope, place.type, 3)};`];
    return [this.#assignTo(scope, place.text, place.type)];
  }

  #assignTo(scope: Scope, target: string, type: NumberType): string {
    const plan = this.#plan;
    const { random } = plan;
    if (type.kind === 'bit' && type.width > 1 && random.chance(15)) {
      const width = random.between(1, type.width);
      const low = random.pick(type.width - width + 1);
      const value = expression(plan, scope, { kind: 'bit', width }, 2);
      return `${target}[${low + width - 1}:${low}] = ${value};`;
    }
    if (random.chance(10)) {
      const operator = random.one(['+=', '-=', '&=', '|=', '^=', '|+|=', '|-|=']);
      return `${target} ${operator} ${expression(plan, scope, type, 2)};`;
    }
    return `${target} = ${expression(plan, scope, type, 3)};`;
  }

  /** Makes a header valid, with a value in each field. */
  #setValid(scope: Scope, instance: Instance): readonly string[] {
    const plan = this.#plan;
    const { fields } = instance.type;
    const target = `hdr.${instance.path}`;
    const lines = fields.map(({ name, type }) => `${target}.${name} = ${expression(plan, scope, type, 1)};`);
    // Each field is read only before it is made valid, or behind a question that an earlier line answers with yes.
    const others: Scope = {
      ...scope,
      instances:
        instance.kind === 'element' ? [] : scope.instances.filter(({ path }) => path !== instance.path),
    };
    if (plan.random.chance(40)) {
      // p4c makes a header invalid that is given a list which reads it: no value does.
      const values = fields.map(({ type }) => expression(plan, others, type, 1));
      this.#becomesValid(scope, instance);
      return [`${target} = { ${values.join(', ')} };`];
    }
    const safe = fields.map(({ name, type }) => `${target}.${name} = ${expression(plan, others, type, 1)};`);
    const wasValid = scope.valid.has(instance.path);
    this.#becomesValid(scope, instance);
    return [`${target}.setValid();`, ...(wasValid ? lines : safe)];
  }

  #becomesValid(scope: Scope, instance: Instance): void {
    if (instance.kind === 'member') this.#becomesInvalid(scope, instance.parent);
    scope.valid.add(instance.path);
  }

  #becomesInvalid(scope: Scope, parent: string | undefined): void {
    for (const { path, parent: other } of scope.instances) {
      if (parent !== undefined && other === parent) scope.valid.delete(path);
    }
  }

  #headers(scope: Scope): readonly string[] {
    const { random, stacks } = this.#plan;
    const changing = scope.instances.filter(({ path, type }) => path !== 'base' && type.varbit === undefined);
    const instance = random.oneOf(changing);
    const stack = random.oneOf(stacks);
    switch (random.pick(6)) {
      case 0:
        if (stack === undefined || !scope.instances.some(({ parent }) => parent === stack.name)) break;
        this.#becomesInvalid(scope, stack.name);
        return [`hdr.${stack.name}.${random.one(['push_front', 'pop_front'])}(${random.between(1, 2)});`];
      case 1:
        if (instance === undefined) break;
        scope.valid.delete(instance.path);
        return [`hdr.${instance.path}.setInvalid();`];
      case 2:
      case 3: {
        const other = random.oneOf(
          scope.instances.filter((one) => one.type === instance?.type && one.path !== instance.path),
        );
        if (instance === undefined || other === undefined) break;
        const valid = scope.valid.has(other.path);
        // A copy of an invalid member of a union leaves the others as they are, or not.
        if (instance.kind === 'member' && !valid) break;
        if (valid) this.#becomesValid(scope, instance);
        else scope.valid.delete(instance.path);
        return [`hdr.${instance.path} = hdr.${other.path};`];
      }
      default:
        break;
    }
    return instance === undefined ? [] : this.#setValid(scope, instance);
  }

  #if(scope: Scope, depth: number, calls: Calls): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    const instance = random.chance(40) ? random.oneOf(scope.instances) : undefined;
    const test =
      instance === undefined
        ? expression(plan, scope, { kind: 'bool' }, 2)
        : `hdr.${instance.path}.isValid()`;
    const yes = inner(scope, [], instance === undefined ? [] : [instance.path]);
    const lines = [`if (${test}) {`, ...indent(this.block(yes, random.between(1, 3), depth - 1, calls))];
    const no = inner(scope);
    if (random.chance(40)) {
      lines.push('} else {', ...indent(this.block(no, random.between(1, 2), depth - 1, calls)));
    }
    join(scope, [yes, no]);
    return [...lines, '}'];
  }

  #switch(scope: Scope, depth: number, calls: Calls): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    // A switch is a table for some compilers, which actions and functions cannot have.
    if (scope.inAction || scope.where === 'function') return this.#if(scope, depth, calls);
    const type: NumberType = { kind: 'bit', width: random.one([2, 4, 8]) };
    const lines = [`switch (${expression(plan, scope, type, 2)}) {`];
    const values = new Set(Array.from({ length: random.between(1, 3) }, () => plan.value(type.width)));
    const branches: Scope[] = [];
    const branch = () => {
      const each = inner(scope);
      branches.push(each);
      return indent(indent(this.block(each, random.between(1, 2), depth - 1, calls)));
    };
    for (const value of values) {
      lines.push(`    ${literal(type, value)}: {`, ...branch(), '    }');
    }
    if (random.chance(70)) lines.push('    default: {', ...branch(), '    }');
    join(scope, branches);
    return [...lines, '}'];
  }

  #loop(scope: Scope, depth: number): readonly string[] {
    const { random } = this.#plan;
    const name = this.#names.fresh('i');
    const place: Place = { text: name, type: { kind: 'bit', width: 8 }, writable: false };
    const body: Scope = { ...inner(scope, [place]), loops: scope.loops + 1 };
    const lines = indent(this.block(body, random.between(1, 2), Math.min(1, depth - 1), NO_CALLS));
    const last = random.between(1, 3);
    return random.chance(50)
      ? [`for (bit<8> ${name} in 8w0..8w${last}) {`, ...lines, '}']
      : [`for (bit<8> ${name} = 0; ${name} < ${last}; ${name} = ${name} + 1) {`, ...lines, '}'];
  }
}
