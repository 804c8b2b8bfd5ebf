/** Calls of the architecture's functions and methods as primitives of the switch. */

import { InternalError } from '../../diagnostics.ts';
import type { CallStatement, Expression, Instance } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { withOutput } from './assign.ts';
import { calculation, constantMember } from './calculations.ts';
import { type Conversion, type Emitter, report } from './conversion.ts';
import { writeDigest } from './digests.ts';
import { leavesOf, storedValue, value } from './expressions.ts';
import { emptyList, listFor, listOf } from './field-lists.ts';
import { asParameter, constant, type Operand, operation, truth } from './json.ts';
import { isScalar } from './layout.ts';
import { writeLogMessage } from './log-message.ts';
import { sizeOf } from './resources.ts';

/** The arguments of a call, by the place of the parameter. */
type Arguments = readonly (Expression | undefined)[];

type Context = {
  readonly conversion: Conversion;
  readonly emitter: Emitter;
  readonly call: CallStatement;
  readonly arguments: Arguments;
  readonly span: Span;
};

type Converter = (context: Context) => void;

/** Converts one call, or reports why the switch has nothing for it there. */
export function convertCall(conversion: Conversion, emitter: Emitter, statement: CallStatement): void {
  const { callee, arguments: given } = statement.call;
  const context: Context = {
    conversion,
    emitter,
    call: statement,
    arguments: given.map((argument) => argument.value),
    span: statement.span,
  };
  switch (callee.kind) {
    case 'extern_function': {
      const converter = FUNCTIONS.get(callee.name);
      converter === undefined ? unknown(context, callee.name) : converter(context);
      return;
    }
    case 'method': {
      const name = `${callee.extern}.${callee.name}`;
      const converter = METHODS.get(name);
      converter === undefined ? unknown(context, name) : converter(context);
      return;
    }
    default:
      throw new InternalError(`a call of a ${callee.kind} is left`, statement.span);
  }
}

function unknown({ conversion, span }: Context, name: string): void {
  report(conversion, 'P4805', span, { name });
}

/** The argument for the parameter at `index`, which a call cannot leave out. */
function argument({ arguments: given, span }: Context, index: number): Expression {
  const found = given[index];
  if (found === undefined) throw new InternalError(`argument ${index} is missing`, span);
  return found;
}

/** A number as a parameter of a primitive, within its type. */
function parameter(context: Context, index: number): Operand {
  return asParameter(value(context.emitter.scope, argument(context, index)));
}

/** Restricts a call to some blocks; `true` when it is in one of them. */
function isIn(context: Context, roles: readonly Emitter['role'][], name: string, instead: string): boolean {
  const { emitter, conversion, span } = context;
  if (roles.includes(emitter.role)) return true;
  report(conversion, 'P4806', span, { name, block: BLOCK_NAMES[emitter.role] }, { hint: instead });
  return false;
}

const BLOCK_NAMES: { readonly [Role in Emitter['role']]: string } = {
  parser: 'the parser',
  verify: 'the control that verifies checksums',
  ingress: 'ingress',
  egress: 'egress',
  compute: 'the control that computes checksums',
  deparser: 'the deparser',
};

const PIPELINES = ['ingress', 'egress'] as const;
const EVERYWHERE = ['parser', 'ingress', 'egress'] as const;
const PIPELINES_HINT = 'call it in ingress or egress; the switch has no such object before or behind them';

function instanceOf(context: Context): Instance | undefined {
  const { callee } = context.call.call;
  if (callee.kind !== 'method' || callee.object.kind !== 'instance') return undefined;
  return context.conversion.program.instances.get(callee.object.instance);
}

function theInstance(context: Context): Instance {
  const instance = instanceOf(context);
  if (instance === undefined) throw new InternalError('a method has no object', context.span);
  return instance;
}

/** Runs `body` where the index is inside the array: outside it the switch reads and writes whatever is there. */
function insideArray(
  context: Context,
  index: Expression,
  size: bigint,
  body: (index: Operand) => void,
): void {
  const { emitter } = context;
  const at = value(emitter.scope, index);
  const { type } = index;
  const isAlwaysInside =
    index.kind === 'constant'
      ? index.value < size
      : type.kind === 'bits' && !type.signed && 1n << BigInt(type.width) <= size;
  const guard = isAlwaysInside
    ? truth(true)
    : index.kind === 'constant'
      ? truth(false)
      : operation('<', at, constant(size, 32));
  emitter.when(guard, () => body(asParameter(at)));
}

const markToDrop: Converter = (context) => {
  if (!isIn(context, EVERYWHERE, 'mark_to_drop', PIPELINES_HINT)) return;
  const { emitter, span } = context;
  // Both overloads do the same; the standard metadata exist once.
  emitter.call('mark_to_drop', [{ type: 'header', value: 'standard_metadata' }], span);
};

/** The switch draws with 64 bits. */
const RANDOM_WIDTH = 64;

const random: Converter = (context) => {
  const { conversion, emitter, span } = context;
  if (!isIn(context, EVERYWHERE, 'random', PIPELINES_HINT)) return;
  const { type } = argument(context, 1);
  if (type.kind === 'bits' && type.width > RANDOM_WIDTH)
    return report(conversion, 'P4821', span, { name: 'random', width: type.width, limit: RANDOM_WIDTH });
  withOutput(conversion, emitter, context.arguments[0], span, (output) =>
    emitter.call('modify_field_rng_uniform', [output, parameter(context, 1), parameter(context, 2)], span),
  );
};

const hash: Converter = (context) => {
  const { conversion, emitter, span } = context;
  if (!isIn(context, PIPELINES, 'hash', PIPELINES_HINT)) return;
  const algorithm = constantMember(conversion, argument(context, 1), 'hash');
  if (algorithm === undefined) return;
  const name = calculation(conversion, emitter, algorithm, argument(context, 3), span);
  withOutput(conversion, emitter, context.arguments[0], span, (output) =>
    emitter.call(
      'modify_field_with_hash_based_offset',
      [output, parameter(context, 2), { type: 'calculation', value: name }, parameter(context, 4)],
      span,
    ),
  );
};

/** The deprecated `Checksum16.get(data)`: the sum by itself. */
const checksum16: Converter = (context) => {
  const { conversion, emitter, span, call } = context;
  if (!isIn(context, PIPELINES, 'Checksum16.get', PIPELINES_HINT)) return;
  const name = calculation(conversion, emitter, 'csum16', argument(context, 0), span);
  withOutput(conversion, emitter, call.result, span, (output) =>
    emitter.call(
      'modify_field_with_hash_based_offset',
      [output, constant(0n, 16), { type: 'calculation', value: name }, constant(0x10000n, 24)],
      span,
    ),
  );
};

/** `clone` and its relatives: the kind of copy belongs to a pipeline, the list of fields is the third argument. */
const clone =
  (listId: (context: Context) => number | undefined): Converter =>
  (context) => {
    const { conversion, emitter, span } = context;
    const kind = constantMember(conversion, argument(context, 0), 'clone');
    if (kind === undefined) return;
    const [block, op] =
      kind === 'I2E'
        ? (['ingress', 'clone_ingress_pkt_to_egress'] as const)
        : (['egress', 'clone_egress_pkt_to_egress'] as const);
    if (!isIn(context, [block], `clone(CloneType.${kind})`, `call it in ${block}`)) return;
    const id = listId(context);
    if (id !== undefined) emitter.call(op, [parameter(context, 1), constant(BigInt(id), 32)], span);
  };

/** `resubmit` and `recirculate`: one pipeline each, the list of fields is the only argument. */
const again =
  (
    op: 'resubmit' | 'recirculate',
    block: 'ingress' | 'egress',
    listId: (context: Context) => number | undefined,
  ): Converter =>
  (context) => {
    if (!isIn(context, [block], op, `call it in ${block}`)) return;
    const id = listId(context);
    if (id !== undefined) context.emitter.call(op, [constant(BigInt(id), 32)], context.span);
  };

/** The list that an index names, which has to be known at compile time. */
const preserved = (index: number) => (context: Context) => {
  const which = argument(context, index);
  if (which.kind === 'constant') return listFor(context.conversion, which.value, which.span);
  report(context.conversion, 'P4810', which.span, { what: 'the index of the field list' });
  return undefined;
};

/** The list of the fields given, for the older forms. */
const given = (index: number) => (context: Context) => {
  const { conversion, emitter, span } = context;
  return listOf(conversion, emitter, leavesOf(argument(context, index)), span);
};

const truncate: Converter = (context) => {
  if (!isIn(context, PIPELINES, 'truncate', 'call it in ingress or egress')) return;
  context.emitter.call('truncate', [parameter(context, 0)], context.span);
};

const assertion =
  (op: 'assert' | 'assume'): Converter =>
  (context) => {
    if (!isIn(context, EVERYWHERE, op, 'call it in the parser, in ingress or in egress')) return;
    context.emitter.call(op, [parameter(context, 0)], context.span);
  };

const count: Converter = (context) => {
  if (!isIn(context, PIPELINES, 'counter.count', PIPELINES_HINT)) return;
  const counter = theInstance(context);
  const array: Operand = { type: 'counter_array', value: counter.controlPlaneName };
  insideArray(context, argument(context, 0), sizeOf(counter), (index) =>
    context.emitter.call('count', [array, index], context.span),
  );
};

const executeMeter: Converter = (context) => {
  const { conversion, emitter, span } = context;
  if (!isIn(context, PIPELINES, 'meter.execute_meter', PIPELINES_HINT)) return;
  const meter = theInstance(context);
  const array: Operand = { type: 'meter_array', value: meter.controlPlaneName };
  insideArray(context, argument(context, 0), sizeOf(meter), (index) =>
    withOutput(conversion, emitter, context.arguments[1], span, (output) =>
      emitter.call('execute_meter', [array, index, output], span),
    ),
  );
};

/** The table has executed the meter already: the colour is where the table left it. */
const readDirectMeter: Converter = (context) => {
  const { conversion, emitter, span } = context;
  const meter = theInstance(context);
  const place = conversion.meterResults.get(meter.name);
  if (place === undefined)
    return report(conversion, 'P4817', span, { what: 'direct_meter', name: meter.controlPlaneName });
  withOutput(conversion, emitter, context.arguments[0], span, (output) =>
    emitter.call('assign', [output, { type: 'field', value: [place.header, place.field] }], span),
  );
};

/** Tables step their direct counters by themselves. */
const countDirectly: Converter = () => {};

/** What holds something else is reported once, where it is made. */
function holdsNumbers(register: Instance): boolean {
  const [type] = register.type.typeArguments;
  return type !== undefined && isScalar(type);
}

const readRegister: Converter = (context) => {
  const { conversion, emitter, span } = context;
  if (!isIn(context, PIPELINES, 'register.read', PIPELINES_HINT)) return;
  const register = theInstance(context);
  if (!holdsNumbers(register)) return;
  const array: Operand = { type: 'register_array', value: register.controlPlaneName };
  insideArray(context, argument(context, 1), sizeOf(register), (index) =>
    withOutput(conversion, emitter, context.arguments[0], span, (output) =>
      emitter.call('register_read', [output, array, index], span),
    ),
  );
};

const writeRegister: Converter = (context) => {
  const { emitter, span } = context;
  if (!isIn(context, PIPELINES, 'register.write', PIPELINES_HINT)) return;
  const register = theInstance(context);
  if (!holdsNumbers(register)) return;
  const array: Operand = { type: 'register_array', value: register.controlPlaneName };
  const stored = argument(context, 1);
  insideArray(context, argument(context, 0), sizeOf(register), (index) =>
    emitter.call('register_write', [array, index, asParameter(storedValue(emitter.scope, stored))], span),
  );
};

const digest: Converter = (context) => {
  const { conversion, emitter, span } = context;
  if (!isIn(context, ['ingress'], 'digest', 'call it in ingress; the switch sends digests when ingress ends'))
    return;
  const { callee } = context.call.call;
  const type = callee.kind === 'extern_function' ? callee.typeArguments[0] : undefined;
  writeDigest(conversion, emitter, argument(context, 1), type, parameter(context, 0), span);
};

const FUNCTIONS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['mark_to_drop', markToDrop],
  ['random', random],
  ['hash', hash],
  ['digest', digest],
  ['clone', clone(({ conversion }) => emptyList(conversion))],
  ['clone3', clone(given(2))],
  ['clone_preserving_field_list', clone(preserved(2))],
  ['resubmit', again('resubmit', 'ingress', given(0))],
  ['resubmit_preserving_field_list', again('resubmit', 'ingress', preserved(0))],
  ['recirculate', again('recirculate', 'egress', given(0))],
  ['recirculate_preserving_field_list', again('recirculate', 'egress', preserved(0))],
  ['truncate', truncate],
  ['assert', assertion('assert')],
  ['assume', assertion('assume')],
  [
    'log_msg',
    (context) => {
      if (!isIn(context, EVERYWHERE, 'log_msg', 'call it in the parser, in ingress or in egress')) return;
      const { conversion, emitter, span } = context;
      writeLogMessage(conversion, emitter, argument(context, 0), context.arguments[1], span);
    },
  ],
]);

const METHODS: ReadonlyMap<string, Converter> = new Map<string, Converter>([
  ['counter.count', count],
  ['direct_counter.count', countDirectly],
  ['meter.execute_meter', executeMeter],
  ['direct_meter.read', readDirectMeter],
  ['register.read', readRegister],
  ['register.write', writeRegister],
  ['Checksum16.get', checksum16],
  [
    'packet_in.length',
    (context) => {
      const { conversion, emitter, span, call } = context;
      withOutput(conversion, emitter, call.result, span, (output) =>
        emitter.call(
          'assign',
          [output, { type: 'field', value: ['standard_metadata', 'packet_length'] }],
          span,
        ),
      );
    },
  ],
]);
