/** Digests of v1model: calls of `digest<T>(receiver, data)`. The type is the digest's name (P4Runtime, "Digest"). */

import type { Digest } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { CheckedProgram } from '../../check/checked-program.ts';
import type { Type } from '../../check/types.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import { nameAnnotation } from '../../evaluate/control-plane-names.ts';
import type { CallExpression } from '../../syntax/ast.ts';
import { makePreamble, type P4InfoContext } from './context.ts';

export type DigestCall = { readonly name: string; readonly type: Type; readonly call: CallExpression };

/** The digests of the calls, each once for a name; data without a type of its own gets a number for a name. */
export function findDigestCalls(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  calls: readonly CallExpression[],
): readonly DigestCall[] {
  const byName = new Map<string, DigestCall>();
  let unnamed = 0;
  for (const call of calls) {
    const resolved = checked.calls.get(call);
    if (resolved?.kind !== 'extern_function') continue;
    if (resolved.declaration.kind !== 'ExternFunctionDeclaration') continue;
    if (resolved.declaration.name.name !== 'digest') continue;
    const [type] = resolved.typeArguments;
    if (type === undefined) continue;
    let name = typeName(type);
    if (name === undefined) {
      name = `digest_${unnamed++}`;
      sink.report('P4868', call.span, { name });
    }
    if (!byName.has(name)) byName.set(name, { name, type, call });
  }
  return [...byName.values()];
}

function typeName(type: Type): string | undefined {
  if (!('declaration' in type) || !('annotations' in type.declaration)) return undefined;
  const name = nameAnnotation(type.declaration.annotations) ?? type.declaration.name.name;
  return name.startsWith('.') ? name.slice(1) : name;
}

export function makeDigestOfCall(context: P4InfoContext, { name, type, call }: DigestCall): Digest {
  return {
    preamble: makePreamble(context, 'digest', name, []),
    typeSpec: context.types.spec(type, call.span),
  };
}
