/**
 * Metadata that only the parser asks for, such as what it counts: it is kept in locals, and not stored and loaded again at
 * once. What an earlier packet has left in memory does not matter to anyone else, either.
 */

import type { FunctionBuilder, Local64 } from '../../wasm/index.ts';
import type { Field, Parser, Program } from '../json/index.ts';
import type { MetadataLocals } from './frame.ts';
import { fieldName } from './layout.ts';
import { switchHeaders } from './specialize.ts';

/** Wider fields stand in memory. */
const WIDEST = 64;

/** Whether all that a parser does is told by its operations: primitives may call functions, which know no locals. */
function isPlain({ states }: Parser): boolean {
  return states.every(({ operations }) =>
    operations.every(({ kind, ...rest }) => {
      if (kind !== 'primitive' || !('primitive' in rest)) return true;
      return rest.primitive.op === 'assign' && rest.primitive.target.kind !== 'register';
    }),
  );
}

/**
 * The locals for the function of a parser, made when they are first asked for.
 * @param isAsked Whether a field of metadata may be asked for behind the parser before it is written again.
 */
export function parserLocals(
  f: FunctionBuilder,
  program: Program,
  parser: Parser,
  isAsked: (field: Field) => boolean,
): MetadataLocals | undefined {
  if (!isPlain(parser)) return undefined;
  const bySwitch = switchHeaders(program);
  const kept = new Set(program.fieldLists.flatMap(({ fields }) => fields.map(fieldName)));
  const locals = new Map<string, Local64 | undefined>();
  const isLocal = (field: Field, name: string): boolean => {
    const { header, type } = field;
    return (
      header.metadata &&
      !bySwitch.has(header) &&
      !kept.has(name) &&
      !type.variable &&
      !type.saturating &&
      !type.signed &&
      type.bits > 0 &&
      type.bits <= WIDEST &&
      !isAsked(field)
    );
  };
  return {
    of: (field) => {
      const name = fieldName(field);
      if (!locals.has(name)) locals.set(name, isLocal(field, name) ? f.local64() : undefined);
      return locals.get(name);
    },
  };
}
