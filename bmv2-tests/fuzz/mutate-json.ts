/** JSON with something wrong in it: values of other types, numbers out of range, names of other things, cycles. */

import type { Random } from './random.ts';

type Holder = {
  readonly get: () => unknown;
  readonly set: (value: unknown) => void;
  readonly remove: () => void;
};

/** Values in an object or array that is put elsewhere, with all in it. */
const LARGEST_PART = 200;

/** All places of a document, and its strings: what names are there to refer to. */
export class JsonMutator {
  readonly #root: unknown;
  readonly #objects: object[] = [];
  /** Small enough to be put elsewhere; as text, so that it is not what changes made of it. */
  readonly #parts: string[] = [];
  readonly #strings: readonly string[];

  /** @param root Is changed by `mutate`, and is as it was after what that returned was called. */
  constructor(root: unknown) {
    this.#root = root;
    const strings = new Set<string>();
    const walk = (value: unknown): number => {
      if (typeof value === 'string') strings.add(value);
      if (typeof value !== 'object' || value === null) return 1;
      this.#objects.push(value);
      let size = 1;
      for (const [key, each] of Object.entries(value)) {
        if (!Array.isArray(value)) strings.add(key);
        size += walk(each);
      }
      if (size <= LARGEST_PART) this.#parts.push(JSON.stringify(value));
      return size;
    };
    walk(root);
    this.#strings = [...strings];
  }

  get root(): unknown {
    return this.#root;
  }

  /** Changes some places. @returns What undoes that. */
  mutate(random: Random): () => void {
    const undo: (() => void)[] = [];
    const changes = 1 + (random.below(4) === 0 ? random.below(5) : 0);
    for (let change = 0; change < changes; change++) {
      const holder = this.#place(random);
      if (holder === undefined) continue;
      const before = holder.get();
      if (random.below(6) === 0) holder.remove();
      else holder.set(this.#wrong(random, before));
      undo.push(() => holder.set(before));
    }
    return () => {
      for (const one of undo.reverse()) one();
    };
  }

  #place(random: Random): Holder | undefined {
    const object = random.pick(this.#objects);
    if (Array.isArray(object)) {
      if (object.length === 0) return undefined;
      const before = [...object];
      const index = random.below(object.length);
      return {
        get: () => before[index],
        set: (value) => {
          object.splice(0, object.length, ...before);
          object[index] = value;
        },
        remove: () => {
          if (random.below(2) === 0) object.splice(index, 1);
          else object.splice(index, 0, object[random.below(object.length)]);
        },
      };
    }
    const keys = Object.keys(object);
    if (keys.length === 0) return undefined;
    const key = random.pick(keys);
    return {
      get: () => Reflect.get(object, key),
      set: (value) => void Reflect.set(object, key, value),
      remove: () => void Reflect.deleteProperty(object, key),
    };
  }

  #wrong(random: Random, before: unknown): unknown {
    if (random.below(2) === 0) {
      // Nearly right: the same type.
      if (typeof before === 'number') return this.#number(random, before);
      if (typeof before === 'boolean') return !before;
      if (typeof before === 'string') {
        if (/^-?0x/.test(before)) return this.#hex(random);
        return random.pick(this.#strings);
      }
    }
    switch (random.below(9)) {
      case 0:
        return null;
      case 1:
        return random.below(2) === 0;
      case 2:
        return this.#number(random, 1);
      case 3:
        return random.pick(['', '__proto__', 'constructor', '0x', '-', '\u0000', 'x'.repeat(1000)]);
      case 4:
        return random.pick(this.#strings);
      case 5:
        return random.pick([[], {}, [[]], [null], { type: 'field', value: ['', ''] }]);
      case 6:
        return this.#hex(random);
      default:
        // What stands elsewhere, also what this stands in.
        return random.below(4) === 0 ? deep(random, before) : JSON.parse(random.pick(this.#parts));
    }
  }

  #number(random: Random, before: number): number {
    return random.pick([
      0,
      -1,
      1,
      before + 1,
      before - 1,
      before * 8,
      random.below(100),
      random.word(),
      2 ** 31,
      2 ** 32,
      2 ** 53,
      1e300,
      0.5,
      65_536,
      2049,
    ]);
  }

  #hex(random: Random): string {
    const digits = Buffer.from(random.bytes(random.pick([1, 2, 8, 40, 600]))).toString('hex');
    return `${random.below(4) === 0 ? '-' : ''}0x${digits}`;
  }
}

/** An expression in an expression in an expression, deeper than any stack. */
function deep(random: Random, inner: unknown): unknown {
  let value = inner;
  const depth = random.pick([10, 100, 5000]);
  for (let level = 0; level < depth; level++) {
    value =
      random.below(2) === 0
        ? { type: 'expression', value: { op: 'not', left: null, right: value } }
        : { type: 'expression', value };
  }
  return value;
}
