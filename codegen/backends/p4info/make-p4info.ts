/** P4Info of a program, and its initial entries (P4Runtime, "The P4Info Message"). */

import type { P4Info } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { WriteRequest } from '../../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { CheckedProgram } from '../../check/checked-program.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import type { EvaluatedProgram, InstanceName, TableInstance } from '../../evaluate/index.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { makeAction } from './actions.ts';
import { architectureOf } from './architecture.ts';
import type { P4InfoContext } from './context.ts';
import { type DigestCall, findDigestCalls, makeDigestOfCall } from './digests.ts';
import { makeEntries } from './entries.ts';
import {
  externAnnotations,
  externKind,
  externSpan,
  heldProfile,
  makeActionProfile,
  makeCounter,
  makeDigest,
  makeDirectCounter,
  makeDirectMeter,
  makeMeter,
  makeRegister,
} from './externs.ts';
import { allocateIds, type EntityKind, type NumberedEntity } from './ids.ts';
import { makePackageInfo } from './package-info.ts';
import { findPacketHeaders, makePacketHeader, type PacketHeader } from './packet-headers.ts';
import { findReachable, type Reachable } from './reachable.ts';
import { TableExterns } from './table-externs.ts';
import { makeTable } from './tables.ts';
import { TypeInfoBuilder } from './type-info.ts';
import { makeValueSet } from './value-sets.ts';

/** What the control plane is told of a program. */
export type ControlPlane = {
  readonly p4info: P4Info;
  /** The entries that the program gives its tables. */
  readonly entries: WriteRequest;
};

/** What is needed of the front end's result. */
export type P4InfoInput = {
  readonly checked: CheckedProgram;
  readonly evaluated: EvaluatedProgram | undefined;
  readonly sink: DiagnosticSink;
};

/**
 * Makes P4Info and entries. What is wrong is reported to `sink`.
 * @returns undefined when there is no `main`, or something was wrong.
 */
export function makeP4Info({ checked, evaluated, sink }: P4InfoInput): ControlPlane | undefined {
  if (evaluated === undefined || sink.hasErrors) return undefined;
  const architecture = architectureOf(checked, evaluated);
  const reachable = withoutHeldProfiles(findReachable(checked, evaluated));
  const digestCalls =
    architecture.digest === undefined ? findDigestCalls(checked, sink, reachable.externCalls) : [];
  const packetHeaders = findPacketHeaders(checked, sink);
  const tables = reachable.tables.map(({ table }) => table);
  const properties = new TableExterns(tables, architecture, sink);

  const symbols = symbolsOf(reachable, { architecture, digestCalls, packetHeaders, properties });
  reportDuplicates(symbols, sink);
  const ids = allocateIds(symbols, sink);
  const context: P4InfoContext = {
    checked,
    sink,
    architecture,
    ids,
    types: new TypeInfoBuilder(checked, sink),
  };

  const p4info = assemble(context, evaluated, reachable, { digestCalls, packetHeaders, properties });
  const entries = makeEntries(context, reachable.tables);
  return sink.hasErrors ? undefined : { p4info, entries };
}

/** Without the action profiles that are a selector's: the control plane knows the selector. */
function withoutHeldProfiles(reachable: Reachable): Reachable {
  const held = new Set(reachable.externs.map(heldProfile));
  return { ...reachable, externs: reachable.externs.filter((extern) => !held.has(extern)) };
}

type Parts = {
  readonly digestCalls: readonly DigestCall[];
  readonly packetHeaders: readonly PacketHeader[];
  readonly properties: TableExterns;
};

function symbolsOf(
  { actions, tables, valueSets, externs }: Reachable,
  { architecture, digestCalls, packetHeaders, properties }: Parts & Pick<P4InfoContext, 'architecture'>,
): readonly NumberedEntity[] {
  const named = (
    kind: EntityKind,
    { controlPlane, path }: InstanceName,
    declared: { readonly annotations: readonly Annotation[]; readonly span: Span; readonly by: object },
  ): NumberedEntity => ({
    kind,
    name: controlPlane,
    annotations: declared.annotations,
    span: declared.span,
    path,
    declaration: declared.by,
  });
  const declared = externs.map((extern) => ({ extern, annotations: externAnnotations(extern) }));
  return [
    ...actions.map(({ name, declaration }) => {
      return named('action', name, { ...declaration, span: declaration.name.span, by: declaration });
    }),
    ...tables.map(({ table }) => {
      const { annotations, name } = table.declaration;
      return named('table', table.name, { annotations, span: name.span, by: table });
    }),
    ...valueSets.map((valueSet) => {
      const { annotations, name } = valueSet.declaration;
      return named('value set', valueSet.name, { annotations, span: name.span, by: valueSet });
    }),
    ...[...declared, ...properties.madeInPlace()].flatMap(({ extern, annotations }) => {
      const kind = externKind(architecture, extern);
      if (kind === undefined || extern.name.hidden) return [];
      return [named(kind, extern.name, { annotations, span: externSpan(extern), by: extern })];
    }),
    ...digestCalls.map(({ name, call }): NumberedEntity => {
      return { kind: 'digest', name, annotations: [], declaration: call, span: call.span, path: undefined };
    }),
    ...packetHeaders.map(({ typeName, declaration }): NumberedEntity => {
      const { annotations, name } = declaration;
      const kind = 'controller header';
      return { kind, name: typeName, annotations, declaration, span: name.span, path: undefined };
    }),
  ];
}

/** Two instances of one declaration may end up under one full name. */
function reportDuplicates(entities: readonly NumberedEntity[], sink: DiagnosticSink): void {
  const seen = new Map<string, NumberedEntity>();
  for (const entity of entities) {
    const { kind, name, span, declaration, path } = entity;
    const key = `${kind} ${name}`;
    const other = seen.get(key);
    if (other === undefined) seen.set(key, entity);
    else if (other.declaration !== declaration) {
      sink.report('P4853', span, { kind, name, first: other.path ?? name, second: path ?? name });
    }
  }
}

function assemble(
  context: P4InfoContext,
  { main }: EvaluatedProgram,
  { actions, inTables, tables, externs, externCalls, valueSets }: Reachable,
  { digestCalls, packetHeaders, properties }: Parts,
): P4Info {
  const visible = externs.filter(({ name }) => !name.hidden);
  const ofKind = (kind: string) =>
    visible.filter((extern) => externKind(context.architecture, extern) === kind);
  const shown = tables.map(({ table }) => table).filter(({ name }) => !name.hidden);
  const profiles = ofKind('action profile')
    .filter(({ origin }) => origin.kind === 'Instantiation')
    .map((extern) => ({ extern, annotations: externAnnotations(extern) }));
  for (const made of properties.madeInPlace()) {
    if (externKind(context.architecture, made.extern) === 'action profile') profiles.push(made);
  }
  const p4info = {
    pkgInfo: makePackageInfo(context, main),
    tables: shown.map((table) => tableWithExterns(context, table, properties)),
    actions: actions
      .filter(({ name }) => !name.hidden)
      .map((action) => makeAction(context, action, inTables.has(action))),
    actionProfiles: profiles.map(({ extern, annotations }) =>
      makeActionProfile(context, extern, properties.usersOf(extern), annotations),
    ),
    counters: ofKind('counter').map((extern) => makeCounter(context, extern)),
    directCounters: shown.flatMap((table) => {
      const found = properties.of(table, 'directCounter');
      return found === undefined ? [] : [makeDirectCounter(context, found.extern, table, found.annotations)];
    }),
    meters: ofKind('meter').map((extern) => makeMeter(context, extern)),
    directMeters: shown.flatMap((table) => {
      const found = properties.of(table, 'directMeter');
      return found === undefined ? [] : [makeDirectMeter(context, found.extern, table, found.annotations)];
    }),
    controllerPacketMetadata: packetHeaders.map((header) => makePacketHeader(context, header)),
    valueSets: valueSets.map((valueSet) => makeValueSet(context, valueSet)),
    registers: ofKind('register').map((extern) => makeRegister(context, extern)),
    digests: [
      ...ofKind('digest').map((extern) => makeDigest(context, extern)),
      ...digestCalls.map((call) => makeDigestOfCall(context, call)),
    ],
    externs: [],
  };
  // Empty where nothing has a name, and left out where nothing has a type at all.
  const typed =
    tables.length > 0 ||
    externs.some(({ origin }) => origin.kind === 'Instantiation') ||
    (context.architecture.digest === undefined && externCalls.length > 0) ||
    packetHeaders.length > 0 ||
    p4info.actions.some(({ params }) => params.length > 0);
  return { ...p4info, typeInfo: typed ? context.types.build() : undefined };
}

function tableWithExterns(context: P4InfoContext, table: TableInstance, properties: TableExterns) {
  const implementation = properties.of(table, 'implementation');
  const counter = properties.of(table, 'directCounter');
  const meter = properties.of(table, 'directMeter');
  const direct = [
    counter === undefined ? [] : [context.ids.id('direct counter', counter.extern.name.controlPlane)],
    meter === undefined ? [] : [context.ids.id('direct meter', meter.extern.name.controlPlane)],
  ].flat();
  const implementationId =
    implementation === undefined
      ? 0
      : context.ids.id('action profile', implementation.extern.name.controlPlane);
  return { ...makeTable(context, table), implementationId, directResourceIds: direct };
}
