/**
 * Checksums and hashes. What they are computed over is put together in memory: the bits of fields one behind the other,
 * those of invalid headers left out, and where the program says so the rest of the packet.
 */

import type { FunctionBuilder, Local32, ModuleBuilder } from '../../wasm/index.ts';
import { andAlso, choose32, i32, select32 } from '../../wasm/index.ts';
import type { Calculation, CalculationInput, Checksum, Header } from '../json/index.ts';
import { limbsOf, storeWideBits } from './bits.ts';
import { bool, fixedImageBytes, loadField } from './expressions.ts';
import { Frame, type Machine } from './frame.ts';
import { GatheredWords } from './gathered-words.ts';
import { bitOffset, imageBytes } from './layout.ts';
import { fixed, Place } from './place.ts';
import { isValid, staticField, staticHeader, variableReference } from './references.ts';
import { storeField } from './stores.ts';
import { constantLimbs } from './wide.ts';

const COPY_BITS = 'copyBits';

/** Adds the function that copies bits from anywhere to anywhere. */
export function addCopyBits(m: ModuleBuilder): void {
  m.function(
    COPY_BITS,
    { to: 'i32', toBit: 'i32', from: 'i32', fromBit: 'i32', bits: 'i32' },
    undefined,
    (f, { to, toBit, from, fromBit, bits }) => {
      const bit = f.local32();
      const target = f.local32();
      const source = f.local32();
      const shift = f.local32();
      f.for(bit, 0, bits, () => {
        f.set(source, fromBit.add(bit));
        f.set(target, toBit.add(bit));
        f.set(shift, target.and(7).xor(7));
        const at = f.let32(to.add(target.shrU(3)));
        const one = from.add(source.shrU(3)).load8().shrU(source.and(7).xor(7)).and(1);
        f.store8(at, at.load8().and(i32(1).shl(shift).xor(0xff)).or(one.shl(shift)));
      });
    },
  );
}

/** Copies bits, most significant first; offsets count from the most significant bit of the first byte. */
export function copyBits(
  f: FunctionBuilder,
  to: Place,
  toBit: Local32 | number,
  from: Place,
  fromBit: number,
  bits: Local32 | number,
): void {
  f.call(COPY_BITS, to.address(), toBit, from.address(), fromBit, bits);
}

function widthOf(input: CalculationInput): number {
  switch (input.kind) {
    case 'constant':
      return input.bits;
    case 'field':
      return input.field.type.bits;
    case 'header':
      return imageBytes(input.header.type) * 8;
  }
}

/** Bytes that the inputs of a calculation take at most, without the rest of the packet. */
export function inputBytes(calculation: Calculation): number {
  return Math.ceil(calculation.inputs.reduce((bits, input) => bits + widthOf(input), 0) / 8);
}

/** Inputs that come and go together: those of one header, or those that are always there. */
type Group = { readonly header: Header | undefined; readonly inputs: readonly CalculationInput[] };

function headerOf(input: CalculationInput): Header | undefined {
  if (input.kind === 'constant') return undefined;
  const header = input.kind === 'field' ? input.field.header : input.header;
  return header.metadata ? undefined : header;
}

function groupsOf(inputs: readonly CalculationInput[]): readonly Group[] {
  const groups: { header: Header | undefined; inputs: CalculationInput[] }[] = [];
  for (const input of inputs) {
    const header = headerOf(input);
    const last = groups.at(-1);
    if (last !== undefined && last.header === header) last.inputs.push(input);
    else groups.push({ header, inputs: [input] });
  }
  return groups;
}

/** Whether the length of an input is known only when the packet is there. */
function isVariable(input: CalculationInput): boolean {
  if (input.kind === 'constant') return false;
  const type = input.kind === 'field' ? input.field.type : input.header.type.variableField;
  return type?.variable === true;
}

/** Puts the inputs together bit by bit: for those that do not fall on whole bytes. */
function emitSlowly(frame: Frame, groups: readonly Group[], buffer: Place, bytes: number): Local32 {
  const { f } = frame;
  const bit = f.let32(0);
  f.fill(buffer.address(), 0, bytes);
  const put = (from: Place, offset: number, bits: Local32 | number) => {
    copyBits(f, buffer, bit, from, offset, bits);
    f.set(bit, bit.add(bits));
  };
  for (const { header, inputs } of groups) {
    const emit = () => {
      for (const input of inputs) emitSlowInput(frame, input, put);
    };
    if (header === undefined) emit();
    else f.if(isValid(frame, header), emit);
  }
  return f.let32(bit.add(7).shrU(3));
}

function emitSlowInput(
  frame: Frame,
  input: CalculationInput,
  put: (from: Place, offset: number, bits: Local32 | number) => void,
): void {
  const { f, machine } = frame;
  const spill = fixed(machine.calculationSpill);
  if (input.kind === 'header') {
    const header = staticHeader(frame, input.header);
    const fixedBytes = fixedImageBytes(header.type);
    const { variableField } = header.type;
    if (variableField === undefined) {
      put(header.image, 0, fixedBytes * 8);
      return;
    }
    const before = bitOffset(header.type, variableField);
    put(header.image, 0, before);
    put(header.image.at(fixedBytes), 0, f.let32(header.length.load32().shl(3)));
    put(header.image, before, header.type.fixedBits - before);
    return;
  }
  if (input.kind === 'field' && input.field.type.variable) {
    const { length, bytes } = variableReference(frame, input.field);
    put(bytes, 0, f.let32(length.load32().shl(3)));
    return;
  }
  if (input.kind === 'field' && !input.field.header.metadata) {
    const header = staticHeader(frame, input.field.header);
    put(header.image, bitOffset(header.type, input.field.type), input.field.type.bits);
    return;
  }
  const bits = widthOf(input);
  const limbs =
    input.kind === 'constant'
      ? constantLimbs(input.value, limbsOf(bits))
      : loadField(frame, staticField(frame, input.field));
  storeWideBits(f, spill, 0, bits, limbs);
  put(spill, 0, bits);
}

/** A stretch of bits of an image that neighbouring inputs make up. */
type Run = { offset: number; bits: number };

/** Puts the inputs together, each group at constant offsets from a pointer. @returns How many bytes they are. */
function emitQuickly(frame: Frame, groups: readonly Group[], buffer: Place): Local32 {
  const { f } = frame;
  const pointer = f.let32(buffer.address());
  for (const { header, inputs } of groups) {
    const emit = () => f.set(pointer, pointer.add(emitGroup(frame, header, inputs, new Place(pointer, 0))));
    if (header === undefined) emit();
    else f.if(isValid(frame, header), emit);
  }
  return f.let32(pointer.sub(buffer.address()));
}

function emitGroup(
  frame: Frame,
  header: Header | undefined,
  inputs: readonly CalculationInput[],
  at: Place,
): number {
  const { f, machine } = frame;
  let bit = 0;
  if (header === undefined && inputs.every((input) => widthOf(input) % 8 === 0)) {
    return emitWords(frame, inputs, at);
  }
  if (header === undefined) {
    for (const input of inputs) {
      const bits = widthOf(input);
      const field = input.kind === 'field' ? staticField(frame, input.field) : undefined;
      if (field?.kind === 'bits' && bit % 8 === 0) copyRun(frame, at, bit, field.place, field.offset, bits);
      else {
        const limbs =
          field === undefined
            ? constantLimbs(input.kind === 'constant' ? input.value : 0n, limbsOf(bits))
            : loadField(frame, field);
        storeWideBits(f, at, bit, bits, limbs);
      }
      bit += bits;
    }
    return bit / 8;
  }
  const runs: Run[] = [];
  for (const input of inputs) {
    const bits = widthOf(input);
    const offset = input.kind === 'field' ? bitOffset(header.type, input.field.type) : 0;
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.bits === offset) last.bits += bits;
    else runs.push({ offset, bits });
  }
  const image = fixed(machine.layout.header(header).image);
  for (const { offset, bits } of runs) {
    copyRun(frame, at, bit, image, offset, bits);
    bit += bits;
  }
  return bit / 8;
}

/** Stores metadata and constants of whole bytes, and up to seven zeros behind them, in words: hashes load words. */
function emitWords(frame: Frame, inputs: readonly CalculationInput[], at: Place): number {
  const { f } = frame;
  const words = new GatheredWords(f);
  for (const input of inputs) {
    const bits = widthOf(input);
    const field = input.kind === 'field' ? staticField(frame, input.field) : undefined;
    if (field?.kind === 'bits') words.addBytes(field.place.at(field.offset / 8), bits / 8);
    else if (field !== undefined) words.addNumber(bits, loadField(frame, field));
    else words.addNumber(bits, constantLimbs(input.kind === 'constant' ? input.value : 0n, limbsOf(bits)));
  }
  for (const [index, word] of words.finish().entries()) at.at(8 * index).store64(f, word);
  return words.bytes;
}

function copyRun(frame: Frame, to: Place, toBit: number, from: Place, fromBit: number, bits: number): void {
  const { f } = frame;
  if (toBit % 8 === 0 && fromBit % 8 === 0 && bits % 8 === 0) {
    if (bits > 512) f.copy(to.at(toBit / 8).address(), from.at(fromBit / 8).address(), bits / 8);
    else {
      for (let done = 0; done < bits; ) {
        const left = bits - done;
        const part = left >= 64 ? 64 : left >= 32 ? 32 : left >= 16 ? 16 : 8;
        const [source, target] = [from.at((fromBit + done) / 8), to.at((toBit + done) / 8)];
        if (part === 64) target.store64(f, source.load64());
        else if (part === 32) target.store32(f, source.load32());
        else if (part === 16) target.store16(f, source.load16());
        else target.store8(f, source.load8());
        done += part;
      }
    }
  } else copyBits(f, to, toBit, from, fromBit, bits);
}

/** Adds the function that computes a calculation for the packet. */
export function addCalculation(m: ModuleBuilder, machine: Machine, calculation: Calculation): void {
  m.function(machine.functions.calculation(calculation), {}, 'i64', (f) => {
    const frame = new Frame(f, machine);
    const groups = groupsOf(calculation.inputs);
    const whole = groups.every(
      ({ inputs }) =>
        !inputs.some(isVariable) && inputs.reduce((bits, input) => bits + widthOf(input), 0) % 8 === 0,
    );
    const buffer = fixed(machine.calculationBuffer);
    const length = whole
      ? emitQuickly(frame, groups, buffer)
      : emitSlowly(frame, groups, buffer, inputBytes(calculation));
    if (calculation.withPayload) {
      const { packet } = machine;
      const rest = f.let32(packet.end.sub(packet.payload));
      f.set(rest, select32(packet.truncated.ltU(rest), packet.truncated, rest));
      f.copy(length.add(machine.calculationBuffer), packet.payload, rest);
      f.set(length, length.add(rest));
    }
    f.return(f.call64(machine.functions.hash(calculation), machine.calculationBuffer, length));
  });
}

/** Verifies checksums behind the parser. @returns A local: 1 if one is wrong. */
export function emitVerify(frame: Frame, checksums: readonly Checksum[]): Local32 {
  const { f, machine } = frame;
  const wrong = f.let32(0);
  for (const { target, condition, calculation } of checksums.filter(({ verify }) => verify)) {
    const applies =
      condition === undefined
        ? isValid(frame, target.header)
        : andAlso(isValid(frame, target.header), bool(frame, condition));
    f.if(applies, () => {
      const [stored] = loadField(frame, staticField(frame, target));
      const computed = f.let64(f.call64(machine.functions.calculation(calculation)));
      if (stored !== undefined) f.set(wrong, choose32(stored.ne(computed), 1, wrong));
    });
  }
  return wrong;
}

/** Updates checksums in front of the deparser. */
export function emitUpdate(frame: Frame, checksums: readonly Checksum[]): void {
  const { f, machine } = frame;
  for (const { target, condition, calculation } of checksums.filter(({ update }) => update)) {
    const update = () => {
      const computed = f.let64(f.call64(machine.functions.calculation(calculation)));
      storeField(frame, staticField(frame, target), [computed]);
    };
    if (condition === undefined) update();
    else f.if(bool(frame, condition), update);
  }
}
