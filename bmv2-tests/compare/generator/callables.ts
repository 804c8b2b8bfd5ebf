/** Actions, tables, controls and functions of a random program. */

import { expression, literal } from './expressions.ts';
import type { Externs } from './externs.ts';
import type { NumberType, Plan } from './plan.ts';
import { typeText } from './plan.ts';
import { type Callable, inner, join, type Place, type Scope } from './scope.ts';
import { type FreshNames, indent, NO_CALLS, type Statements } from './statements.ts';
import type { ActionModel, KeyModel, MatchKind, TableModel } from './tables.ts';

/** What an action was found to do. */
type Action = ActionModel & {
  readonly types: readonly NumberType[];
  /** Headers that are perhaps not valid any more behind it. */
  readonly kills: ReadonlySet<string>;
};

/** A function of expressions, as text and to call. */
export function makeFunction(
  plan: Plan,
  names: FreshNames,
  statements: Statements,
): { readonly callable: Callable; readonly lines: readonly string[] } {
  const { random } = plan;
  const name = names.fresh('fn');
  const parameters = Array.from({ length: random.between(1, 3) }, () => ({
    direction: 'in' as const,
    type: plan.numberType(plan.width()),
  }));
  const places = parameters.map(({ type }, index): Place => ({ text: `p${index}`, type, writable: false }));
  const result = plan.numberType(plan.width());
  const scope: Scope = {
    where: 'function',
    inAction: false,
    places: [...places, { text: 'x', type: result, writable: true }],
    instances: [],
    valid: new Set(),
    functions: [],
    hasMetadata: false,
    loops: 0,
  };
  const list = parameters.map(({ direction, type }, index) => `${direction} ${typeText(type)} p${index}`);
  const early: string[] = random.chance(40)
    ? [
        `if (${expression(plan, scope, { kind: 'bool' }, 2)}) { return ${expression(plan, scope, result, 2)}; }`,
      ]
    : [];
  const lines = [
    `${typeText(result)} ${name}(${list.join(', ')}) {`,
    `    ${typeText(result)} x = ${literal(result, plan.value(result.width))};`,
    ...indent(statements.block(scope, random.between(1, 3), 1, NO_CALLS)),
    ...indent(early),
    `    return ${expression(plan, scope, result, 2)};`,
    '}',
  ];
  return { callable: { name, result, parameters }, lines };
}

/** The tables of one control, made when they are applied. */
export class Tables {
  readonly #plan: Plan;
  readonly #names: FreshNames;
  readonly #statements: Statements;
  readonly #externs: Externs;
  readonly #where: 'ingress' | 'egress';
  readonly declarations: string[] = [];
  readonly models: TableModel[] = [];
  #left: number;

  constructor(
    plan: Plan,
    names: FreshNames,
    statements: Statements,
    externs: Externs,
    where: 'ingress' | 'egress',
    most: number,
  ) {
    this.#plan = plan;
    this.#names = names;
    this.#statements = statements;
    this.#externs = externs;
    this.#where = where;
    this.#left = most;
  }

  /** Applies a new table, or calls a new action. */
  apply(scope: Scope, depth: number): readonly string[] | undefined {
    if (this.#left <= 0 || scope.loops > 0 || scope.inAction) return undefined;
    this.#left--;
    // Inside, only what is valid here.
    return this.#plan.random.chance(12) ? this.#callAction(scope) : this.#applyTable(scope, depth);
  }

  #action(scope: Scope, beginning: readonly string[], readsMeter: string | undefined): Action {
    const plan = this.#plan;
    const { random } = plan;
    const id = this.#names.fresh('a');
    const types = Array.from({ length: random.pick(4) }, () => plan.keptType(plan.width()));
    const parameters = types.map((type, index): Place => ({ text: `p${index}`, type, writable: false }));
    // Locals of the control around are not known where actions stand.
    const places = [...scope.places.filter(({ text }) => text.includes('.')), ...parameters];
    const body: Scope = { ...scope, inAction: true, places, valid: new Set(scope.valid) };
    const lines = [...beginning];
    if (readsMeter !== undefined) lines.push(`${readsMeter}.read(meta.color);`);
    lines.push(
      ...this.#statements.block(body, random.between(1, 4), 1, {
        extern: (each) => this.#externs.call(each),
        apply: () => undefined,
      }),
    );
    if (this.#where === 'ingress' && random.chance(40)) {
      lines.push(`sm.egress_spec = (bit<9>)${expression(plan, body, { kind: 'bit', width: 3 }, 1)};`);
    }
    const list = types.map((type, index) => `${typeText(type)} p${index}`);
    this.declarations.push(`action ${id}(${list.join(', ')}) {`, ...indent(lines), '}');
    return {
      name: `${this.#where}.${id}`,
      id,
      widths: types.map(({ width }) => width),
      types,
      kills: new Set([...scope.valid].filter((path) => !body.valid.has(path))),
    };
  }

  #callAction(scope: Scope): readonly string[] {
    const plan = this.#plan;
    const action = this.#action(scope, [], undefined);
    const values = action.types.map((type) => expression(plan, scope, type, 2));
    for (const path of action.kills) scope.valid.delete(path);
    return [`${action.id}(${values.join(', ')});`];
  }

  #key(scope: Scope, kind: MatchKind): { readonly text: string; readonly model: KeyModel } {
    const plan = this.#plan;
    const { random } = plan;
    const valid = scope.instances.filter(({ path }) => scope.valid.has(path));
    // Variables of the body are not known where the table stands.
    const known: Scope = { ...scope, places: scope.places.filter(({ text }) => text.includes('.')) };
    const places = [
      ...valid.flatMap(({ path, type }) =>
        type.fields.map((field) => ({ ...field, name: `hdr.${path}.${field.name}` })),
      ),
      ...plan.metadata.flatMap(({ name, type }) =>
        type.kind === 'bool' ? [] : [{ name: `meta.${name}`, type }],
      ),
    ].filter(({ type }) => type.kind === 'bit' && (kind !== 'lpm' || type.width % 8 === 0));
    const place = random.chance(75) ? random.oneOf(places) : undefined;
    if (place !== undefined) {
      return { text: `${place.name} : ${kind};`, model: { kind, width: place.type.width } };
    }
    const instance = random.chance(25) ? random.oneOf(scope.instances) : undefined;
    if (instance !== undefined && kind === 'exact') {
      return { text: `hdr.${instance.path}.isValid() : exact;`, model: { kind, width: 1, isBool: true } };
    }
    // simple_switch counts the bits of a prefix from the first bit of the first byte.
    const width = kind === 'lpm' ? random.one([8, 16, 32]) : plan.width();
    const text = expression(plan, known, { kind: 'bit', width }, 2);
    const name = this.#names.fresh('k');
    return { text: `${text} : ${kind} @name("${name}");`, model: { kind, width } };
  }

  #keys(scope: Scope): readonly { readonly text: string; readonly model: KeyModel }[] {
    const { random } = this.#plan;
    if (random.chance(6)) return [];
    const kinds: MatchKind[] = [];
    const style = random.pick(4);
    for (let count = random.between(1, 3); count > 0; count--) {
      kinds.push(
        style === 0
          ? 'exact'
          : style === 1
            ? random.one(['exact', 'ternary', 'ternary', 'optional'])
            : random.one(['exact', 'range', 'ternary', 'optional']),
      );
    }
    // One lpm field at most.
    if (style === 2) kinds.splice(random.pick(kinds.length), 1, 'lpm');
    const allowed =
      style === 2 && random.chance(60) ? kinds.map((kind) => (kind === 'lpm' ? kind : 'exact')) : kinds;
    return allowed.map((kind) => this.#key(scope, kind));
  }

  #applyTable(scope: Scope, depth: number): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    const id = this.#names.fresh('t');
    const keys = this.#keys(scope);
    const implementation = keys.length > 0 && random.chance(20) ? this.#implementation(scope) : undefined;
    const properties: string[] = [];
    const beginning: string[] = [];
    let readsMeter: string | undefined;
    if (implementation !== undefined) properties.push(`implementation = ${implementation.id};`);
    else if (keys.length > 0) {
      if (random.chance(20)) {
        const counter = this.#names.fresh('dc');
        this.declarations.push(`direct_counter(CounterType.packets_and_bytes) ${counter};`);
        properties.push(`counters = ${counter};`);
        beginning.push(`${counter}.count();`);
      }
      if (random.chance(10)) {
        readsMeter = this.#names.fresh('dm');
        this.declarations.push(`direct_meter<bit<8>>(MeterType.bytes) ${readsMeter};`);
        properties.push(`meters = ${readsMeter};`);
      }
    }
    const actions = Array.from({ length: random.between(1, 3) }, () =>
      this.#action(scope, beginning, readsMeter),
    );
    const allActions = [...actions.map(({ id: name }) => name), 'NoAction'];
    const constants = keys.length > 0 && implementation === undefined && random.chance(25);
    const model: TableModel = {
      name: `${this.#where}.${id}`,
      keys: keys.map(({ model: key }) => key),
      actions,
      profile: implementation,
      hasConstantEntries: constants,
    };
    this.models.push(model);
    this.declarations.push(
      `table ${id} {`,
      ...(keys.length > 0 || implementation !== undefined
        ? [
            '    key = {',
            ...keys.map(({ text }) => `        ${text}`),
            ...(implementation?.selectorKeys ?? []).map((key) => `        ${key} : selector;`),
            '    }',
          ]
        : []),
      `    actions = { ${allActions.join('; ')}; }`,
      ...indent(properties),
      // Without a hit there is no colour to read.
      ...(readsMeter === undefined
        ? indent(this.#defaultAction(actions, implementation !== undefined, keys.length === 0))
        : []),
      ...(constants ? indent(this.#constantEntries(model, actions)) : []),
      '    size = 64;',
      '}',
    );
    for (const path of actions.flatMap(({ kills }) => [...kills])) scope.valid.delete(path);
    return this.#use(scope, depth, id, implementation === undefined ? actions : []);
  }

  #implementation(
    scope: Scope,
  ): NonNullable<TableModel['profile']> & { readonly selectorKeys: readonly string[] } {
    const plan = this.#plan;
    const { random } = plan;
    const isSelector = random.chance(60);
    const id = this.#names.fresh(isSelector ? 'as' : 'ap');
    this.declarations.push(
      isSelector
        ? `action_selector(HashAlgorithm.${random.one(['crc16', 'crc32', 'xor16', 'csum16', 'identity'])}, 64, ${random.one([8, 14, 16])}) ${id};`
        : `action_profile(64) ${id};`,
    );
    const valid = scope.instances.filter(({ path }) => scope.valid.has(path));
    const selectorKeys = isSelector
      ? Array.from({ length: random.between(1, 3) }, () => {
          const instance = random.oneOf(valid);
          const field = random.oneOf(instance?.type.fields ?? []);
          return instance === undefined || field === undefined
            ? 'meta.rounds'
            : `hdr.${instance.path}.${field.name}`;
        })
      : [];
    return { id, name: `${this.#where}.${id}`, isSelector, selectorKeys: [...new Set(selectorKeys)] };
  }

  #call(action: Action): string {
    const plan = this.#plan;
    return `${action.id}(${action.types.map((type) => literal(type, plan.value(type.width))).join(', ')})`;
  }

  #defaultAction(actions: readonly Action[], hasProfile: boolean, always: boolean): readonly string[] {
    const { random } = this.#plan;
    const action = random.oneOf(actions);
    if (hasProfile || action === undefined || (!always && random.chance(30))) return [];
    return [`${random.chance(30) ? 'const ' : ''}default_action = ${this.#call(action)};`];
  }

  #constantEntries(model: TableModel, actions: readonly Action[]): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    const lines = new Map<string, string>();
    for (let count = random.between(1, 5); count > 0; count--) {
      const fields = model.keys.map((key) => this.#keySet(key));
      const action = random.oneOf(actions);
      if (action === undefined) continue;
      const key = fields.length === 1 ? fields.join('') : `(${fields.join(', ')})`;
      lines.set(key, `    ${key} : ${this.#call(action)};`);
    }
    return ['const entries = {', ...lines.values(), '}'];
  }

  #keySet({ kind, width, isBool }: KeyModel): string {
    const plan = this.#plan;
    const { random } = plan;
    const number = (value: bigint) => `0x${value.toString(16)}`;
    const value = plan.value(width);
    if (isBool === true) return random.one(['true', 'false']);
    switch (kind) {
      case 'exact':
        return number(value);
      case 'optional':
        return random.chance(30) ? '_' : number(value);
      case 'ternary': {
        if (random.chance(20)) return '_';
        const mask = plan.random.chance(50) ? random.bits(width) : value | 1n;
        return `${number(value & mask)} &&& ${number(mask)}`;
      }
      case 'lpm': {
        const length = BigInt(random.pick(width + 1));
        const mask = ((1n << length) - 1n) << (BigInt(width) - length);
        return `${number(value & mask)} &&& ${number(mask)}`;
      }
      case 'range': {
        const other = plan.value(width);
        return value < other
          ? `${number(value)} .. ${number(other)}`
          : `${number(other)} .. ${number(value)}`;
      }
    }
  }

  #use(scope: Scope, depth: number, id: string, actions: readonly Action[]): readonly string[] {
    const plan = this.#plan;
    const { random } = plan;
    const calls = {
      extern: (each: Scope) => this.#externs.call(each),
      apply: (each: Scope, more: number) => this.apply(each, more),
    };
    const block = (each: Scope) =>
      indent(this.#statements.block(each, random.between(1, 2), depth - 1, calls));
    switch (random.pick(4)) {
      case 0: {
        const [yes, no] = [inner(scope), inner(scope)];
        const lines = [
          `if (${random.chance(50) ? '' : '!'}${id}.apply().${random.one(['hit', 'miss'])}) {`,
          ...block(yes),
          '} else {',
          ...block(no),
          '}',
        ];
        join(scope, [yes, no]);
        return lines;
      }
      case 1: {
        // p4c goes on behind the switch when a table with a profile misses.
        if (actions.length === 0) return [`${id}.apply();`];
        const lines = [`switch (${id}.apply().action_run) {`];
        const branches: Scope[] = [];
        const chosen = actions.filter(() => random.chance(70));
        for (const { id: name } of chosen) {
          if (random.chance(15)) {
            lines.push(`    ${name}:`);
            continue;
          }
          const each = inner(scope);
          branches.push(each);
          lines.push(`    ${name}: {`, ...indent(block(each)), '    }');
        }
        const last = inner(scope);
        branches.push(last);
        lines.push('    default: {', ...indent(block(last)), '    }', '}');
        join(scope, branches);
        return lines;
      }
      default:
        return [`${id}.apply();`];
    }
  }
}
