/**
 * What code reads and writes of a packet's metadata and headers, as sets of variables: each field of metadata is one, and the
 * bytes of each header. Of a header that is valid all bytes were written, so that reading it where that is known does not count.
 */

import type {
  Action,
  BoolExpression,
  Calculation,
  DataExpression,
  Field,
  FieldList,
  Header,
  HeaderExpression,
  HeaderStack,
  HeaderUnionStack,
  LearnList,
  LeftValue,
  Primitive,
  Program,
  UnionExpression,
} from '../json/index.ts';
import { type Facts, knownBool, learnFrom, type OpenFacts, singleHeaders, validityFact } from './facts.ts';
import { fieldName } from './layout.ts';

/** A set of variables: a bit for each. */
export type Variables = bigint;

/** No variables. */
export const NONE: Variables = 0n;

const NOTHING: Facts = new Map();

/** The name of the fact that the last element of a stack was extracted, so that its bytes are written. */
export function lastFact(stack: HeaderStack): string {
  return `last ${stack.index}`;
}

/** The variables of a program, and which of them its parts read and write. */
export class ProgramReads {
  /** All variables. */
  readonly everything: Variables;
  readonly #program: Program;
  readonly #fields = new Map<string, bigint>();
  readonly #images = new Map<Header, bigint>();
  readonly #single;

  constructor(program: Program) {
    this.#program = program;
    this.#single = singleHeaders(program);
    let next = 1n;
    const take = () => {
      const one = next;
      next <<= 1n;
      return one;
    };
    for (const header of program.headers) {
      if (!header.metadata) this.#images.set(header, take());
      else for (const type of header.type.fields) this.#fields.set(fieldName({ header, type }), take());
    }
    this.everything = next - 1n;
  }

  /** A field of metadata. Of a header, all of its bytes, because they are written together. */
  field(field: Field): Variables {
    if (!field.header.metadata) return this.image(field.header);
    return this.#fields.get(fieldName(field)) ?? NONE;
  }

  /** The bytes of a header; of metadata, all fields. */
  image(header: Header): Variables {
    if (!header.metadata) return this.#images.get(header) ?? NONE;
    return this.#all(header.type.fields.map((type) => this.field({ header, type })));
  }

  /** The bytes of all elements of a stack. */
  stack(stack: HeaderStack | HeaderUnionStack): Variables {
    const headers =
      'unions' in stack ? stack.unions.flatMap(({ headers: members }) => members) : stack.headers;
    return this.#all(headers.map((header) => this.image(header)));
  }

  /** A field that the switch knows by name, in programs that have it. */
  named(...names: readonly string[]): Variables {
    return this.#all(
      names.map((name) => {
        const field = this.#program.field(name);
        return field === undefined ? NONE : this.field(field);
      }),
    );
  }

  #all(sets: readonly Variables[]): Variables {
    return sets.reduce((all, one) => all | one, NONE);
  }

  /** What a number is made of. @param facts What is known where it is computed. */
  data(expression: DataExpression, facts: Facts = NOTHING): Variables {
    switch (expression.kind) {
      case 'constant':
      case 'validity':
      case 'local':
      case 'lastIndex':
      case 'stackSize':
        return NONE;
      case 'field': {
        const { header } = expression.field;
        const isWritten = !header.metadata && facts.get(validityFact(header)) === 1n;
        return isWritten ? NONE : this.field(expression.field);
      }
      case 'lastField':
        return facts.get(lastFact(expression.stack)) === 1n ? NONE : this.stack(expression.stack);
      case 'accessField':
        return expression.header.kind === 'header'
          ? this.data(
              { kind: 'field', field: { header: expression.header.header, type: expression.field } },
              facts,
            )
          : this.header(expression.header, facts);
      case 'register':
        return this.data(expression.index, facts);
      case 'negate':
        return this.data(expression.operand, facts);
      case 'fromBool':
        return this.bool(expression.operand, facts);
      case 'arithmetic':
        return this.data(expression.left, facts) | this.data(expression.right, facts);
      case 'conditional':
        return (
          this.bool(expression.condition, facts) |
          this.data(expression.whenTrue, this.#behind(expression.condition, true, facts)) |
          this.data(expression.whenFalse, this.#behind(expression.condition, false, facts))
        );
    }
  }

  #behind(condition: BoolExpression, outcome: boolean, facts: Facts): Facts {
    const behind: OpenFacts = new Map(facts);
    learnFrom(condition, outcome, behind, this.#single);
    return behind;
  }

  /** What a truth is made of. */
  bool(expression: BoolExpression, facts: Facts = NOTHING): Variables {
    switch (expression.kind) {
      case 'bool':
        return NONE;
      case 'toBool':
        return this.data(expression.operand, facts);
      case 'not':
        return this.bool(expression.operand, facts);
      case 'logical': {
        const { left, right, operation } = expression;
        // The right side counts only where the left one does not decide.
        if (knownBool(left, facts) === (operation === 'or')) return NONE;
        return this.bool(left, facts) | this.bool(right, this.#behind(left, operation === 'and', facts));
      }
      case 'compare':
        return this.data(expression.left, facts) | this.data(expression.right, facts);
      case 'sameBool':
        return this.bool(expression.left, facts) | this.bool(expression.right, facts);
      case 'sameHeader':
        return this.header(expression.left, facts) | this.header(expression.right, facts);
      case 'sameUnion':
        return this.union(expression.left, facts) | this.union(expression.right, facts);
      case 'boolConditional':
        return (
          this.bool(expression.condition, facts) |
          this.bool(expression.whenTrue, this.#behind(expression.condition, true, facts)) |
          this.bool(expression.whenFalse, this.#behind(expression.condition, false, facts))
        );
      case 'valid':
        return expression.header.kind === 'header' ? NONE : this.header(expression.header, facts);
      case 'unionValid':
        return this.union(expression.union, facts);
    }
  }

  /** The bytes of a header, and what finds it. */
  header(expression: HeaderExpression, facts: Facts = NOTHING): Variables {
    switch (expression.kind) {
      case 'header':
        return this.image(expression.header);
      case 'element':
        return this.data(expression.index, facts) | this.stack(expression.stack);
      case 'member':
        return this.union(expression.union, facts);
    }
  }

  /** The bytes of all members of a union, and what finds it. */
  union(expression: UnionExpression, facts: Facts = NOTHING): Variables {
    if (expression.kind === 'unionElement') {
      return this.data(expression.index, facts) | this.stack(expression.stack);
    }
    return this.#all(expression.union.headers.map((header) => this.image(header)));
  }

  /** What a calculation is made of: the headers in it count only where they are valid. */
  calculation({ inputs }: Calculation): Variables {
    return this.#all(
      inputs.map((input) =>
        input.kind === 'field' && input.field.header.metadata ? this.field(input.field) : NONE,
      ),
    );
  }

  /** What finds the place to store to. */
  target(target: LeftValue, facts: Facts = NOTHING): Variables {
    switch (target.kind) {
      case 'field':
      case 'lastField':
        return NONE;
      case 'accessField':
        return target.header.kind === 'header' ? NONE : this.header(target.header, facts);
      case 'register':
        return this.data(target.index, facts);
    }
  }

  /** A field of metadata that storing to a place writes as a whole. */
  written(target: LeftValue): Variables {
    const field =
      target.kind === 'field'
        ? target.field
        : target.kind === 'accessField' && target.header.kind === 'header'
          ? { header: target.header.header, type: target.field }
          : undefined;
    return field?.header.metadata === true && field.type.bits > 0 ? this.field(field) : NONE;
  }

  /** What a primitive reads. */
  reads(primitive: Primitive, facts: Facts = NOTHING): Variables {
    switch (primitive.op) {
      case 'assign':
        return this.data(primitive.value, facts) | this.target(primitive.target, facts);
      case 'assign_VL':
        return this.field(primitive.source_) | this.field(primitive.target);
      case 'assign_header':
        return this.header(primitive.value, facts) | this.header(primitive.target, facts);
      case 'assign_union':
        return this.union(primitive.value, facts) | this.union(primitive.target, facts);
      case 'assign_header_stack':
      case 'assign_union_stack':
        return this.stack(primitive.value) | this.stack(primitive.target);
      case 'push':
      case 'pop':
        return this.data(primitive.count, facts) | this.stack(primitive.stack);
      case 'add_header':
      case 'remove_header':
        return primitive.header.kind === 'header' ? NONE : this.header(primitive.header, facts);
      case 'add_header_fast':
        // With the bytes that it had.
        return this.header(primitive.header, facts);
      case '_jump':
      case 'exit':
      case 'no_op':
      case 'drop':
      case 'mark_to_drop':
        return NONE;
      case '_jump_if_zero':
      case 'assert':
      case 'assume':
        return this.data(primitive.condition, facts);
      case 'log_msg':
        return this.#all(primitive.values.map((value) => this.data(value, facts)));
      case 'modify_field_rng_uniform':
        return (
          this.data(primitive.low, facts) |
          this.data(primitive.high, facts) |
          this.target(primitive.target, facts)
        );
      case 'modify_field_with_hash_based_offset':
        return (
          this.data(primitive.base, facts) |
          this.data(primitive.size, facts) |
          this.calculation(primitive.calculation) |
          this.target(primitive.target, facts)
        );
      // What is written when a copy is asked for still is when it is made.
      case 'generate_digest':
        return (
          this.data(primitive.learnList, facts) | this.#listed(this.#program.learnLists, primitive.learnList)
        );
      case 'clone':
        return (
          this.data(primitive.session, facts) |
          this.data(primitive.fieldList, facts) |
          this.#listed(this.#program.fieldLists, primitive.fieldList)
        );
      case 'resubmit':
      case 'recirculate':
        return (
          this.data(primitive.fieldList, facts) | this.#listed(this.#program.fieldLists, primitive.fieldList)
        );
      case 'truncate':
        return this.data(primitive.length, facts);
      case 'count':
        return this.data(primitive.index, facts);
      case 'execute_meter':
      case 'register_read':
        return this.data(primitive.index, facts) | this.target(primitive.target, facts);
      case 'register_write':
        return this.data(primitive.index, facts) | this.data(primitive.value, facts);
    }
  }

  /** What a primitive writes as a whole, whatever happens. */
  writes(primitive: Primitive): Variables {
    switch (primitive.op) {
      case 'assign':
      case 'modify_field_with_hash_based_offset':
        return this.written(primitive.target);
      case 'add_header': {
        // One that was valid was written before.
        const { header } = primitive;
        return header.kind === 'header' && !header.header.metadata ? this.image(header.header) : NONE;
      }
      default:
        return NONE;
    }
  }

  /** The fields of a list, or of all where it is not known which. */
  #listed(lists: readonly (LearnList | FieldList)[], id: DataExpression): Variables {
    const asked = lists.filter((list) => id.kind !== 'constant' || (id.value & 0xffffn) === BigInt(list.id));
    return this.#all(asked.flatMap(({ fields }) => fields.map((field) => this.field(field))));
  }

  /** What must have been written in front of an action, for what must have been behind it. */
  beforeAction({ primitives }: Action, behind: Variables, facts: Facts = NOTHING): Variables {
    const jumps = primitives.some(({ op }) => op === '_jump' || op === '_jump_if_zero');
    const before: Variables[] = primitives.map(() => NONE);
    const of = (index: number) => (index < primitives.length ? (before[index] ?? NONE) : behind);
    // Nothing is known behind jumps; headers that are there without them may go, but what they had stays written.
    const known = jumps ? NOTHING : facts;
    for (let changed = true; changed; ) {
      changed = false;
      for (const [index, primitive] of [...primitives.entries()].reverse()) {
        let next = primitive.op === '_jump' ? of(primitive.offset) : of(index + 1);
        if (primitive.op === '_jump_if_zero') next |= of(primitive.offset);
        const now = (next & ~this.writes(primitive)) | this.reads(primitive, known);
        // Only jumps back ask again.
        changed ||= jumps && now !== before[index];
        before[index] = now;
      }
    }
    return of(0);
  }
}
