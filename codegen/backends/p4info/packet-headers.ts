/** Headers of packets from and to the control plane (P4Runtime, "ControllerPacketMetadata"). */

import type { ControllerPacketMetadata } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { CheckedProgram } from '../../check/checked-program.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import { isHidden, nameAnnotation } from '../../evaluate/control-plane-names.ts';
import type { HeaderDeclaration } from '../../syntax/ast.ts';
import { annotationNamed, stringOf } from './annotation-values.ts';
import { describeAnnotations } from './annotations.ts';
import { makePreamble, type P4InfoContext } from './context.ts';
import { partIds } from './ids.ts';

export const CONTROLLER_HEADER = 'controller_header';

export type PacketHeader = {
  readonly declaration: HeaderDeclaration;
  /** The header's own name, from which its id is made. */
  readonly typeName: string;
  /** `packet_in`, `packet_out`. */
  readonly name: string;
};

/** The program's headers with `@controller_header`. */
export function findPacketHeaders(checked: CheckedProgram, sink: DiagnosticSink): readonly PacketHeader[] {
  return checked.program.declarations.flatMap((declaration) => {
    if (declaration.kind !== 'HeaderDeclaration' || isHidden(declaration.annotations)) return [];
    const annotation = annotationNamed(declaration.annotations, CONTROLLER_HEADER);
    if (annotation === undefined) return [];
    const name = stringOf(annotation);
    if (name === undefined) {
      sink.report('P4860', annotation.span, { annotation: CONTROLLER_HEADER, wanted: 'one string' });
      return [];
    }
    return [
      { declaration, typeName: nameAnnotation(declaration.annotations) ?? declaration.name.name, name },
    ];
  });
}

export function makePacketHeader(
  context: P4InfoContext,
  { declaration, typeName, name }: PacketHeader,
): ControllerPacketMetadata {
  const { checked, sink, types, ids } = context;
  const fields = types.flatFields({ kind: 'header', declaration, typeArguments: [] });
  const numbers = partIds(fields, sink);
  const metadata = fields.flatMap((field, index) => {
    if (isHidden(field.annotations)) return [];
    types.spec(field.type, field.span);
    const newType = types.newTypeName(field.type, field.span);
    const { annotations, structuredAnnotations } = describeAnnotations(checked, sink, field.annotations);
    return [
      {
        id: numbers[index] ?? 0,
        name: field.name,
        annotations,
        annotationLocations: [],
        structuredAnnotations,
        bitwidth: types.width(field.type),
        typeName: newType === undefined ? undefined : { name: newType },
      },
    ];
  });
  const preamble = makePreamble(context, 'controller header', typeName, declaration.annotations);
  // The control plane knows it by the name in the annotation.
  return {
    preamble: { ...preamble, id: ids.id('controller header', typeName), name, alias: name },
    metadata,
  };
}
