/**
 * Random P4 programs for v1model, as text, out of a list of choices: the same choices give the same program, and
 * fewer and smaller choices a simpler one, so that fast-check can shrink them. Everything that a program does can be
 * seen in the packet that comes out. Longer than most files: the grammar of one language.
 */

type Scalar = 'bit<4>' | 'bit<8>' | 'bit<16>' | 'int<8>' | 'bool';

const SCALARS: readonly [Scalar, ...Scalar[]] = ['bit<8>', 'bit<4>', 'bit<16>', 'int<8>', 'bool'];

/** A readable or writable place of a scalar type. */
type Place = { readonly text: string; readonly type: Scalar };

type Parameter = { readonly direction: 'in' | 'out' | 'inout'; readonly type: Scalar; readonly name: string };

type Callable = {
  readonly name: string;
  readonly result: Scalar | undefined;
  readonly parameters: readonly Parameter[];
};

type Table = { readonly name: string; readonly actions: readonly string[] };

/** What a body may use. */
type Scope = {
  readonly places: Place[];
  readonly readOnly: Place[];
  /** The name by which the headers and the metadata are known, where they are. */
  readonly headers: string | undefined;
  readonly metadata: string | undefined;
  readonly structs: string[];
  readonly functions: readonly Callable[];
  readonly actions: readonly Callable[];
  readonly controls: readonly Callable[];
  readonly tables: Table[];
  readonly kind: 'function' | 'action' | 'control' | 'parser';
  readonly result: Scalar | undefined;
  /** Inside this many loops. */
  readonly loops: number;
};

function widthOf(type: Scalar): number {
  return type === 'bool' ? 1 : Number(/\d+/.exec(type)?.[0] ?? 1);
}

/** Each part of a program has choices of its own, so that none uses up those of the others. */
const PARTS = 5;

class Writer {
  readonly #choices: readonly number[];
  readonly #next = Array.from({ length: PARTS }, (_, part) => part);
  #names = 0;
  part = 0;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** A number below `count`; 0 where the choices of this part are used up. */
  pick(count: number): number {
    const place = this.#next[this.part] ?? 0;
    this.#next[this.part] = place + PARTS;
    return (this.#choices[place] ?? 0) % count;
  }

  one<const T>(items: readonly [T, ...T[]]): T {
    return items[this.pick(items.length)] ?? items[0];
  }

  oneOf<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.pick(items.length)];
  }

  chance(percent: number): boolean {
    return this.pick(100) >= 100 - percent;
  }

  get isUsedUp(): boolean {
    return (this.#next[this.part] ?? 0) >= this.#choices.length;
  }

  fresh(base: string): string {
    return `${base}${this.#names++}`;
  }

  // ----------------------------------------------------------------------------------------------
  // Expressions

  literal(type: Scalar): string {
    if (type === 'bool') return this.pick(2) === 0 ? 'false' : 'true';
    const width = widthOf(type);
    const value = this.chance(30) ? this.pick(1 << width) : this.pick(4);
    if (type === 'int<8>') return `8s${value % 128}`;
    return `${width}w${value}`;
  }

  readable(scope: Scope, type: Scalar): string | undefined {
    const candidates = [...this.allPlaces(scope), ...scope.readOnly].filter((one) => one.type === type);
    return this.hot(candidates)?.text;
  }

  /** Few places are used much, so that what one statement writes another reads. */
  hot(places: readonly Place[]): Place | undefined {
    return this.chance(70) ? places[this.pick(Math.min(2, places.length || 1))] : this.oneOf(places);
  }

  allPlaces(scope: Scope): readonly Place[] {
    const { headers, metadata } = scope;
    const more: Place[] = [];
    if (headers !== undefined) {
      for (const header of ['h', 'g']) {
        more.push(
          { text: `${headers}.${header}.a`, type: 'bit<8>' },
          { text: `${headers}.${header}.b`, type: 'bit<8>' },
        );
        more.push(
          { text: `${headers}.${header}.c`, type: 'bit<16>' },
          { text: `${headers}.${header}.n`, type: 'bit<4>' },
        );
        more.push(
          { text: `${headers}.${header}.m`, type: 'bit<4>' },
          { text: `${headers}.${header}.s`, type: 'int<8>' },
        );
      }
      for (const index of [0, 1, 2]) more.push({ text: `${headers}.st[${index}].v`, type: 'bit<8>' });
      more.push(
        { text: `${headers}.u.one.x`, type: 'bit<8>' },
        { text: `${headers}.u.two.y`, type: 'bit<16>' },
      );
    }
    if (metadata !== undefined) {
      more.push({ text: `${metadata}.x`, type: 'bit<8>' }, { text: `${metadata}.y`, type: 'bit<16>' });
      more.push({ text: `${metadata}.z`, type: 'bool' }, { text: `${metadata}.i.p`, type: 'bit<8>' });
      more.push({ text: `${metadata}.i.q`, type: 'bit<16>' }, { text: `${metadata}.i.t`, type: 'bool' });
    }
    for (const struct of scope.structs) {
      more.push({ text: `${struct}.p`, type: 'bit<8>' }, { text: `${struct}.q`, type: 'bit<16>' });
      more.push({ text: `${struct}.t`, type: 'bool' });
    }
    return [...scope.places, ...more];
  }

  expression(scope: Scope, type: Scalar, depth: number): string {
    if (depth <= 0 || this.isUsedUp) {
      const place = this.chance(70) ? this.readable(scope, type) : undefined;
      return place ?? this.literal(type);
    }
    if (type === 'bool') return this.condition(scope, depth);
    const width = widthOf(type);
    const sub = () => this.expression(scope, type, depth - 1);
    switch (this.pick(18)) {
      case 0:
      case 1:
        return this.readable(scope, type) ?? this.literal(type);
      case 2:
        return `(${sub()} ${this.one(['+', '-', '*', '&', '|', '^', '|+|', '|-|'])} ${sub()})`;
      case 3:
        return `(${sub()} ${this.one(['<<', '>>'])} ${this.pick(width)})`;
      case 4:
        return `(${sub()} ${this.one(['<<', '>>'])} ${this.expression(scope, 'bit<4>', depth - 1)})`;
      case 5:
        return `(${this.expression(scope, 'bool', depth - 1)} ? ${sub()} : ${sub()})`;
      case 6:
        return `(${this.one(['~', '-'])}${sub()})`;
      case 7:
        if (type === 'bit<16>')
          return `(${this.expression(scope, 'bit<8>', depth - 1)} ++ ${this.expression(scope, 'bit<8>', depth - 1)})`;
        if (type === 'bit<8>')
          return `(${this.expression(scope, 'bit<4>', depth - 1)} ++ ${this.expression(scope, 'bit<4>', depth - 1)})`;
        return sub();
      case 8:
        if (type === 'bit<4>') return this.slice(scope, 'bit<8>', 4, depth);
        if (type === 'bit<8>') return this.slice(scope, 'bit<16>', 8, depth);
        return sub();
      case 9: {
        const from = this.one(type === 'int<8>' ? ['bit<8>'] : ['bit<8>', 'bit<16>', 'bit<4>']);
        return `((${type})${this.expression(scope, from, depth - 1)})`;
      }
      case 10:
        if (type === 'bit<8>' && this.chance(50))
          return `((bit<8>)${this.expression(scope, 'int<8>', depth - 1)})`;
        return type === 'int<8>' ? sub() : `(${sub()} ${this.one(['/', '%'])} ${width}w3)`;
      case 11:
        if (type === 'bit<8>' && scope.headers !== undefined && scope.kind !== 'parser') {
          return `${scope.headers}.st[${this.stackIndex(scope, depth)}].v`;
        }
        return sub();
      default: {
        const callable = this.oneOf(scope.functions.filter((one) => one.result === type));
        return callable === undefined ? sub() : this.call(scope, callable, depth);
      }
    }
  }

  stackIndex(scope: Scope, depth: number): string {
    if (depth <= 0 || this.chance(40)) return String(this.pick(3));
    return this.readable(scope, 'bit<4>') ?? String(this.pick(3));
  }

  slice(scope: Scope, from: Scalar, width: number, depth: number): string {
    const low = this.pick(widthOf(from) - width + 1);
    return `(${this.expression(scope, from, depth - 1)})[${low + width - 1}:${low}]`;
  }

  condition(scope: Scope, depth: number): string {
    const sub = () => this.expression(scope, 'bool', depth - 1);
    switch (this.pick(11)) {
      case 0:
        return this.readable(scope, 'bool') ?? this.literal('bool');
      case 1:
        return `(${sub()} && ${sub()})`;
      case 2:
        return `(${sub()} || ${sub()})`;
      case 3:
        return `(!${sub()})`;
      case 4:
        return this.validity(scope);
      case 5:
        if (scope.headers === undefined) return sub();
        return this.one([
          `(${scope.headers}.h == ${scope.headers}.g)`,
          `(${scope.headers}.st[0] != ${scope.headers}.st[1])`,
        ]);
      case 6: {
        const [first, second] = [this.oneOf(this.structsOf(scope)), this.oneOf(this.structsOf(scope))];
        return first === undefined ? sub() : `(${first} == ${second})`;
      }
      case 7: {
        // Each table is applied in one place at most.
        const table = scope.kind === 'control' && scope.loops === 0 ? scope.tables.shift() : undefined;
        return table === undefined ? sub() : `${table.name}.apply().${this.one(['hit', 'miss'])}`;
      }
      default: {
        const type = this.one(['bit<8>', 'bit<16>', 'bit<4>', 'int<8>']);
        const operator = this.one(['==', '!=', '<', '<=', '>', '>=']);
        return `(${this.expression(scope, type, depth - 1)} ${operator} ${this.expression(scope, type, depth - 1)})`;
      }
    }
  }

  structsOf(scope: Scope): readonly string[] {
    return scope.metadata === undefined ? scope.structs : [...scope.structs, `${scope.metadata}.i`];
  }

  validity(scope: Scope): string {
    if (scope.headers === undefined) return this.literal('bool');
    const header = this.one(['h', 'g', 'st[0]', 'st[2]', 'u', 'u.one']);
    return `${scope.headers}.${header}.isValid()`;
  }

  call(outer: Scope, callable: Callable, depth: number): string {
    // Tables cannot be applied in the arguments of actions.
    const scope: Scope = { ...outer, tables: [] };
    let previous: Place | undefined;
    const values = callable.parameters.map((parameter) => {
      // Now and then the same place twice.
      if (previous?.type === parameter.type && this.chance(40)) return previous.text;
      if (parameter.direction !== 'in') {
        const text = this.writable(scope, parameter.type);
        if (text !== undefined) previous = { text, type: parameter.type };
        return text;
      }
      return this.expression(scope, parameter.type, depth - 1);
    });
    if (values.includes(undefined)) return callable.result === undefined ? '' : this.literal(callable.result);
    const name = callable.name;
    return `${name}(${values.join(', ')})`;
  }

  writable(scope: Scope, type: Scalar): string | undefined {
    if (type === 'bit<4>' && this.chance(30)) {
      const whole = this.writable(scope, 'bit<8>');
      const low = this.pick(5);
      if (whole !== undefined && !whole.endsWith(']')) return `${whole}[${low + 3}:${low}]`;
    }
    return this.hot(this.allPlaces(scope).filter((one) => one.type === type))?.text;
  }

  // ----------------------------------------------------------------------------------------------
  // Statements

  statements(scope: Scope, count: number, indent: string): string {
    const inner: Scope = {
      ...scope,
      places: [...scope.places],
      readOnly: [...scope.readOnly],
      structs: [...scope.structs],
    };
    let text = '';
    for (let index = 0; index < count && !this.isUsedUp; index++) text += this.statement(inner, indent);
    return text;
  }

  body(scope: Scope, indent: string): string {
    return `{\n${this.statements(scope, 1 + this.pick(3), `${indent}  `)}${indent}}`;
  }

  statement(scope: Scope, indent: string): string {
    const line = (text: string) => (text === '' ? '' : `${indent}${text}\n`);
    switch (this.pick(22)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const type = this.one(SCALARS);
        const target = this.writable(scope, type);
        return target === undefined ? '' : line(`${target} = ${this.expression(scope, type, 3)};`);
      }
      case 4: {
        const type = this.one(['bit<8>', 'bit<16>', 'bit<4>']);
        const target = this.writable(scope, type);
        const operator = this.one(['+=', '-=', '&=', '|=', '^=', '|+|=']);
        return target === undefined ? '' : line(`${target} ${operator} ${this.expression(scope, type, 2)};`);
      }
      case 5: {
        const type = this.one(SCALARS);
        const name = this.fresh('v');
        const text = line(`${type} ${name} = ${this.expression(scope, type, 2)};`);
        scope.places.push({ text: name, type });
        return text;
      }
      case 6: {
        const name = this.fresh('s');
        const text = line(`inner_t ${name} = ${this.structValue(scope)};`);
        scope.structs.push(name);
        return text;
      }
      case 7: {
        const target = this.oneOf(this.structsOf(scope));
        return target === undefined ? '' : line(`${target} = ${this.structValue(scope)};`);
      }
      case 8:
      case 9: {
        const condition = this.expression(scope, 'bool', 3);
        const otherwise = this.chance(50) ? ` else ${this.body(scope, indent)}` : '';
        return line(`if (${condition}) ${this.body(scope, indent)}${otherwise}`);
      }
      case 10:
        return scope.kind === 'parser' ? '' : this.switchOnValue(scope, indent);
      case 11:
        return this.loop(scope, indent);
      case 12:
      case 13:
        return this.headerStatement(scope, indent);
      case 14: {
        const callable = this.oneOf(scope.functions);
        const call = callable === undefined ? '' : this.call(scope, callable, 2);
        return call.includes('(') && callable !== undefined && call.startsWith(callable.name)
          ? line(`${call};`)
          : '';
      }
      case 15: {
        const callable = this.oneOf(scope.actions);
        const call = callable === undefined ? '' : this.call(scope, callable, 2);
        return call === '' ? '' : line(`${call};`);
      }
      case 16:
      case 17: {
        if (scope.kind !== 'control' || scope.loops > 0) return '';
        const table = scope.tables.shift();
        if (table === undefined) return '';
        return this.applyTable(scope, table, indent);
      }
      case 18: {
        const callable = this.oneOf(scope.controls);
        const call = callable === undefined ? '' : this.call(scope, callable, 2).replace('(', '.apply(');
        return call === '' ? '' : line(`${call};`);
      }
      case 19:
        return this.ending(scope, indent);
      default: {
        const target = this.writable(scope, 'bit<8>');
        return target === undefined ? '' : line(`${target} = ${this.expression(scope, 'bit<8>', 3)};`);
      }
    }
  }

  structValue(scope: Scope): string {
    const other = this.chance(40) ? this.oneOf(this.structsOf(scope)) : undefined;
    if (other !== undefined) return other;
    const parts = [
      this.expression(scope, 'bit<8>', 2),
      this.expression(scope, 'bit<16>', 2),
      this.expression(scope, 'bool', 2),
    ];
    return this.chance(50)
      ? `{ ${parts.join(', ')} }`
      : `{ p = ${parts[0]}, q = ${parts[1]}, t = ${parts[2]} }`;
  }

  ending(scope: Scope, indent: string): string {
    const condition = this.expression(scope, 'bool', 2);
    const jump = () => {
      if (scope.loops > 0 && this.chance(60)) return this.one(['break;', 'continue;']);
      if (scope.kind === 'function')
        return `return ${scope.result === undefined ? '' : this.expression(scope, scope.result, 1)};`;
      if (scope.kind === 'parser') return '';
      return this.one(['return;', 'exit;']);
    };
    const text = jump();
    return text === '' ? '' : `${indent}if (${condition}) { ${text} }\n`;
  }

  switchOnValue(scope: Scope, indent: string): string {
    const value = this.expression(scope, 'bit<4>', 2);
    const cases = [0, 1, 2].map((label) => {
      const fallsThrough = this.chance(20);
      return `${indent}  4w${label}: ${fallsThrough ? '' : this.body(scope, `${indent}  `)}\n`;
    });
    return `${indent}switch (${value}) {\n${cases.join('')}${indent}  default: ${this.body(scope, `${indent}  `)}\n${indent}}\n`;
  }

  loop(scope: Scope, indent: string): string {
    if (scope.loops > 1 || scope.kind === 'parser') return '';
    const name = this.fresh('i');
    // In functions, which parsers may call, the number of rounds has to be known; and where tables are applied.
    const isOpen = (scope.kind === 'action' || scope.kind === 'control') && this.chance(30);
    const end = isOpen ? this.readable(scope, 'bit<4>') : undefined;
    const inside: Scope = {
      ...scope,
      loops: scope.loops + 1,
      controls: end === undefined ? scope.controls : [],
      readOnly: [...scope.readOnly, { text: name, type: 'bit<4>' }],
    };
    const body = this.body(inside, indent);
    if (end === undefined) {
      const count = 1 + this.pick(3);
      if (this.chance(50)) return `${indent}for (bit<4> ${name} in 4w1 .. 4w${count}) ${body}\n`;
      return `${indent}for (bit<4> ${name} = 0; ${name} < ${count}; ${name} = ${name} + 1) ${body}\n`;
    }
    const last = this.fresh('e');
    const head = this.chance(50)
      ? `for (bit<4> ${name} in 4w3 .. ${last})`
      : `for (bit<4> ${name} = 0; ${name} < ${last}; ${name} = ${name} + 1)`;
    return `${indent}bit<4> ${last} = ${end};\n${indent}${head} ${body}\n`;
  }

  headerStatement(scope: Scope, indent: string): string {
    const { headers } = scope;
    if (headers === undefined) return '';
    const line = (text: string) => `${indent}${text}\n`;
    switch (this.pick(9)) {
      case 0:
        return line(`${headers}.${this.one(['g', 'h', 'st[1]', 'u.one', 'u.two'])}.setValid();`);
      case 1:
        return line(`${headers}.${this.one(['g', 'st[0]', 'u.one', 'u.two'])}.setInvalid();`);
      case 2:
        return line(`${headers}.g = ${headers}.h;`);
      case 3:
        return line(`${headers}.st[${this.pick(3)}] = ${headers}.st[${this.pick(3)}];`);
      case 4:
        if (scope.kind === 'parser') return '';
        return line(`${headers}.st.${this.one(['push_front', 'pop_front'])}(${1 + this.pick(2)});`);
      case 5:
        return line(`${headers}.u.one = { ${this.expression(scope, 'bit<8>', 2)} };`);
      case 6:
        if (scope.kind === 'parser') return '';
        return line(
          `${headers}.st[${this.stackIndex(scope, 2)}].v = ${this.expression(scope, 'bit<8>', 2)};`,
        );
      case 7: {
        const parts = (['bit<8>', 'bit<8>', 'bit<16>', 'bit<4>', 'bit<4>', 'int<8>'] as const).map((type) =>
          this.expression(scope, type, 1),
        );
        return line(`${headers}.g = { ${parts.join(', ')} };`);
      }
      default: {
        const name = this.fresh('l');
        const text = line(`h_t ${name} = ${headers}.${this.one(['h', 'g'])};`);
        scope.places.push({ text: `${name}.a`, type: 'bit<8>' }, { text: `${name}.c`, type: 'bit<16>' });
        return text;
      }
    }
  }

  applyTable(scope: Scope, table: Table, indent: string): string {
    switch (this.pick(3)) {
      case 0:
        return `${indent}${table.name}.apply();\n`;
      case 1:
        return `${indent}if (${this.one(['', '!'])}${table.name}.apply().hit) ${this.body(scope, indent)} else ${this.body(scope, indent)}\n`;
      default: {
        const cases = table.actions.map(
          (action) => `${indent}  ${action}: ${this.body(scope, `${indent}  `)}\n`,
        );
        const fallback = this.chance(50) ? `${indent}  default: ${this.body(scope, `${indent}  `)}\n` : '';
        return `${indent}switch (${table.name}.apply().action_run) {\n${cases.join('')}${fallback}${indent}}\n`;
      }
    }
  }

  // ----------------------------------------------------------------------------------------------
  // Declarations

  parameters(count: number): readonly Parameter[] {
    return Array.from({ length: count }, () => ({
      direction: this.one(['inout', 'in', 'out']),
      type: this.one(['bit<8>', 'bit<16>', 'bit<4>', 'bool']),
      name: this.fresh('p'),
    }));
  }

  withParameters(scope: Scope, parameters: readonly Parameter[]): Scope {
    const places = parameters
      .filter((one) => one.direction !== 'in')
      .map((one) => ({ text: one.name, type: one.type }));
    const readOnly = parameters
      .filter((one) => one.direction === 'in')
      .map((one) => ({ text: one.name, type: one.type }));
    return { ...scope, places: [...scope.places, ...places], readOnly: [...scope.readOnly, ...readOnly] };
  }

  /** `out` parameters are given a value first: what they hold otherwise is left open. */
  initialise(parameters: readonly Parameter[], indent: string): string {
    return parameters
      .filter((one) => one.direction === 'out')
      .map((one) => `${indent}${one.name} = ${this.literal(one.type)};\n`)
      .join('');
  }

  signature(parameters: readonly Parameter[]): string {
    return parameters.map((one) => `${one.direction} ${one.type} ${one.name}`).join(', ');
  }

  functionDeclaration(functions: readonly Callable[]): {
    readonly callable: Callable;
    readonly text: string;
  } {
    const name = this.fresh('f');
    const result = this.one(['bit<8>', 'bit<16>', 'bool', 'bit<4>', 'int<8>']);
    const parameters = this.parameters(1 + this.pick(3));
    const scope = this.withParameters({ ...EMPTY, functions, kind: 'function', result }, parameters);
    const body = `${this.initialise(parameters, '  ')}${this.statements(scope, 1 + this.pick(4), '  ')}`;
    const last = `  return ${this.expression(scope, result, 2)};\n`;
    return {
      callable: { name, result, parameters },
      text: `${result} ${name}(${this.signature(parameters)}) {\n${body}${last}}\n`,
    };
  }

  action(scope: Scope, parameters: readonly Parameter[], data: number, name: string): string {
    const given = Array.from({ length: data }, () => ({ type: 'bit<8>' as const, name: this.fresh('d') }));
    const inside: Scope = {
      ...this.withParameters(scope, parameters),
      kind: 'action',
      tables: [],
      controls: [],
    };
    const inner = {
      ...inside,
      readOnly: [...inside.readOnly, ...given.map((one) => ({ text: one.name, type: one.type }))],
    };
    const body = `${this.initialise(parameters, '    ')}${this.statements(inner, 1 + this.pick(4), '    ')}`;
    const signature = [this.signature(parameters), ...given.map((one) => `${one.type} ${one.name}`)].filter(
      (one) => one !== '',
    );
    return `  action ${name}(${signature.join(', ')}) {\n${body}  }\n`;
  }

  control(
    name: string,
    head: string,
    outer: Scope,
    subControls: readonly { readonly type: string; readonly callable: Callable }[],
    first: string,
    last: string,
  ): string {
    let text = `control ${name}(${head}) {\n`;
    const instances = subControls.map((sub) => {
      const instance = this.fresh('c');
      text += `  ${sub.type}() ${instance};\n`;
      return { ...sub.callable, name: instance };
    });
    const scope: Scope = { ...outer, kind: 'control', tables: [], places: [...outer.places] };
    for (let index = 0; index < 2; index++) {
      const local = this.fresh('w');
      const type = this.one(['bit<8>', 'bit<16>']);
      text += `  ${type} ${local} = ${this.literal(type)};\n`;
      scope.places.push({ text: local, type });
    }
    const actions: Callable[] = [];
    for (let index = this.pick(2); index >= 0; index--) {
      const parameters = this.parameters(this.pick(3));
      const action = this.fresh('a');
      text += this.action({ ...scope, actions: [...actions] }, parameters, 0, action);
      actions.push({ name: action, result: undefined, parameters });
    }
    const tables: Table[] = [];
    for (let index = this.pick(3); index >= 0; index--) {
      const names: string[] = [];
      const listed: string[] = [];
      const entries: string[] = [];
      for (let count = 1 + this.pick(2); count >= 0; count--) {
        const action = this.fresh('t');
        const parameters = this.chance(30) ? this.parameters(1) : [];
        const data = this.pick(2);
        text += this.action({ ...scope, actions }, parameters, data, action);
        const bound = parameters.map((one) =>
          one.direction === 'in' ? this.expression(scope, one.type, 2) : this.writable(scope, one.type),
        );
        const given = bound.every((one) => one !== undefined);
        if (!given) continue;
        names.push(action);
        listed.push(bound.length === 0 ? action : `${action}(${bound.join(', ')})`);
        const values = [...bound, ...Array.from({ length: data }, () => this.literal('bit<8>'))];
        entries.push(`      4w${entries.length}: ${action}(${values.join(', ')});\n`);
      }
      const table = this.fresh('table_');
      const plain = scope.headers === undefined ? '4w1' : `${scope.headers}.h.${this.one(['n', 'm'])}`;
      const key = (this.isUsedUp || this.chance(50) ? plain : this.expression(scope, 'bit<4>', 3)).replace(
        /table_\d+\.apply\(\)\.\w+/g,
        'true',
      );
      text += `  table ${table} {\n    key = { ${key} : exact @name("k"); }\n    actions = { ${[...listed, 'NoAction'].join('; ')}; }\n`;
      text += `    const entries = {\n${entries.join('')}    }\n    default_action = NoAction();\n  }\n`;
      tables.push({ name: table, actions: [...names, 'NoAction'] });
    }
    if (this.part === 3) this.part = 4;
    const inside: Scope = { ...scope, actions, tables, controls: instances };
    const body = this.statements(inside, 3 + this.pick(6), '    ');
    return `${text}  apply {\n${first}${body}${last}  }\n}\n`;
  }
}

const EMPTY: Scope = {
  places: [],
  readOnly: [],
  headers: undefined,
  metadata: undefined,
  structs: [],
  functions: [],
  actions: [],
  controls: [],
  tables: [],
  kind: 'function',
  result: undefined,
  loops: 0,
};

const HEAD = `#include <core.p4>
#include <v1model.p4>
header h_t { bit<8> a; bit<8> b; bit<16> c; bit<4> n; bit<4> m; int<8> s; }
header t_t { bit<8> v; }
header one_t { bit<8> x; }
header two_t { bit<16> y; }
header_union u_t { one_t one; two_t two; }
header out_t { bit<8> x; bit<16> y; bit<8> p; bit<16> q; bit<8> flags; }
struct inner_t { bit<8> p; bit<16> q; bool t; }
struct headers_t { h_t h; h_t g; t_t[3] st; u_t u; out_t result; }
struct metadata_t { bit<8> x; bit<16> y; bool z; inner_t i; }
`;

const TAIL = `control V(inout headers_t hdr, inout metadata_t meta) { apply { } }
control E(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t sm) { apply { } }
control D(packet_out packet, in headers_t hdr) { apply { packet.emit(hdr); } }
V1Switch(P(), V(), I(), E(), V(), D()) main;
`;

/** A program out of choices. */
export function randomProgram(choices: readonly number[]): string {
  const writer = new Writer(choices);
  let text = HEAD;
  const functions: Callable[] = [];
  for (let count = writer.pick(4); count > 0; count--) {
    const made = writer.functionDeclaration([...functions]);
    functions.push(made.callable);
    text += made.text;
  }
  writer.part = 1;
  const inParser: Scope = { ...EMPTY, functions, headers: 'hdr', metadata: 'meta', kind: 'parser' };
  text += `parser Sub(packet_in packet, out u_t u, inout bit<8> count) {
  state start {
    count = count + 1;
    transition select(packet.lookahead<bit<8>>()) { 0 .. 7: one; 8 &&& 0xf8: two; default: accept; }
  }
  state one { packet.extract(u.one); transition accept; }
  state two { packet.extract(u.two); transition accept; }
}
parser P(packet_in packet, out headers_t hdr, inout metadata_t meta, inout standard_metadata_t sm) {
  Sub() sub;
  state start {
    packet.extract(hdr.h);
${writer.statements(inParser, writer.pick(4), '    ')}    transition select(${writer.expression(inParser, 'bit<4>', 2)}, hdr.h.n) {
      (1, _): stack; (_, 2): union; (3 .. 9, 0 .. 7): last; (_, 12 &&& 12): stack; default: accept;
    }
  }
  state stack {
    packet.extract(hdr.st.next);
    transition select(hdr.st.last.v[0:0]) { 1: stack; default: last; }
  }
  state union {
    sub.apply(packet, hdr.u, meta.x);
${writer.statements(inParser, writer.pick(2), '    ')}    transition last;
  }
  state last {
${writer.statements(inParser, writer.pick(4), '    ')}    transition accept;
  }
}
`;
  writer.part = 2;
  const subs: { type: string; callable: Callable }[] = [];
  for (let count = writer.pick(3); count > 0; count--) {
    const type = writer.fresh('Sub');
    const parameters = writer.parameters(writer.pick(3));
    const scope = writer.withParameters({ ...EMPTY, functions }, parameters);
    text += writer.control(
      type,
      writer.signature(parameters),
      scope,
      subs.slice(0, 1),
      writer.initialise(parameters, '    '),
      '',
    );
    subs.unshift({ type, callable: { name: type, result: undefined, parameters } });
  }
  writer.part = 3;
  const scope: Scope = { ...EMPTY, functions, headers: 'hdr', metadata: 'meta' };
  const head = 'inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t sm';
  const result =
    'hdr.result = { meta.x, meta.y, meta.i.p, meta.i.q, (bit<1>)meta.z ++ (bit<1>)meta.i.t ++ 6w0 };';
  text += writer.control('Inner', head, scope, subs, '', `    ${result}\n`);
  text += `control I(${head}) {
  Inner() inner;
  apply {
    sm.egress_spec = 1;
    inner.apply(hdr, meta, sm);
  }
}
`;
  return text + TAIL;
}
