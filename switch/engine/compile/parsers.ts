/** Parsers: each is a function that fills headers from the packet and gives the number of the error, or of none. */

import {
  andAlso,
  type I32,
  type I64,
  i32,
  i64,
  type Label,
  type Local32,
  type ModuleBuilder,
  orElse,
} from '../../wasm/index.ts';
import type {
  DataExpression,
  ExtractTarget,
  Field,
  HeaderType,
  KeyElement,
  Lookahead,
  Parser,
  ParserOperation,
  ParseState,
  Transition,
} from '../json/index.ts';
import { limbsOf, loadRawBytes, loadWideBits, maskOf, storePadded, swapped } from './bits.ts';
import { copyBits } from './calculations.ts';
import { emitGraph, type Go } from './control-flow.ts';
import { bool, exact, fixedImageBytes, loadField, value32 } from './expressions.ts';
import type { OpenFacts } from './facts.ts';
import { Frame, type Machine } from './frame.ts';
import { bitOffset, fieldName } from './layout.ts';
import { bytesOf } from './network-order.ts';
import { applyOperation, keyParts, ParserGraph, type Way } from './parser-graph.ts';
import { parserLocals } from './parser-locals.ts';
import { copyBytes, fixed, Place } from './place.ts';
import { emitPrimitive } from './primitives.ts';
import {
  fieldOf,
  type HeaderReference,
  lastElement,
  markValid,
  nextElement,
  sizeOf,
  staticField,
  staticHeader,
} from './references.ts';
import { assign, assignLimbs } from './stores.ts';
import { anyBit, type Limbs } from './wide.ts';

/** Steps back that a parser may take; beyond them the packet has the error ParserTimeout. */
const MAXIMUM_TURNS = 4096;

/** What the code of a parser works with. */
type Context = {
  readonly frame: Frame;
  /** The next byte to parse. */
  readonly cursor: Local32;
  readonly end: Local32;
  /** The number of the error. */
  readonly error: Local32;
  /** Goes behind the parser. */
  readonly stop: Label;
};

function errorNumber(machine: Machine, name: string): number {
  return machine.program.errors.get(name) ?? 0;
}

function fail(context: Context, name: string): void {
  const { f, machine } = context.frame;
  f.set(context.error, errorNumber(machine, name));
  f.branch(context.stop);
}

function failIf(context: Context, condition: I32, name: string): void {
  context.frame.f.if(condition, () => fail(context, name));
}

/** What is left of the packet, in bytes. */
function rest(context: Context): I32 {
  return context.end.sub(context.cursor);
}

/** A number of bits as bytes: fails the packet when it is negative, no multiple of 8, or beyond the packet. */
function wholeBytes(context: Context, expression: DataExpression): Local32 {
  const { f } = context.frame;
  const { limbs, signed } = exact(context.frame, expression);
  const [low = i64(0n), ...high] = limbs.map((limb) => f.let64(limb));
  failIf(context, low.and(7n).ne(0n), 'ParserInvalidArgument');
  const far = signed || high.length > 0 ? orElse(low.geU(1n << 35n), anyBit(high)) : low.geU(1n << 35n);
  failIf(context, far, 'PacketTooShort');
  return f.let32(low.shrU(3n).to32());
}

function extractFixed(context: Context, header: HeaderReference): void {
  const { f } = context.frame;
  const bytes = fixedImageBytes(header.type);
  failIf(context, rest(context).ltU(bytes), 'PacketTooShort');
  copyBytes(f, header.image, new Place(context.cursor, 0), bytes);
  markValid(context.frame, header);
  f.set(context.cursor, context.cursor.add(bytes));
}

/** The length expression of a type, with the fields of the header that is being extracted. */
function resolveLength(type: HeaderType, expression: DataExpression, target: ExtractTarget): DataExpression {
  const again = (inner: DataExpression): DataExpression => {
    switch (inner.kind) {
      case 'local': {
        const field = type.fields[inner.index];
        if (field === undefined) return { kind: 'constant', value: 0n };
        if (target.kind === 'header') return { kind: 'field', field: { header: target.header, type: field } };
        if (target.kind === 'stack') {
          // The element is not counted yet when its length is computed.
          const index: DataExpression = { kind: 'stackSize', stack: target.stack };
          return {
            kind: 'accessField',
            header: { kind: 'element', stack: target.stack, index },
            field,
          };
        }
        return { kind: 'constant', value: 0n };
      }
      case 'arithmetic':
        return { ...inner, left: again(inner.left), right: again(inner.right) };
      case 'negate':
        return { ...inner, operand: again(inner.operand) };
      case 'conditional':
        return { ...inner, whenTrue: again(inner.whenTrue), whenFalse: again(inner.whenFalse) };
      default:
        return inner;
    }
  };
  return again(expression);
}

/**
 * Extracts a header with a variable field: the fields in front of it, so many bytes, and the fields behind it.
 * @param bytes Computes the length of the variable field; called when the fields in front are there.
 */
function extractVariable(context: Context, header: HeaderReference, bytes: () => Local32): void {
  const { f } = context.frame;
  const { type } = header;
  const { variableField } = type;
  if (variableField === undefined) return;
  const fixedBytes = fixedImageBytes(type);
  const before = bitOffset(type, variableField);
  const behind = type.fixedBits - before;
  failIf(context, rest(context).ltU(fixedBytes), 'PacketTooShort');
  const from = new Place(context.cursor, 0);
  // What is in front may say how long the variable field is.
  if (before % 8 === 0) copyBytes(f, header.image, from, before / 8);
  else copyBits(f, header.image, 0, from, 0, before);
  const length = bytes();
  failIf(context, rest(context).sub(fixedBytes).ltU(length), 'PacketTooShort');
  failIf(context, length.gtU(Math.ceil(variableField.bits / 8)), 'HeaderTooShort');
  const area = header.image.at(fixedBytes);
  if (before % 8 === 0) {
    f.copy(area.address(), context.cursor.add(before / 8), length);
    const tail = f.let32(context.cursor.add(length));
    copyBytes(f, header.image.at(before / 8), new Place(tail, before / 8), behind / 8);
  } else {
    const bits = f.let32(length.shl(3));
    copyBits(f, area, 0, from, before, bits);
    const tail = f.let32(context.cursor.add(length));
    copyBits(f, header.image, before, new Place(tail, 0), before, behind);
  }
  header.length.store32(f, length);
  markValid(context.frame, header);
  f.set(context.cursor, context.cursor.add(length).add(fixedBytes));
}

function targetHeader(context: Context, target: ExtractTarget): HeaderReference {
  const { frame } = context;
  const { f, machine } = frame;
  if (target.kind === 'header') return staticHeader(frame, target.header);
  const next = f.let32(fixed(machine.layout.nextIndex(target.stack)).load32());
  failIf(context, next.geU(sizeOf(target.stack)), 'StackOutOfBounds');
  return nextElement(frame, target.stack, target.kind === 'stack' ? 0 : target.member, next);
}

function emitOperation(context: Context, operation: ParserOperation): void {
  const { frame } = context;
  const { f, machine } = frame;
  switch (operation.kind) {
    case 'extract': {
      const { target } = operation;
      const header = targetHeader(context, target);
      const { variableField, lengthExpression } = header.type;
      if (variableField === undefined) extractFixed(context, header);
      else {
        const length =
          operation.length ??
          (lengthExpression?.type === 'data'
            ? resolveLength(header.type, lengthExpression.data, target)
            : undefined);
        extractVariable(context, header, () =>
          length === undefined ? f.let32(0) : wholeBytes(context, length),
        );
      }
      if (target.kind !== 'header') {
        const next = fixed(machine.layout.nextIndex(target.stack));
        next.store32(f, next.load32().add(1));
      }
      return;
    }
    case 'set':
      assign(frame, operation.target, operation.value);
      return;
    case 'setVariable':
      emitPrimitive(frame, {
        op: 'assign_VL',
        target: operation.target,
        source_: operation.source,
        source: undefined,
        path: '',
      });
      return;
    case 'setLookahead':
      assignLimbs(frame, operation.target, peek(context, operation.lookahead));
      return;
    case 'verify':
      f.if(bool(frame, operation.condition).eqz(), () => {
        f.set(context.error, value32(frame, operation.error));
        f.branch(context.stop);
      });
      return;
    case 'advance': {
      const bytes = wholeBytes(context, operation.bits);
      failIf(context, rest(context).ltU(bytes), 'PacketTooShort');
      f.set(context.cursor, context.cursor.add(bytes));
      return;
    }
    case 'primitive': {
      const { primitive } = operation;
      if (primitive.op !== '_jump' && primitive.op !== '_jump_if_zero') emitPrimitive(frame, primitive);
    }
  }
}

/** Fails the packet when it has not so many bits ahead. */
function needAhead(context: Context, { offset, bits }: Lookahead): void {
  failIf(context, rest(context).ltU(Math.ceil((offset + bits) / 8)), 'PacketTooShort');
}

/** Bits ahead. BMv2 does not always see whether the packet has them; here it is an error when it does not. */
function peek(context: Context, lookahead: Lookahead): Limbs {
  const { f } = context.frame;
  const { offset, bits } = lookahead;
  needAhead(context, lookahead);
  const limbs = loadWideBits(f, new Place(context.cursor, 0), offset, bits);
  return limbs.map((limb) => f.let64(limb));
}

function keyLimbs(context: Context, element: KeyElement): Limbs {
  const { frame } = context;
  const field = (header: HeaderReference, type: Parameters<typeof fieldOf>[1]) =>
    loadField(frame, fieldOf(header, type));
  const load = (): Limbs => {
    switch (element.kind) {
      case 'field':
        return loadField(frame, staticField(frame, element.field));
      case 'lastField':
        return field(lastElement(frame, element.stack, 0), element.field);
      case 'lastUnionField':
        return field(lastElement(frame, element.stack, element.member), element.field);
      case 'lookahead':
        return peek(context, element.lookahead);
    }
  };
  const loaded = load().map((limb) => frame.f.let64(limb));
  // A sign is no part of a key.
  const top = loaded.length - 1;
  const bits = element.bits - top * 64;
  return loaded.map((limb, index) =>
    index === top && bits < 64 ? frame.f.let64(limb.and((1n << BigInt(bits)) - 1n)) : limb,
  );
}

/** An element of a key: its number, or up to 8 bytes of it as the packet has them, the first one lowest. */
type LoadedElement = { readonly limbs: Limbs; readonly rawBytes: number | undefined };

/** Loads an element of a key. What only has to be compared is not turned around. */
function loadElement(context: Context, element: KeyElement, isCompared: boolean): LoadedElement {
  const { frame } = context;
  const { bits } = element;
  const from = isCompared && bits <= 64 ? rawElement(context, element) : undefined;
  if (from === undefined) return { limbs: keyLimbs(context, element), rawBytes: undefined };
  return { limbs: [frame.f.let64(loadRawBytes(from, bits / 8))], rawBytes: bits / 8 };
}

/** Where the bytes of an element stand in the packet's order; undefined where its bits are no whole bytes. */
function rawElement(context: Context, element: KeyElement): Place | undefined {
  const { frame } = context;
  const { bits } = element;
  if (bits % 8 !== 0) return undefined;
  if (element.kind === 'lookahead') {
    const { offset } = element.lookahead;
    if (offset % 8 !== 0) return undefined;
    needAhead(context, element.lookahead);
    return new Place(context.cursor, offset / 8);
  }
  if (element.kind !== 'field') return undefined;
  return bytesOf(frame, { kind: 'field', field: element.field }, bits);
}

function matches(
  key: readonly KeyElement[],
  loaded: readonly LoadedElement[],
  transition: Transition,
  compared: ReadonlySet<number>,
): I32 {
  if (transition.kind !== 'value') return i32(0);
  const values = keyParts(transition.value, key);
  const masks = transition.mask === undefined ? undefined : keyParts(transition.mask, key);
  let condition: I32 | undefined;
  for (const [index, { limbs, rawBytes }] of loaded.entries()) {
    if (!compared.has(index)) continue;
    for (const [position, limb] of limbs.entries()) {
      const shift = BigInt(position * 64);
      const part = (whole: bigint | undefined) =>
        rawBytes === undefined ? BigInt.asUintN(64, (whole ?? 0n) >> shift) : swapped(whole ?? 0n, rawBytes);
      const all = (1n << 64n) - 1n;
      const mask = masks === undefined ? all : part(masks[index]);
      if (mask === 0n) continue;
      const isWhole = mask === all || (rawBytes !== undefined && mask === maskOf(8 * rawBytes));
      const masked: I64 = isWhole ? limb : limb.and(mask);
      const same = masked.eq(part(values[index]) & mask);
      condition = condition === undefined ? same : andAlso(condition, same);
    }
  }
  return condition ?? i32(1);
}

function emitTransitions(context: Context, state: ParseState, ways: readonly Way[], go: Go): void {
  const { f, machine } = context.frame;
  const { key } = state;
  const asksSets = state.transitions.some(({ kind }) => kind === 'valueSet');
  const loaded =
    state.transitions.length === 0 ? [] : key.map((element) => loadElement(context, element, !asksSets));
  if (asksSets) {
    let offset = 0;
    for (const [index, { bits }] of key.entries()) {
      storePadded(f, fixed(machine.parserKey + offset), bits, loaded[index]?.limbs ?? []);
      offset += Math.ceil(bits / 8);
    }
  }
  for (const { transition, compared, next } of ways) {
    if (transition === undefined || (transition.kind === 'value' && compared.size === 0)) {
      go(next);
      continue;
    }
    const condition =
      transition.kind === 'value'
        ? matches(key, loaded, transition, compared)
        : f.call32(machine.functions.contains(transition.set, transition.mask), machine.parserKey);
    f.if(condition, () => go(next));
  }
}

/** Bytes of the longest key that is put together in memory. */
export function parserKeyBytes(parsers: readonly Parser[]): number {
  const widths = parsers.flatMap(({ states }) =>
    states.map(({ key }) => key.reduce((bytes, { bits }) => bytes + limbsOf(bits) * 8, 0)),
  );
  return Math.max(0, ...widths);
}

/**
 * Adds the function of a parser, `() → number of the error`: it parses from `packet.start`, and leaves in
 * `packet.payload` where it came to.
 * @param isAsked Whether metadata may be asked for behind the parser; all of it, unless said.
 * @param zeroed The names of fields that are 0 in front of the parser, and that its start makes 0.
 */
export function addParser(
  m: ModuleBuilder,
  machine: Machine,
  parser: Parser,
  name: string,
  isAsked?: (field: Field) => boolean,
  zeroed: ReadonlySet<string> = new Set(),
): void {
  m.function(name, {}, 'i32', (f) => {
    const { packet } = machine;
    const locals = isAsked === undefined ? undefined : parserLocals(f, machine.program, parser, isAsked);
    const graph = new ParserGraph(machine.program, parser, machine.trace !== undefined);
    const cursor = f.let32(packet.start);
    const end = f.let32(packet.end);
    const error = f.let32(errorNumber(machine, 'NoError'));
    const { initial } = graph;
    if (initial !== undefined) {
      f.block((stop) => {
        emitGraph(f, {
          count: graph.nodes.length,
          initial,
          successors: (index) => graph.ways(index).map(({ next }) => next),
          emit: (index, go) => {
            const node = graph.nodes[index];
            if (node === undefined) return;
            const facts: OpenFacts = new Map(node.facts);
            const frame = new Frame(f, machine, [], undefined, facts, locals);
            const context: Context = { frame, cursor, end, error, stop };
            machine.trace?.state(frame, parser, node.state, cursor);
            const isStart = node.state === parser.states[parser.initial ?? -1];
            for (const operation of node.state.operations) {
              const { target } = operation.kind === 'set' ? operation : { target: undefined };
              const isDone = isStart && target?.kind === 'field' && zeroed.has(fieldName(target.field));
              if (!isDone) emitOperation(context, operation);
              applyOperation(operation, facts, machine.program);
            }
            emitTransitions(context, node.state, graph.ways(index), go);
          },
          fuel: MAXIMUM_TURNS,
          exhausted: () => f.set(error, errorNumber(machine, 'ParserTimeout')),
        });
      });
    }
    f.set(packet.payload, cursor);
    f.return(error);
  });
}
