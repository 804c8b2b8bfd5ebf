/**
 * The expressions of the lowered program. Each has its type and the place in the source that it comes from.
 * Casts are explicit: the operands of an operation have exactly the types that the operation wants
 * (specification §8.6–§8.12). Constants are folded.
 */

import type { Annotation } from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import type {
  ArrayType,
  BitsType,
  BoolType,
  EnumType,
  ErrorType,
  ExternType,
  HeaderType,
  IntType,
  ListType,
  MatchKindType,
  StackType,
  StringType,
  StructType,
  TupleType,
  Type,
  UnionType,
  VarbitType,
} from './types.ts';

/**
 * A parameter, a local variable or a temporary: a symbol, told apart by identity. It belongs to exactly one
 * parser, control, action or function, whose `parameters` or `locals` list it.
 */
export type Variable = {
  /** Unique in the program. */
  readonly name: string;
  /** The name in the source; for a temporary, what it holds. */
  readonly sourceName: string;
  readonly type: Type;
  /** The newtype or serializable enum that the source gives it, where it does. */
  readonly declaredType: string | undefined;
  readonly role: 'parameter' | 'local' | 'temporary';
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** A number. For `varbit` only 0, which stands for the empty value. Signed numbers are negative where they are. */
export type Constant = {
  readonly kind: 'constant';
  readonly type: BitsType | IntType | VarbitType;
  readonly value: bigint;
  readonly span: Span;
};

export type BooleanConstant = {
  readonly kind: 'boolean';
  readonly type: BoolType;
  readonly value: boolean;
  readonly span: Span;
};

export type StringConstant = {
  readonly kind: 'string';
  readonly type: StringType;
  readonly value: string;
  readonly span: Span;
};

/** A member of an enum without representation, of `error` or of `match_kind`. */
export type MemberConstant = {
  readonly kind: 'member';
  readonly type: EnumType | ErrorType | MatchKindType;
  readonly member: string;
  readonly span: Span;
};

export type VariableReference = {
  readonly kind: 'variable';
  readonly variable: Variable;
  readonly type: Type;
  readonly span: Span;
};

/** `target.field` of a struct, header or header union. Reading a field of an invalid header gives 0. */
export type FieldAccess = {
  readonly kind: 'field';
  readonly target: Expression;
  readonly field: string;
  readonly type: Type;
  readonly span: Span;
};

/**
 * `target[index]` of a stack, array, tuple (constant index) or list (constant index). A stack or array index out of
 * range reads an invalid header or 0, and writes nothing; in a parser, both are also error.StackOutOfBounds when the
 * index is that of a stack.
 */
export type IndexAccess = {
  readonly kind: 'index';
  readonly target: Expression;
  readonly index: Expression;
  readonly type: Type;
  readonly span: Span;
};

/** `target.next` or `target.last` of a stack. Out of range: error.StackOutOfBounds and reject (specification §8.18). */
export type StackElement = {
  readonly kind: 'stack_element';
  readonly which: 'next' | 'last';
  readonly target: Expression;
  readonly type: HeaderType | UnionType;
  readonly span: Span;
};

/** `target.lastIndex` of a stack: `nextIndex - 1` in 32 bits. */
export type StackLastIndex = {
  readonly kind: 'last_index';
  readonly target: Expression;
  readonly type: BitsType;
  readonly span: Span;
};

/** `target[high:low]`. */
export type Slice = {
  readonly kind: 'slice';
  readonly target: Expression;
  readonly high: number;
  readonly low: number;
  readonly type: BitsType;
  readonly span: Span;
};

/**
 * `target[low +: width]` with a computed `low`. Bits beyond the target read as 0 and are not written. Gone after
 * `eliminate-part-selects`.
 */
export type PartSelect = {
  readonly kind: 'part_select';
  readonly target: Expression;
  readonly low: Expression;
  readonly type: BitsType;
  readonly span: Span;
};

export type UnaryOperator = '!' | '~' | '-';

export type Unary = {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly type: Type;
  readonly span: Span;
};

export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '|+|'
  | '|-|'
  | '<<'
  | '>>'
  | '<='
  | '>='
  | '<'
  | '>'
  | '!='
  | '=='
  | '&'
  | '^'
  | '|'
  | '++'
  | '&&'
  | '||';

/**
 * `left operator right`. `&&` and `||` evaluate `right` only where they need it. Operands of `==` and `!=` may be of
 * any type that can be assigned; headers are equal when both are invalid, or both valid with equal fields.
 */
export type Binary = {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly type: Type;
  readonly span: Span;
};

/** `condition ? whenTrue : whenFalse`; only one of them is evaluated. */
export type Conditional = {
  readonly kind: 'conditional';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
  readonly type: Type;
  readonly span: Span;
};

/**
 * `(type) operand`, between `bits` of any width and sign, and between `bool` and `bit<1>`. Casts that change nothing
 * in the representation (to and from newtypes, serializable enums) are not there.
 */
export type Cast = {
  readonly kind: 'cast';
  readonly type: Type;
  readonly operand: Expression;
  readonly span: Span;
};

/** `target.isValid()` of a header or header union. */
export type IsValid = {
  readonly kind: 'is_valid';
  readonly target: Expression;
  readonly type: BoolType;
  readonly span: Span;
};

/** All elements of a value, in order of the fields: a struct, valid header, tuple, stack, array or list. */
export type Aggregate = {
  readonly kind: 'aggregate';
  readonly type: StructType | HeaderType | TupleType | StackType | ArrayType | ListType;
  readonly elements: readonly Expression[];
  readonly span: Span;
};

/** `{#}`: an invalid header, or a header union with no valid header. */
export type InvalidHeader = {
  readonly kind: 'invalid';
  readonly type: HeaderType | UnionType;
  readonly span: Span;
};

/** `instance`, or `instance[index]` of an array of externs: an extern object made at compile time. */
export type InstanceReference = {
  readonly kind: 'instance';
  /** `Instance.name` in `Program.instances`. */
  readonly instance: string;
  readonly index: Expression | undefined;
  readonly type: ExternType;
  readonly span: Span;
};

/** `table.apply().hit` or `.miss`. Gone after `order-side-effects`. */
export type ApplyResult = {
  readonly kind: 'apply_result';
  readonly table: string;
  readonly result: 'hit' | 'miss';
  readonly type: BoolType;
  readonly span: Span;
};

export type Direction = 'none' | 'in' | 'out' | 'inout';

/** What one parameter of a call gets. */
export type Argument = {
  /** The parameter's name in the source. */
  readonly parameter: string;
  /** The parameter's place among the callee's parameters, from 0. */
  readonly position: number;
  readonly direction: Direction;
  /** The parameter's type. */
  readonly type: Type;
  /** An l-value for `out` and `inout`. Undefined: an `@optional` parameter left out, or `_` for an `out` parameter. */
  readonly value: Expression | undefined;
  readonly span: Span;
};

export type Callee =
  /** A function of the program, or one that implements an abstract method; key in `Program.functions`. */
  | { readonly kind: 'function'; readonly name: string }
  /** An action; key in `Program.actions`. */
  | { readonly kind: 'action'; readonly name: string }
  /** An extern function, by its name in the source. */
  | { readonly kind: 'extern_function'; readonly name: string; readonly typeArguments: readonly Type[] }
  /**
   * A method of an extern object. `object` is an `InstanceReference`, or a reference to a parameter of extern type
   * such as `packet_in`. `overload` counts the methods of that name in the extern's declaration from 0.
   */
  | {
      readonly kind: 'method';
      readonly object: Expression;
      readonly extern: string;
      readonly name: string;
      readonly overload: number;
      readonly typeArguments: readonly Type[];
    }
  /** `apply` of a sub-parser or sub-control; key in `Program.blocks`. */
  | { readonly kind: 'block'; readonly name: string };

/**
 * Something called. Arguments are evaluated in their order here, that of the text, and copied in and out
 * (specification §6.8). After `order-side-effects` they are in the order of the parameters.
 */
export type Call = {
  readonly callee: Callee;
  readonly arguments: readonly Argument[];
  /** What it returns. */
  readonly type: Type;
  readonly span: Span;
};

/** A call for its value. After `order-side-effects` calls are only in `CallStatement`. */
export type CallExpression = {
  readonly kind: 'call';
  readonly call: Call;
  readonly type: Type;
  readonly span: Span;
};

export type Expression =
  | Constant
  | BooleanConstant
  | StringConstant
  | MemberConstant
  | VariableReference
  | FieldAccess
  | IndexAccess
  | StackElement
  | StackLastIndex
  | Slice
  | PartSelect
  | Unary
  | Binary
  | Conditional
  | Cast
  | IsValid
  | Aggregate
  | InvalidHeader
  | InstanceReference
  | ApplyResult
  | CallExpression;

/** What can be assigned to: its root is a variable. */
export type LValue = VariableReference | FieldAccess | IndexAccess | StackElement | Slice | PartSelect;

/** Whether an expression has the form of an l-value. */
export function isLValue(expression: Expression): expression is LValue {
  switch (expression.kind) {
    case 'variable':
      return true;
    case 'field':
    case 'index':
    case 'stack_element':
    case 'slice':
    case 'part_select':
      return isLValue(expression.target);
    default:
      return false;
  }
}
