/** Actions and their parameters (P4Runtime, "Action"). */

import type { Action, Action_Param } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import { showType, type Type, UNKNOWN } from '../../check/types.ts';
import { nameAnnotation } from '../../evaluate/control-plane-names.ts';
import type { ActionInstance } from '../../evaluate/index.ts';
import type { ActionDeclaration, Parameter } from '../../syntax/ast.ts';
import { describeAnnotations } from './annotations.ts';
import { makePreamble, type P4InfoContext } from './context.ts';
import { partIds } from './ids.ts';

/** The parameters that the control plane gives: those without direction. */
export function controlPlaneParameters(action: ActionDeclaration): readonly Parameter[] {
  return action.parameters.filter(({ direction }) => direction === undefined);
}

/** The ids of those parameters, in their order. */
export function parameterIds(
  context: P4InfoContext,
  action: ActionDeclaration,
): ReadonlyMap<Parameter, number> {
  const parameters = controlPlaneParameters(action);
  const ids = partIds(
    parameters.map(({ annotations, name }) => ({ annotations, span: name.span })),
    context.sink,
  );
  return new Map(parameters.map((parameter, index) => [parameter, ids[index] ?? 0]));
}

/**
 * The message of an action.
 * @param inTable A table can run it. One that the program only calls gets nothing from the control plane.
 */
export function makeAction(
  context: P4InfoContext,
  { name, declaration }: ActionInstance,
  inTable: boolean,
): Action {
  const preamble = makePreamble(context, 'action', name.controlPlane, declaration.annotations);
  if (!inTable) return { preamble, params: [] };
  const params = [...parameterIds(context, declaration)].map(([parameter, id]) =>
    makeParameter(context, parameter, id),
  );
  return { preamble, params };
}

function makeParameter(context: P4InfoContext, parameter: Parameter, id: number): Action_Param {
  const { checked, sink, types } = context;
  const type = checked.declaredTypes.get(parameter) ?? UNKNOWN;
  if (!ALLOWED.has(type.kind)) sink.report('P4856', parameter.type.span, { type: showType(type) });
  else types.spec(type, parameter.type.span);
  return {
    id,
    name: nameAnnotation(parameter.annotations) ?? parameter.name.name,
    annotationLocations: [],
    ...describeAnnotations(checked, sink, parameter.annotations),
    bitwidth: type.kind === 'enum' ? 0 : types.width(type),
    typeName: parameterTypeName(context, type, parameter),
  };
}

/** An enum without representation has no width, so its name is all that there is to say. */
function parameterTypeName({ types }: P4InfoContext, type: Type, { type: { span } }: Parameter) {
  const name =
    type.kind === 'enum'
      ? types.typeName(type.declaration.name.name, type.declaration.annotations)
      : types.newTypeName(type, span);
  return name === undefined ? undefined : { name };
}

const ALLOWED: ReadonlySet<Type['kind']> = new Set(['bits', 'bool', 'newtype', 'serializable_enum', 'enum']);
