/** The checker's front door: names, types and the rules that hang on them (specification §6 to §17). */

import type { DiagnosticSink } from '../diagnostics.ts';
import type { Program } from '../syntax/ast.ts';
import type { CheckedProgram } from './checked-program.ts';
import { type Context, createChecker, finishChecking } from './checker.ts';
import { checkDeclaration } from './declarations.ts';
import { checkExpression } from './expressions.ts';

/** Called with each declaration before it is checked, so that a crash can be told with its place. */
export type Progress = (declaration: Program['declarations'][number]) => void;

/**
 * Checks names and types of a program and fills the tables of a CheckedProgram.
 * @param sink Takes what is wrong; nothing is thrown for it.
 * @param onDeclaration Told of every declaration before it is checked.
 */
export function checkProgramTypes(
  program: Program,
  sink: DiagnosticSink,
  onDeclaration?: Progress,
): CheckedProgram {
  const checker = createChecker(sink, checkExpression);
  for (const declaration of program.declarations) {
    if (!('name' in declaration) || declaration.name.name === '') continue;
    if (!checker.declaredLater.has(declaration.name.name))
      checker.declaredLater.set(declaration.name.name, declaration.name);
  }
  const context: Context = {
    scope: checker.topLevel,
    place: 'top_level',
    returnType: undefined,
    insideLoop: false,
    thisType: undefined,
  };
  for (const declaration of program.declarations) {
    onDeclaration?.(declaration);
    checkDeclaration(checker, context, declaration);
  }
  return finishChecking(checker, program);
}
