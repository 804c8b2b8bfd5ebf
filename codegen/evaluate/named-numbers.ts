/** Numbers that annotations refer to by name: constants at top level, and members of enums with a representation. */

import type { CheckedProgram } from '../check/checked-program.ts';
import { type ConstantContext, evaluateInteger } from '../check/constants.ts';

/** Looks up `NAME` and `ENUM.MEMBER`; undefined for what is no number of the program. */
export function namedNumbers(checked: CheckedProgram): (name: string) => bigint | undefined {
  const { types, implicitCasts, writtenTypes, declaredTypes, references, calls, errors } = checked;
  const context: ConstantContext = {
    types,
    implicitCasts,
    writtenTypes,
    declaredTypes,
    references,
    calls,
    errors,
    values: new Map(),
    sink: undefined,
    resolve: (type) => type,
    parameterValue: () => undefined,
  };
  return (name) => {
    const [first, member] = name.split('.');
    for (const declaration of checked.program.declarations) {
      if (declaration.kind === 'ConstantDeclaration' && member === undefined) {
        if (declaration.name.name === first) return evaluateInteger(context, declaration.initializer);
      } else if (declaration.kind === 'SerializableEnumDeclaration' && declaration.name.name === first) {
        const found = declaration.members.find((one) => one.name.name === member);
        if (found !== undefined) return evaluateInteger(context, found.value);
      }
    }
    return undefined;
  };
}
