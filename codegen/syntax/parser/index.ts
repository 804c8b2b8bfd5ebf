/** The parser's public surface. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Program } from '../ast.ts';
import type { Token } from '../tokens.ts';
import { DeclarationParser } from './declaration-parser.ts';

/**
 * Reads a program (grammar: p4program). Mistakes go to `sink`; what could be read around them is in the tree.
 * @param tokens All tokens after preprocessing, the 'end' token last.
 */
export function parse(tokens: readonly Token[], sink: DiagnosticSink): Program {
  return new DeclarationParser(tokens, sink).program();
}
