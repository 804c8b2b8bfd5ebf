/** Matches between P4Runtime and the device, under the rules of the specification's "Match Format". */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { FieldMatch } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { FieldInfo } from '../../p4runtime/schema/index.ts';
import type { DeviceField, DeviceMatch } from './device.ts';
import { checkNumber, compare, hasBitsBeyond, hasLowBits, inHex, isZero, ones } from './numbers.ts';
import type { Translations, Translator } from './translation.ts';

type FieldPlan = {
  readonly info: FieldInfo;
  /** For messages. */
  readonly what: string;
  /** As the control plane sees it; 0 for a string. */
  readonly width: number;
  readonly deviceWidth: number;
  readonly translator: Translator | undefined;
};

const ANY: DeviceMatch = { kind: 'any' };

/** The key of a table or value set. */
export class MatchKeys {
  readonly #owner: string;
  readonly #fields: readonly FieldPlan[];
  readonly #indexes = new Map<number, number>();

  /**
   * @param owner Names it in messages, such as `table 'x'`.
   * @throws EntityError INVALID_ARGUMENT where P4Info and the device disagree.
   */
  constructor(
    owner: string,
    fields: readonly FieldInfo[],
    keys: readonly DeviceField[],
    translations: Translations,
  ) {
    this.#owner = owner;
    if (fields.length !== keys.length) {
      throw invalid(`${owner} has ${fields.length} match fields in P4Info and ${keys.length} in the program`);
    }
    this.#fields = fields.map((info, index) => {
      const what = `${owner}, match field ${info.name === '' ? info.id : `'${info.name}'`}`;
      const deviceWidth = keys[index]?.width ?? 0;
      const width = info.type.kind === 'bit' ? info.type.width : 0;
      const translator = translations.of(info.message.typeName);
      if (translator === undefined && width !== deviceWidth) {
        throw invalid(`${what} has ${width} bits in P4Info and ${deviceWidth} in the program`);
      }
      if (info.matchKind === undefined)
        throw invalid(`${what} has a match kind that this switch does not have`);
      return { info, what, width, deviceWidth, translator };
    });
    for (const [index, { info }] of this.#fields.entries()) this.#indexes.set(info.id, index);
  }

  /**
   * What the device matches, one for each field in order.
   * @throws EntityError as the specification says.
   */
  toDevice(matches: readonly FieldMatch[]): readonly DeviceMatch[] {
    const found: (DeviceMatch | undefined)[] = new Array(this.#fields.length).fill(undefined);
    for (const match of matches) {
      const index = this.#indexes.get(match.fieldId);
      const field = index === undefined ? undefined : this.#fields[index];
      if (index === undefined || field === undefined) throw this.#unknown(match.fieldId);
      if (found[index] !== undefined) throw invalid(`${field.what} is given twice`);
      found[index] = toDevice(field, match);
    }
    return found.map((match, index) => match ?? this.#missing(index));
  }

  #missing(index: number): DeviceMatch {
    const field = this.#fields[index];
    if (field?.info.matchKind === 'exact')
      throw invalid(`${field.what} is missing: an exact field needs a value`);
    return ANY;
  }

  #unknown(id: number): EntityError {
    const fields = this.#fields.map(({ info }) => `${info.id} (${info.name})`).join(', ');
    return invalid(`${this.#owner} has no match field ${id}; it has ${fields === '' ? 'none' : fields}`);
  }

  /** What P4Runtime says of matches of the device; fields that match everything are left out. */
  toControl(matches: readonly DeviceMatch[]): FieldMatch[] {
    const result: FieldMatch[] = [];
    for (const [index, field] of this.#fields.entries()) {
      const match = matches[index];
      if (match === undefined || match.kind === 'any') continue;
      const fieldMatchType = toControl(field, match);
      if (fieldMatchType !== undefined) result.push({ fieldId: field.info.id, fieldMatchType });
    }
    return result;
  }
}

function toDevice(field: FieldPlan, { fieldMatchType: match }: FieldMatch): DeviceMatch {
  const { what, info } = field;
  if (match === undefined)
    throw invalid(`${what}: the match has no value; write one of kind ${info.matchKind}`);
  if (match.$case !== info.matchKind)
    throw invalid(`${what} is matched as ${info.matchKind}, not as ${match.$case}`);
  if (field.translator !== undefined) return translated(field, field.translator, match);
  const { width } = field;
  switch (match.$case) {
    case 'exact':
    case 'optional':
      return { kind: 'exact', value: checkNumber(match.value.value, width, what) };
    case 'lpm': {
      const { value, prefixLen } = match.value;
      const short = checkNumber(value, width, what);
      checkPrefix(short, prefixLen, width, what);
      return { kind: 'lpm', value: short, prefixLength: prefixLen };
    }
    case 'ternary': {
      const value = checkNumber(match.value.value, width, what);
      const mask = checkNumber(match.value.mask, width, `${what}, mask`);
      checkMask(value, mask, what);
      return { kind: 'ternary', value, mask };
    }
    case 'range': {
      const low = checkNumber(match.value.low, width, `${what}, low`);
      const high = checkNumber(match.value.high, width, `${what}, high`);
      checkRange(low, high, width, what);
      return { kind: 'range', low, high };
    }
  }
}

function checkPrefix(value: Uint8Array, length: number, width: number, what: string): void {
  if (length === 0) throw leaveOut(`${what}: a prefix of length 0`);
  if (length < 0 || length > width) {
    throw invalid(`${what}: a prefix of ${length} bits; write 1 to ${width}`);
  }
  if (hasLowBits(value, width - length)) {
    throw invalid(`${what}: ${inHex(value)} has bits behind its prefix of ${length}; set them to 0`);
  }
}

function checkMask(value: Uint8Array, mask: Uint8Array, what: string): void {
  if (isZero(mask)) throw leaveOut(`${what}: a mask of 0`);
  if (hasBitsBeyond(value, mask)) {
    throw invalid(`${what}: ${inHex(value)} has bits that its mask ${inHex(mask)} has not; set them to 0`);
  }
}

function checkRange(low: Uint8Array, high: Uint8Array, width: number, what: string): void {
  if (compare(low, high) > 0) {
    throw invalid(`${what}: the range begins at ${inHex(low)}, behind its end ${inHex(high)}`);
  }
  if (isZero(low) && compare(high, ones(width)) === 0) throw leaveOut(`${what}: the whole range`);
}

/** "It may be infeasible to translate the value-mask pair": only what is an exact match in effect. */
function translated(
  field: FieldPlan,
  translator: Translator,
  match: NonNullable<FieldMatch['fieldMatchType']>,
): DeviceMatch {
  const { what, width, deviceWidth } = field;
  const value = (bytes: Uint8Array) =>
    translator.toDevice(width === 0 ? bytes : checkNumber(bytes, width, what), deviceWidth, what);
  switch (match.$case) {
    case 'exact':
    case 'optional':
      return { kind: 'exact', value: value(match.value.value) };
    case 'lpm':
      if (width > 0 && match.value.prefixLen !== width) {
        throw invalid(
          `${what} is translated: the prefix has to be the whole of ${width} bits, or the field left out`,
        );
      }
      return { kind: 'lpm', value: value(match.value.value), prefixLength: deviceWidth };
    case 'ternary':
      if (width > 0 && compare(checkNumber(match.value.mask, width, what), ones(width)) !== 0) {
        throw invalid(
          `${what} is translated: the mask has to be ${inHex(ones(width))}, or the field left out`,
        );
      }
      return { kind: 'ternary', value: value(match.value.value), mask: ones(deviceWidth) };
    case 'range': {
      const low = value(match.value.low);
      const high = value(match.value.high);
      if (compare(low, high) !== 0) {
        throw invalid(`${what} is translated: the range has to be a single value, or the field left out`);
      }
      return { kind: 'range', low, high };
    }
    default:
      throw invalid(`${what}: matches of kind ${match.$case} are not those of v1model`);
  }
}

function toControl(
  field: FieldPlan,
  match: Exclude<DeviceMatch, { kind: 'any' }>,
): FieldMatch['fieldMatchType'] {
  const { info, translator, width, deviceWidth } = field;
  const value = (bytes: Uint8Array) => (translator === undefined ? bytes : translator.toControl(bytes));
  switch (match.kind) {
    case 'exact':
      return info.matchKind === 'optional'
        ? { $case: 'optional', value: { value: value(match.value) } }
        : { $case: 'exact', value: { value: value(match.value) } };
    case 'lpm': {
      if (match.prefixLength === 0) return undefined;
      const whole = translator !== undefined && match.prefixLength === deviceWidth && width > 0;
      return {
        $case: 'lpm',
        value: { value: value(match.value), prefixLen: whole ? width : match.prefixLength },
      };
    }
    case 'ternary': {
      if (isZero(match.mask)) return undefined;
      if (info.matchKind === 'optional') return { $case: 'optional', value: { value: value(match.value) } };
      const mask = translator !== undefined && width > 0 ? ones(width) : match.mask;
      return { $case: 'ternary', value: { value: value(match.value), mask } };
    }
    case 'range':
      if (isZero(match.low) && compare(match.high, ones(deviceWidth)) === 0) return undefined;
      return { $case: 'range', value: { low: value(match.low), high: value(match.high) } };
  }
}

function leaveOut(what: string): EntityError {
  return invalid(`${what} matches everything: leave the field out instead`);
}

function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}
