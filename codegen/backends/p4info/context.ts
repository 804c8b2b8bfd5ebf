/** What all parts of the generation share. */

import type { Preamble } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { CheckedProgram } from '../../check/checked-program.ts';
import type { ConstantValue } from '../../check/constant-values.ts';
import { type ConstantContext, evaluateConstant } from '../../check/constants.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import type { BlockInstance, Value } from '../../evaluate/index.ts';
import { asConstant } from '../../evaluate/instances.ts';
import type { Annotation, Expression } from '../../syntax/ast.ts';
import { describeAnnotations } from './annotations.ts';
import type { Architecture } from './architecture.ts';
import { paddedBytes } from './bytes.ts';
import type { EntityKind, Ids } from './ids.ts';
import type { TypeInfoBuilder } from './type-info.ts';

export type P4InfoContext = {
  readonly checked: CheckedProgram;
  readonly sink: DiagnosticSink;
  readonly architecture: Architecture;
  readonly ids: Ids;
  readonly types: TypeInfoBuilder;
};

/** The preamble of an object. */
export function makePreamble(
  context: P4InfoContext,
  kind: EntityKind,
  name: string,
  annotations: readonly Annotation[],
  omitted: readonly string[] = [],
): Preamble {
  const { checked, sink, ids } = context;
  return {
    id: ids.id(kind, name),
    name,
    alias: ids.alias(name),
    annotationLocations: [],
    ...describeAnnotations(checked, sink, annotations, omitted),
  };
}

/** The value of an expression inside a block; undefined where it has none while compiling. */
export function constantIn(
  { checked }: P4InfoContext,
  block: BlockInstance | undefined,
  expression: Expression,
): ConstantValue | undefined {
  const { types, implicitCasts, writtenTypes, declaredTypes, references, calls, errors } = checked;
  const constants: ConstantContext = {
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
    parameterValue: (parameter) => {
      const value = block?.constructorArguments.get(parameter);
      return value === undefined ? undefined : asConstant(value);
    },
  };
  return evaluateConstant(constants, expression);
}

/** A number or boolean in the bytes of its width; undefined for what P4Runtime has no bytes for. */
export function valueBytes(value: ConstantValue | Value | undefined, width: number): Uint8Array | undefined {
  if (value?.kind === 'integer') return paddedBytes(value.value, width);
  if (value?.kind === 'boolean') return paddedBytes(value.value ? 1n : 0n, width);
  return undefined;
}
