/** What all parts of the back end share while one program is converted. */

import type {
  DiagnosticCode,
  DiagnosticExtras,
  DiagnosticSink,
  MessageArguments,
} from '../../diagnostics.ts';
import type { Program, Variable } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import type { Json, Operand, Primitive } from './json.ts';
import type { Layout, Place } from './layout.ts';
import type { Scope } from './locate.ts';

/** Which of the five blocks is being converted. */
export type BlockRole = 'parser' | 'verify' | 'ingress' | 'egress' | 'compute' | 'deparser';

/** The state of one conversion: what was made so far. */
export type Conversion = {
  readonly program: Program;
  readonly sink: DiagnosticSink;
  readonly layout: Layout;
  readonly scope: Scope;
  readonly calculations: Json[];
  readonly learnLists: LearnLists;
  readonly fieldLists: FieldLists;
  /** Where each direct meter leaves its colour, by its instance. */
  readonly meterResults: Map<string, Place & { readonly kind: 'scalar' }>;
  /** Hands out a name that no table or condition has. */
  readonly nodeName: (base: string) => string;
};

/** The lists of fields that a copy of the packet keeps. */
export type FieldLists = {
  /** The id of the list that `@field_list(index)` makes; undefined when no field has it. */
  readonly numbered: ReadonlyMap<bigint, number>;
  readonly lists: { id: number; name: string; elements: Json[] }[];
};

/** What digests consist of, by the digest's name. */
export type LearnLists = Map<
  string,
  { readonly id: number; readonly json: Json; readonly fields: readonly Place[] }
>;

/** Reports a diagnostic. */
export function report<Code extends DiagnosticCode>(
  conversion: Conversion,
  code: Code,
  span: Span,
  values: MessageArguments<Code>,
  extras: DiagnosticExtras = {},
): void {
  conversion.sink.report(code, span, values, extras);
}

/** The scope of an action with data. */
export function actionScope(conversion: Conversion, parameters: readonly Variable[]): Scope {
  const { program, layout } = conversion;
  return { program, layout, actionData: new Map(parameters.map((variable, index) => [variable, index])) };
}

/** Where primitives go: into an action, or into a state of the parser. */
export type Emitter = {
  readonly scope: Scope;
  readonly role: BlockRole;
  /** Adds a call of a primitive. */
  readonly call: (op: string, parameters: readonly Operand[], span: Span) => void;
  /** Adds what `body` adds, to be run only where `guard` holds. */
  readonly when: (guard: Operand, body: () => void) => void;
};

/** A finished primitive. */
export type { Primitive };
