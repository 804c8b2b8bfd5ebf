/** Catalogue: P43xx types, expressions, calls and constants. */

import { defineEntries } from './entry.ts';

export const typesEntries = defineEntries({
  P4302: {
    severity: 'error',
    message: "'{type}' cannot be used here",
    explanation:
      "'void' is only a return type, and '_' only a type argument that the compiler infers (specification §7.1.1, §7.2.14).",
  },
  P4303: {
    severity: 'error',
    message: '{container} cannot contain {type}',
    explanation:
      'Which types may stand inside headers, unions, structs, tuples, lists and stacks is laid down in a table (specification §7.2.8): headers hold only values with a fixed layout, unions only headers, and so on.',
  },
  P4304: {
    severity: 'error',
    message: "the width of '{type}' is {width}; it must be between {least} and {greatest}",
    explanation:
      'A bit-string has a positive width; bit<0> and varbit<0> are allowed and hold nothing, int<0> is not (specification §7.1.6).',
  },
  P4305: {
    severity: 'error',
    message: 'the size of an array or header stack cannot be {size}',
    explanation:
      'A header stack or array has a fixed number of elements that is not negative (specification §7.2.3).',
  },
  P4306: {
    severity: 'error',
    message: '{what} must be an integer, not {type}',
    explanation: 'Widths, sizes and indexes are integers.',
  },
  P4307: {
    severity: 'error',
    message: '{what} must be a compile-time known value',
    explanation:
      'The compiler needs this value to know the type or shape of something, so it must be a literal, a constant, or an expression of these (specification §18.1).',
  },
  P4308: {
    severity: 'error',
    message: "'{name}' is generic and needs {wanted} type argument(s) here",
    explanation:
      'A generic type is used with a type for each of its type variables; only constructor calls can leave them to be inferred (specification §7.2.11).',
  },
  P4309: {
    severity: 'error',
    message: "'{name}' takes {wanted} type argument(s), and {given} are given",
    explanation: 'Every type variable is bound to exactly one type (specification §7.2.11).',
  },
  P4310: {
    severity: 'error',
    message: '{type} cannot be a type argument',
    explanation:
      'Parsers, controls and packages are not values: nothing generic can hold or pass them (specification appendix on restrictions of calls).',
  },
  P4311: {
    severity: 'error',
    message: '{what} has type {wanted}, and the value is {given}',
    explanation:
      'The value has another type than its place wants. P4 casts by itself only from int to a width, from an enum to its representation, and from brace expressions to structs, headers and tuples (specification §8.11.2); everything else needs an explicit cast.',
  },
  P4312: {
    severity: 'error',
    message: '{given} does not implement {wanted}: {reason}',
    explanation:
      'A parser or control given to a package must have the same parameters as the interface the package names: number, directions and types (specification §7.2.12).',
  },
  P4313: {
    severity: 'error',
    message: "'...' cannot be used here: {type} has no default value",
    explanation:
      "'...' stands for the default value of the type that is wanted (specification §7.3); this type has none, or is not known.",
  },
  P4314: {
    severity: 'error',
    message: '{given} value(s) are given for the {wanted} field(s) of {type}',
    explanation:
      "A list that initializes a struct or header has one element for each field, or ends with '...' (specification §8.12).",
  },
  P4315: {
    severity: 'error',
    message: 'no value is given for {fields} of {type}',
    explanation:
      "A structure-valued expression gives every field a value, or ends with '...' (specification §8.13).",
  },
  P4316: {
    severity: 'error',
    message: '{what} cannot have type {type}',
    explanation:
      'Variables, constants, parameters and results hold values; objects such as parsers, controls, externs and packages are made by instantiation and passed only where the language says so (specification §10, §11, appendix on restrictions of calls).',
  },
  P4317: {
    severity: 'error',
    message: "parameter '{name}' of type {type} cannot have a direction",
    explanation:
      'Objects and values that only exist while compiling (int, string, lists, externs) are passed without in, out or inout (specification §6.8).',
  },
  P4318: {
    severity: 'error',
    message: "parameter '{name}': {reason}",
    explanation:
      'Defaults, optional parameters and directions of parameters follow fixed rules (specification §6.8, §6.8.2).',
  },
  P4319: {
    severity: 'error',
    message: "'{kind}' cannot be made from {type}",
    explanation:
      "'type' wants bit<W>, int<W>, bool or another such type; 'typedef' takes nearly any; enums are represented by bit<W> or int<W> (specification §7.2.1, §7.5, §7.6).",
  },
  P4320: {
    severity: 'error',
    message: "'{operator}' wants {wanted} here, not {type}",
    explanation: 'The operator is not defined for operands of this type (specification §8).',
  },
  P4321: {
    severity: 'error',
    message: "'{operator}' needs a number with a width",
    explanation:
      'Bitwise and saturating operators work on bit<W> and int<W>; the arbitrary-precision int has no highest bit (specification §8.9).',
  },
  P4322: {
    severity: 'error',
    message: "'{operator}' is not defined on {type}",
    explanation:
      'Division and modulo are defined for non-negative numbers only, so not on signed types (specification §8.7, §8.9).',
  },
  P4323: {
    severity: 'error',
    message: "'{operator}' cannot combine {left} and {right}: {reason}",
    explanation:
      'Both operands of an arithmetic operator have the same width and signedness; P4 never widens by itself (specification §8.11.3).',
  },
  P4324: {
    severity: 'error',
    message: '{left} and {right} cannot be compared',
    explanation: 'Values are compared only with values of the same type (specification §8.2 to §8.20).',
  },
  P4325: {
    severity: 'error',
    message: 'a shift by {amount}: the amount cannot be negative',
    explanation: 'Shifting by a negative amount has no meaning (specification §8.10.2). Shift the other way.',
  },
  P4326: {
    severity: 'error',
    message: 'the amount must be bit<W> or a non-negative constant, not {type}',
    explanation:
      'The right operand of a shift, and the place of a slice, is unsigned (specification §8.10.2).',
  },
  P4327: {
    severity: 'error',
    message: "the left operand of '{operator}' has no width, and the amount is not constant",
    explanation:
      'An arbitrary-precision int exists only while compiling, so it can only be shifted by a constant (specification §8.11.3).',
  },
  P4328: {
    severity: 'error',
    message: "'++' cannot join a number without a width",
    explanation:
      'The width of a concatenation is the sum of the widths of its parts (specification §8.10.1), so both must have one.',
  },
  P4329: {
    severity: 'error',
    message: '{type} cannot be compared: {reason}',
    explanation: "Only values can be compared with '==' and '!=' (specification §8).",
  },
  P4330: {
    severity: 'error',
    message: 'there is no cast from {from} to {to}',
    explanation:
      'A cast changes the width or the signedness of a number, but not both at once, and converts between bit<1> and bool and between a type and what it is made from (specification §8.11.1). Combine two casts where one does not do.',
  },
  P4331: {
    severity: 'error',
    message: "the two results of '?:' have no width, and the condition is not constant",
    explanation: 'The choice happens at run time, where numbers have a width (specification §8.5.1).',
  },
  P4332: {
    severity: 'error',
    message: "the two results of '?:' have different types: {whenTrue} and {whenFalse}",
    explanation: 'Both results of a conditional expression have the same type (specification §8.5.1).',
  },
  P4333: {
    severity: 'error',
    message: 'index {index} is outside {type}, which has {size} element(s)',
    explanation:
      'A constant index must be at least 0 and less than the number of elements (specification §8.12, §8.18).',
  },
  P4334: {
    severity: 'error',
    message: '{type} cannot be indexed',
    explanation:
      'Only header stacks, arrays and tuples have elements that are reached by index (specification §8.12, §8.17, §8.18).',
  },
  P4335: {
    severity: 'error',
    message: '{what} is {value}, which is too small',
    explanation: 'Bits are counted from 0, and at least one must be taken (specification §8.6).',
  },
  P4336: {
    severity: 'error',
    message: 'the slice [{high}:{low}] has its bounds the wrong way round',
    explanation: 'A slice names its highest bit first (specification §8.6).',
  },
  P4337: {
    severity: 'error',
    message: 'bit {bit} does not exist in a value of {width} bits',
    explanation: 'The bits of a value of width W are numbered from 0 to W - 1 (specification §8.6).',
  },
  P4338: {
    severity: 'error',
    message: 'bits cannot be taken out of {type}',
    explanation: 'Slices are defined on bit<W>, int<W> and constants (specification §8.6).',
  },
  P4339: {
    severity: 'error',
    message: 'this type has more than {leaves} values, or is nested more than {levels} levels deep',
    explanation:
      'Structs and tuples that contain each other twice at every level grow beyond any machine. moor refuses them where they are written.',
  },
  P4341: {
    severity: 'error',
    message: '{operation} by zero',
    explanation: 'The divisor is known to be 0 while compiling (specification §8.9).',
  },
  P4342: {
    severity: 'error',
    message: '{operation} is not defined for negative numbers',
    explanation:
      'Both operands of / and % must be non-negative, and the divisor positive (specification §8.9).',
  },
  P4343: {
    severity: 'error',
    message: 'the value of this expression has more than {limit} bits',
    explanation: 'moor refuses constants of this size, which no program means.',
  },
  P4350: {
    severity: 'error',
    message: '{what} cannot be called with {given} argument(s) like these',
    explanation: 'No overload has parameters of this number and these names (specification §7.2.9.1).',
  },
  P4351: {
    severity: 'error',
    message: 'it is ambiguous which {what} is called',
    explanation:
      'Overloads are chosen by the number and names of arguments, never by type (specification §7.2.9.1).',
  },
  P4352: {
    severity: 'error',
    message: 'some arguments are named and some are not',
    explanation: 'Either all arguments of a call are named or none is (specification §8.21).',
  },
  P4353: {
    severity: 'error',
    message: "argument '{name}' is given twice",
    explanation: 'Each parameter takes one argument (specification §8.21).',
  },
  P4354: {
    severity: 'error',
    message: "{what} has no parameter '{name}' to give a value",
    explanation: 'A named argument uses the name of a parameter (specification §8.21).',
  },
  P4355: {
    severity: 'error',
    message: '{what} takes {wanted} argument(s), and {given} are given',
    explanation: 'There are more arguments than parameters (specification §8.21).',
  },
  P4356: {
    severity: 'error',
    message: '{what} is not given {missing}',
    explanation:
      'Every parameter without a default value needs an argument, unless it is annotated @optional (specification §6.8.2).',
  },
  P4357: {
    severity: 'error',
    message: "'_' cannot be the value of parameter '{name}'",
    explanation:
      "'_' throws away the result of an 'out' parameter; parameters that are read need a value (specification §8.21).",
  },
  P4358: {
    severity: 'error',
    message: "'{direction}' parameter '{name}' needs something that can be assigned to: {reason}",
    explanation:
      'The call writes to this argument, so it must be an l-value: a variable, a field, a stack element or a slice of one (specification §6.7, §6.8).',
  },
  P4359: {
    severity: 'error',
    message: "'{direction}' parameter '{name}' has type {wanted}, and the argument is {given}",
    explanation:
      "An 'out' or 'inout' argument has exactly the type of its parameter, because the value is copied back (specification §6.8).",
  },
  P4360: {
    severity: 'error',
    message: '{type} is not a value',
    explanation:
      'Types, tables, actions and functions can be named, applied or called, but not computed with or passed on (specification appendix on restrictions of calls).',
  },
  P4361: {
    severity: 'error',
    message: "the value of '{name}' must be compile-time known",
    explanation:
      'A parameter without direction of anything but an action takes a compile-time known value (specification §6.8).',
  },
  P4362: {
    severity: 'error',
    message: "type variable '{name}' of {what} cannot be inferred from the arguments",
    explanation: 'Type arguments that no argument determines must be written (specification §7.2.11).',
  },
  P4363: {
    severity: 'error',
    message: "this number has no width, so type variable '{name}' cannot be inferred",
    explanation: 'At run time every number has a width; a bare literal does not say which.',
  },
  P4364: {
    severity: 'error',
    message: '{type} cannot be called',
    explanation:
      'Functions, methods, actions and constructors can be called; tables, parsers and controls are run with apply (specification §8.21).',
  },
  P4365: {
    severity: 'error',
    message: "'{method}' takes {wanted}",
    explanation:
      'The methods that the language gives to headers, stacks, tables and blocks have fixed parameters (specification §8.17 to §8.20, §14.3).',
  },
  P4366: {
    severity: 'error',
    message: "'{method}' changes its object, which cannot be assigned to: {reason}",
    explanation: 'Methods that change a header or stack need an l-value (specification §6.7).',
  },
  P4367: {
    severity: 'error',
    message: '{what} needs constructor arguments, so it cannot be applied without being instantiated',
    explanation:
      'Direct application makes an instance without arguments (specification §17.1). Declare an instance and apply that.',
  },
  P4368: {
    severity: 'error',
    message: 'there are no objects of {type} to construct',
    explanation: 'Only externs, parsers, controls and packages are instantiated (specification §8.22).',
  },
  P4369: {
    severity: 'error',
    message: "extern '{name}' has no constructor, so the program cannot make one",
    explanation:
      'Objects of an extern type without constructors come from the architecture (specification §7.2.9.2).',
  },
  P4370: {
    severity: 'error',
    message: "extern '{name}' has abstract methods: declare an instance with their implementations",
    explanation:
      'The implementations stand in braces behind the declaration of the instance (specification §11.3.1), so a bare constructor call cannot give them.',
  },
  P4340: {
    severity: 'error',
    message: "'{method}' by 0 does nothing: the count must be positive",
    explanation: 'A header stack is shifted by at least one element (specification §8.18).',
  },
  P4373: {
    severity: 'error',
    message: "field '{name}' is given a value twice",
    explanation: 'A structure-valued expression mentions each field once (specification §8.13).',
  },
  P4372: {
    severity: 'error',
    message: 'the type of this structure-valued expression is not known here',
    explanation:
      'Nothing around the expression says which struct or header it should be (specification §8.13).',
  },
});
