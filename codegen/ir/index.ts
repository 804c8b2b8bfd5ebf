/** The lowered program's public surface. */

export { defaultExpression, isStorable } from './defaults.ts';
export type * from './expressions.ts';
export { isLValue } from './expressions.ts';
export { programToJson } from './json.ts';
export { Names } from './names.ts';
export { printExpression, printProgram, printStatements } from './print.ts';
export type * from './program.ts';
export * from './rewrite.ts';
export type * from './statements.ts';
export type * from './types.ts';
export { BIT32, BOOL, bits, ERROR, INT, MATCH_KIND, STRING, sameType, showType, VOID } from './types.ts';
export { CHILD_KEYS, childrenOf, type Node, visit } from './visit.ts';
