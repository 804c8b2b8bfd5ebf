/** Counters, meters, registers and action profiles (P4Runtime, "P4Info Objects"). */

import {
  type ActionProfile,
  type Counter,
  CounterSpec_Unit,
  type Digest,
  type DirectCounter,
  type DirectMeter,
  type Meter,
  type MeterSpec,
  MeterSpec_Type,
  MeterSpec_Unit,
  type Register,
} from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { P4NamedType } from '../../../p4runtime/gen/p4/config/v1/p4types.ts';
import type { ExternInstance, TableInstance, Value } from '../../evaluate/index.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { annotationNamed, numberOf, stringOf } from './annotation-values.ts';
import type { Architecture } from './architecture.ts';
import { makePreamble, type P4InfoContext } from './context.ts';
import type { EntityKind } from './ids.ts';

/** What P4Info calls an extern of the architecture; undefined for those that it does not know. */
export function externKind(
  architecture: Architecture,
  { declaration }: ExternInstance,
): EntityKind | undefined {
  switch (declaration.name.name) {
    case architecture.counter.type:
      return 'counter';
    case architecture.meter.type:
      return 'meter';
    case architecture.register.type:
      return 'register';
    case architecture.directCounter:
      return 'direct counter';
    case architecture.directMeter:
      return 'direct meter';
    case architecture.actionProfile:
    case architecture.actionSelector:
      return 'action profile';
    case architecture.digest:
      return 'digest';
    default:
      return undefined;
  }
}

/** Where an extern is made. */
export function externSpan({ origin }: ExternInstance): Span {
  return origin.kind === 'Instantiation' ? origin.name.span : origin.span;
}

/** The annotations of an extern; one that is made in a table's property has those of the property. */
export function externAnnotations(
  { origin }: ExternInstance,
  property?: { readonly annotations: readonly Annotation[] },
): readonly Annotation[] {
  return origin.kind === 'Instantiation' ? origin.annotations : (property?.annotations ?? []);
}

export function makeCounter(context: P4InfoContext, extern: ExternInstance): Counter {
  const { size, index } = context.architecture.counter;
  return {
    preamble: preambleOf(context, 'counter', extern),
    spec: { unit: counterUnit(extern) },
    size: sizeOf(context, extern, size, (1n << 63n) - 1n),
    indexTypeName: indexTypeName(context, extern, index),
  };
}

export function makeMeter(context: P4InfoContext, extern: ExternInstance): Meter {
  const { size, index } = context.architecture.meter;
  return {
    preamble: preambleOf(context, 'meter', extern),
    spec: meterSpec(extern),
    size: sizeOf(context, extern, size, (1n << 63n) - 1n),
    indexTypeName: indexTypeName(context, extern, index),
  };
}

export function makeRegister(context: P4InfoContext, extern: ExternInstance): Register {
  const { size, index } = context.architecture.register;
  const [type] = extern.type.typeArguments;
  return {
    preamble: preambleOf(context, 'register', extern),
    typeSpec: type === undefined ? undefined : context.types.spec(type, externSpan(extern)),
    size: Number(sizeOf(context, extern, size, (1n << 31n) - 1n)),
    indexTypeName: indexTypeName(context, extern, index),
  };
}

/** A digest that is an extern; those of v1model are in digests.ts. */
export function makeDigest(context: P4InfoContext, extern: ExternInstance): Digest {
  const [type] = extern.type.typeArguments;
  return {
    preamble: preambleOf(context, 'digest', extern),
    typeSpec: type === undefined ? undefined : context.types.spec(type, externSpan(extern)),
  };
}

export function makeDirectCounter(
  context: P4InfoContext,
  extern: ExternInstance,
  table: TableInstance,
  annotations: readonly Annotation[],
): DirectCounter {
  return {
    preamble: makePreamble(context, 'direct counter', extern.name.controlPlane, annotations),
    spec: { unit: counterUnit(extern) },
    directTableId: context.ids.id('table', table.name.controlPlane),
  };
}

export function makeDirectMeter(
  context: P4InfoContext,
  extern: ExternInstance,
  table: TableInstance,
  annotations: readonly Annotation[],
): DirectMeter {
  return {
    preamble: makePreamble(context, 'direct meter', extern.name.controlPlane, annotations),
    spec: meterSpec(extern),
    directTableId: context.ids.id('table', table.name.controlPlane),
  };
}

const SELECTOR_ANNOTATIONS: readonly string[] = [
  'max_group_size',
  'selector_size_semantics',
  'max_member_weight',
];

/** An action profile, or with a selector if it is one, and the tables whose actions it holds. */
export function makeActionProfile(
  context: P4InfoContext,
  extern: ExternInstance,
  tables: readonly TableInstance[],
  annotations: readonly Annotation[],
): ActionProfile {
  const withSelector = extern.declaration.name.name === context.architecture.actionSelector;
  const names = [...new Set(tables.map((table) => table.name.controlPlane))].sort();
  return {
    preamble: makePreamble(
      context,
      'action profile',
      extern.name.controlPlane,
      annotations,
      SELECTOR_ANNOTATIONS,
    ),
    tableIds: names.map((name) => context.ids.id('table', name)),
    withSelector,
    size: sizeOf(context, heldProfile(extern) ?? extern, 'size', (1n << 63n) - 1n),
    ...selectorSizes(context, annotations, withSelector),
    ...groupSizeOf(extern),
  };
}

/** The action profile that a selector of Tofino takes its members from. */
export function heldProfile(extern: ExternInstance): ExternInstance | undefined {
  const profile = extern.arguments.get('action_profile');
  return profile?.kind === 'extern' ? profile : undefined;
}

/** Tofino's selectors have the greatest group as an argument. */
function groupSizeOf(extern: ExternInstance): { readonly maxGroupSize?: number } {
  const size = extern.arguments.get('max_group_size');
  return size?.kind === 'integer' ? { maxGroupSize: Number(size.value) } : {};
}

function selectorSizes(
  { sink }: P4InfoContext,
  annotations: readonly Annotation[],
  withSelector: boolean,
): Pick<ActionProfile, 'maxGroupSize' | 'selectorSizeSemantics'> {
  /** The number in an annotation, 0 where it has no effect. */
  const number = (name: string, why: string | undefined): number => {
    const annotation = annotationNamed(annotations, name);
    if (annotation === undefined) return 0;
    if (why !== undefined) {
      sink.report('P4865', annotation.span, { annotation: name, why });
      return 0;
    }
    const value = numberOf(annotation);
    if (value !== undefined && value >= 0n && value < 1n << 31n) return Number(value);
    sink.report('P4860', annotation.span, { annotation: name, wanted: 'one number of at most 31 bits' });
    return 0;
  };
  const notSelector = withSelector ? undefined : 'an action profile without selector has no groups';
  const maxGroupSize = number('max_group_size', notSelector);

  const semantics = annotationNamed(annotations, 'selector_size_semantics');
  const word = semantics === undefined ? undefined : stringOf(semantics)?.toLowerCase();
  const members = word === 'sum_of_members' && withSelector;
  const weight = number(
    'max_member_weight',
    notSelector ?? (members ? undefined : 'the sizes count weights, not members'),
  );
  if (semantics === undefined) return { maxGroupSize, selectorSizeSemantics: undefined };
  if (notSelector !== undefined) {
    sink.report('P4865', semantics.span, { annotation: 'selector_size_semantics', why: notSelector });
    return { maxGroupSize, selectorSizeSemantics: undefined };
  }
  if (members) {
    return {
      maxGroupSize,
      selectorSizeSemantics: { $case: 'sumOfMembers', value: { maxMemberWeight: weight } },
    };
  }
  if (word !== 'sum_of_weights') {
    const wanted = '"sum_of_weights" or "sum_of_members"';
    sink.report('P4860', semantics.span, { annotation: 'selector_size_semantics', wanted });
  }
  return { maxGroupSize, selectorSizeSemantics: { $case: 'sumOfWeights', value: {} } };
}

function preambleOf(context: P4InfoContext, kind: EntityKind, extern: ExternInstance) {
  return makePreamble(context, kind, extern.name.controlPlane, externAnnotations(extern));
}

/** The member of the architecture's enum that the parameter `type` is given. */
function unitName({ arguments: values }: ExternInstance): string {
  const value = values.get('type');
  return value?.kind === 'member' ? value.member.name.toLowerCase() : '';
}

function counterUnit(extern: ExternInstance): CounterSpec_Unit {
  switch (unitName(extern)) {
    case 'packets':
      return CounterSpec_Unit.PACKETS;
    case 'bytes':
      return CounterSpec_Unit.BYTES;
    case 'packets_and_bytes':
      return CounterSpec_Unit.BOTH;
    default:
      return CounterSpec_Unit.UNSPECIFIED;
  }
}

function meterSpec(extern: ExternInstance): MeterSpec {
  const annotations = externAnnotations(extern);
  const unit = unitName(extern);
  let type: MeterSpec['type'] = MeterSpec_Type.TWO_RATE_THREE_COLOR;
  if (annotationNamed(annotations, 'single_rate_three_color')) type = MeterSpec_Type.SINGLE_RATE_THREE_COLOR;
  if (annotationNamed(annotations, 'single_rate_two_color')) type = MeterSpec_Type.SINGLE_RATE_TWO_COLOR;
  if (unit === 'packets') return { unit: MeterSpec_Unit.PACKETS, type };
  return { unit: unit === 'bytes' ? MeterSpec_Unit.BYTES : MeterSpec_Unit.UNSPECIFIED, type };
}

function sizeOf({ sink }: P4InfoContext, extern: ExternInstance, parameter: string, limit: bigint): bigint {
  const value: Value | undefined = extern.arguments.get(parameter);
  if (value?.kind !== 'integer') return 0n;
  if (value.value <= limit) return value.value;
  sink.report('P4869', externSpan(extern), { what: `the number of its cells`, size: value.value, limit });
  return 0n;
}

/** The name of the type of an index, if `type` introduced it. */
function indexTypeName(
  context: P4InfoContext,
  extern: ExternInstance,
  index: number,
): P4NamedType | undefined {
  const type = extern.type.typeArguments[index];
  const name = type === undefined ? undefined : context.types.newTypeName(type, externSpan(extern));
  return name === undefined ? undefined : { name };
}
