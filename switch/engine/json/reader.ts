/**
 * Reading JSON with exact errors: every value knows its path, so that what is wrong is said with where it stands.
 *
 * Hand-written rather than a schema validator: most of what can be wrong with BMv2 JSON are references between its
 * parts (fields, states, tables, actions), which a schema cannot express, and both kinds of mistakes should read alike.
 */

/** Says what is wrong in a program's JSON, and where: `actions[3].primitives[0].op`. */
export class Bmv2JsonError extends Error {
  readonly path: string;
  readonly problem: string;

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'the JSON' : path}: ${problem}`);
    this.name = 'Bmv2JsonError';
    this.path = path;
    this.problem = problem;
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'object' ? 'an object' : typeof value;
}

/** A value of the JSON, and where it stands. */
export class JsonValue {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path = '') {
    this.value = value;
    this.path = path;
  }

  /** @throws Bmv2JsonError with this place. */
  fail(problem: string): never {
    throw new Bmv2JsonError(this.path, problem);
  }

  /** Whether it is missing or null, which the format uses alike. */
  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  get isArray(): boolean {
    return Array.isArray(this.value);
  }

  get isText(): boolean {
    return typeof this.value === 'string';
  }

  get isInteger(): boolean {
    return Number.isSafeInteger(this.value);
  }

  /** A member of an object; one that is not there is absent, and fails when it is read. */
  member(name: string): JsonValue {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.fail(`expected an object, found ${describe(value)}`);
    const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    return new JsonValue(found, this.path === '' ? name : `${this.path}.${name}`);
  }

  /** Names and values of an object. */
  entries(): readonly (readonly [string, JsonValue])[] {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return this.fail(`expected an object, found ${describe(value)}`);
    return Object.keys(value).map((name) => [name, this.member(name)] as const);
  }

  #missing(what: string): never {
    return this.value === undefined
      ? this.fail(`is missing; expected ${what}`)
      : this.fail(`expected ${what}, found ${describe(this.value)}`);
  }

  elements(): readonly JsonValue[] {
    if (!Array.isArray(this.value)) return this.#missing('an array');
    return this.value.map((element: unknown, index) => new JsonValue(element, `${this.path}[${index}]`));
  }

  /** The elements of an array, none if it is absent. */
  optionalElements(): readonly JsonValue[] {
    return this.absent ? [] : this.elements();
  }

  /** The elements of an array that has so many. */
  tuple(length: number): readonly JsonValue[] {
    const elements = this.elements();
    if (elements.length !== length) this.fail(`expected ${length} elements, found ${elements.length}`);
    return elements;
  }

  /** One element of a tuple. */
  at(index: number): JsonValue {
    const element = this.elements()[index];
    return element ?? this.fail(`expected at least ${index + 1} elements`);
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.#missing('a string');
  }

  /** A truth; p4c writes some as 0 and 1. */
  boolean(): boolean {
    if (this.value === 0 || this.value === 1) return this.value === 1;
    return typeof this.value === 'boolean' ? this.value : this.#missing('true or false');
  }

  optionalBoolean(otherwise: boolean): boolean {
    return this.absent ? otherwise : this.boolean();
  }

  /** A whole number between two limits. */
  integer(least = 0, most = 2 ** 31 - 1): number {
    const { value } = this;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return this.#missing('a whole number');
    if (value < least || value > most)
      this.fail(`expected a number from ${least} to ${most}, found ${value}`);
    return value;
  }

  /** A number in hexadecimal, with or without `0x`, and with a sign in front for negative ones. */
  hexadecimal(): bigint {
    const match = /^(-?)(?:0x)?([0-9a-fA-F]+)$/.exec(this.text());
    if (match === null) return this.fail(`expected a hexadecimal number, found ${describe(this.value)}`);
    const value = BigInt(`0x${match[2]}`);
    return match[1] === '-' ? -value : value;
  }

  /** Bytes in hexadecimal, with or without `0x`; an odd digit in front is a byte of its own. */
  bytes(): Uint8Array {
    const match = /^(?:0x)?([0-9a-fA-F]*)$/.exec(this.text());
    if (match === null) return this.fail(`expected bytes in hexadecimal, found ${describe(this.value)}`);
    const digits = match[1] ?? '';
    return Uint8Array.from(Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex'));
  }
}

/** Things by name; asking for one that is not there fails at the place that asks. */
export class Names<T> {
  readonly #what: string;
  readonly #things = new Map<string, T>();

  /** @param what What they are, for messages: `header`. */
  constructor(what: string) {
    this.#what = what;
  }

  add(name: JsonValue, thing: T): void {
    const text = name.text();
    if (this.#things.has(text)) name.fail(`there are two ${this.#what}s named '${text}'`);
    this.#things.set(text, thing);
  }

  find(name: string): T | undefined {
    return this.#things.get(name);
  }

  get(name: JsonValue): T {
    const text = name.text();
    const found = this.#things.get(text);
    if (found === undefined) name.fail(`there is no ${this.#what} named '${text}'`);
    // Narrowed by the line above, which does not return; things are never undefined.
    return found;
  }

  values(): IterableIterator<T> {
    return this.#things.values();
  }
}
