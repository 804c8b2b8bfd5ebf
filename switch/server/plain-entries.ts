/**
 * Plain entries of one table (`wire-updates.ts`) as what the device takes. Only what is right beyond doubt is read; for
 * all else the answer is undefined, and the general way says what is wrong, or does what this one does not.
 *
 * What is given is valid until the next entry is read: the same objects are filled again.
 */

import type { TableInfo } from '../../p4runtime/schema/index.ts';
import type { ActionCalls } from './action-calls.ts';
import type { DeviceAction, DeviceEntry, DeviceField, DeviceMatch } from './device.ts';
import { compare, hasBitsBeyond, hasLowBits, ones } from './numbers.ts';
import type { Translations } from './translation.ts';
import { MATCH_WORDS, PARAMETER_WORDS, PLAIN, PLAIN_KIND, type WireUpdates } from './wire-updates.ts';

const ANY: DeviceMatch = { kind: 'any' };

/** A number that is filled again and again, with as many bytes as its field. */
class Slot {
  readonly bytes: Uint8Array;
  readonly #spare: number;

  constructor(width: number) {
    this.bytes = new Uint8Array(Math.ceil(width / 8));
    this.#spare = 8 * this.bytes.length - width;
  }

  /** @returns Whether there is a number and it fits. */
  fill(from: Uint8Array, start: number, length: number): boolean {
    const { bytes } = this;
    if (length === 0) return false;
    let at = start;
    const end = start + length;
    while (end - at > bytes.length) if (from[at++] !== 0) return false;
    const gap = bytes.length - (end - at);
    for (let index = 0; index < gap; index++) bytes[index] = 0;
    for (let index = gap; index < bytes.length; index++) bytes[index] = from[at++] ?? 0;
    return (bytes[0] ?? 0) << this.#spare <= 0xff;
  }
}

/** One field of the key. */
type Field = {
  readonly kind: number;
  /** Whether a key without it matches everything, rather than being wrong. */
  readonly mayMiss: boolean;
  /** @returns What it matches; undefined for what has to be looked at more closely. */
  readonly read: (updates: WireUpdates, at: number) => DeviceMatch | undefined;
};

type PlainAction = {
  readonly action: DeviceAction;
  /** By the ids of parameters, the indexes of their slots. */
  readonly indexes: ReadonlyMap<number, number>;
  readonly slots: readonly Slot[];
};

function makeField(kind: string, width: number): Field | undefined {
  const first = new Slot(width);
  const second = new Slot(width);
  const fill = ({ bytes, words }: WireUpdates, at: number, slot: Slot): boolean =>
    slot.fill(bytes, words[at] ?? 0, words[at + 1] ?? 0);
  switch (kind) {
    case 'exact':
    case 'optional': {
      const match: DeviceMatch = { kind: 'exact', value: first.bytes };
      return {
        kind: PLAIN_KIND[kind],
        mayMiss: kind === 'optional',
        read: (updates, at) => (fill(updates, at + 2, first) ? match : undefined),
      };
    }
    case 'lpm': {
      const match = { kind: 'lpm' as const, value: first.bytes, prefixLength: 0 };
      return {
        kind: PLAIN_KIND.lpm,
        mayMiss: true,
        read: (updates, at) => {
          const length = updates.words[at + 4] ?? 0;
          if (length < 1 || length > width || !fill(updates, at + 2, first)) return undefined;
          match.prefixLength = length;
          return hasLowBits(first.bytes, width - length) ? undefined : match;
        },
      };
    }
    case 'ternary': {
      const match: DeviceMatch = { kind: 'ternary', value: first.bytes, mask: second.bytes };
      const none = new Uint8Array(first.bytes.length);
      return {
        kind: PLAIN_KIND.ternary,
        mayMiss: true,
        read: (updates, at) => {
          if (!fill(updates, at + 2, first) || !fill(updates, at + 4, second)) return undefined;
          if (compare(second.bytes, none) === 0) return undefined;
          return hasBitsBeyond(first.bytes, second.bytes) ? undefined : match;
        },
      };
    }
    case 'range': {
      const match: DeviceMatch = { kind: 'range', low: first.bytes, high: second.bytes };
      const none = new Uint8Array(first.bytes.length);
      const all = ones(width);
      return {
        kind: PLAIN_KIND.range,
        mayMiss: true,
        read: (updates, at) => {
          if (!fill(updates, at + 2, first) || !fill(updates, at + 4, second)) return undefined;
          const { bytes: low } = first;
          const { bytes: high } = second;
          if (compare(low, high) > 0 || (compare(low, none) === 0 && compare(high, all) === 0))
            return undefined;
          return match;
        },
      };
    }
    default:
      return undefined;
  }
}

/** Reads plain entries of one table. */
export class PlainEntries {
  readonly #info: TableInfo;
  readonly #fields: readonly Field[];
  readonly #indexes = new Map<number, number>();
  readonly #actions = new Map<number, PlainAction>();
  readonly #matches: (DeviceMatch | undefined)[];
  readonly #entry: { -readonly [K in keyof DeviceEntry]: DeviceEntry[K] };

  private constructor(info: TableInfo, fields: readonly Field[]) {
    this.#info = info;
    this.#fields = fields;
    for (const [index, { id }] of info.fields.entries()) this.#indexes.set(id, index);
    this.#matches = fields.map(() => undefined);
    const none: DeviceAction = { kind: 'call', call: { action: '', arguments: [] } };
    this.#entry = { matches: fields.map(() => ANY), priority: 0, action: none, idleTimeout: 0 };
  }

  /** Undefined for a table where nothing is that simple: values that are translated, indirect and const tables. */
  static make(
    info: TableInfo,
    keys: readonly DeviceField[],
    calls: ActionCalls,
    translations: Translations,
  ): PlainEntries | undefined {
    if (info.constEntries || info.implementation !== undefined || info.fields.length === 0) return undefined;
    const fields: Field[] = [];
    for (const [index, { matchKind, message }] of info.fields.entries()) {
      const isTranslated = translations.of(message.typeName) !== undefined;
      const field = isTranslated ? undefined : makeField(matchKind ?? '', keys[index]?.width ?? 0);
      if (field === undefined) return undefined;
      fields.push(field);
    }
    const made = new PlainEntries(info, fields);
    for (const { action, inEntries } of info.actions) {
      const plan = inEntries ? calls.untranslated(action.id) : undefined;
      if (plan === undefined) continue;
      const slots = plan.map(({ width }) => new Slot(width));
      made.#actions.set(action.id, {
        action: { kind: 'call', call: { action: action.name, arguments: slots.map(({ bytes }) => bytes) } },
        indexes: new Map(plan.map(({ id }, index) => [id, index])),
        slots,
      });
    }
    return made;
  }

  /**
   * What an update is about.
   * @param place Of the update, in the words of its request.
   * @param withAction Whether what the entry does is wanted: a deletion does not look at it.
   */
  read(updates: WireUpdates, place: number, withAction: boolean): DeviceEntry | undefined {
    const { words } = updates;
    const entry = this.#entry;
    entry.priority = words[place + PLAIN.priority] ?? 0;
    if (this.#info.hasPriority !== entry.priority > 0) return undefined;
    const matches = words[place + PLAIN.matches] ?? 0;
    const found = this.#key(updates, place + PLAIN.rest, matches);
    if (found === undefined) return undefined;
    entry.matches = found;
    if (!withAction) return entry;
    const high = words[place + PLAIN.idleHigh] ?? 0;
    entry.idleTimeout = high * 2 ** 32 + ((words[place + PLAIN.idleLow] ?? 0) >>> 0);
    if (entry.idleTimeout > 0 && !this.#info.idleTimeout) return undefined;
    if (words[place + PLAIN.hasAction] === 0) return undefined;
    const action = this.#actions.get((words[place + PLAIN.actionId] ?? 0) >>> 0);
    const parameters = place + PLAIN.rest + matches * MATCH_WORDS;
    if (
      action === undefined ||
      !fillParameters(action, updates, parameters, words[place + PLAIN.parameters] ?? 0)
    )
      return undefined;
    entry.action = action.action;
    return entry;
  }

  #key(updates: WireUpdates, start: number, count: number): readonly DeviceMatch[] | undefined {
    const { words } = updates;
    const found = this.#matches;
    for (let index = 0; index < found.length; index++) found[index] = undefined;
    for (let at = start; at < start + count * MATCH_WORDS; at += MATCH_WORDS) {
      const index = this.#indexes.get((words[at] ?? 0) >>> 0);
      const field = index === undefined ? undefined : this.#fields[index];
      if (index === undefined || field === undefined || found[index] !== undefined) return undefined;
      if (field.kind !== words[at + 1]) return undefined;
      const match = field.read(updates, at);
      if (match === undefined) return undefined;
      found[index] = match;
    }
    for (let index = 0; index < found.length; index++) {
      if (found[index] !== undefined) continue;
      if (this.#fields[index]?.mayMiss !== true) return undefined;
      found[index] = ANY;
    }
    return isComplete(found) ? found : undefined;
  }
}

function isComplete(matches: readonly (DeviceMatch | undefined)[]): matches is readonly DeviceMatch[] {
  return !matches.includes(undefined);
}

function fillParameters(action: PlainAction, updates: WireUpdates, start: number, count: number): boolean {
  const { slots, indexes } = action;
  if (count !== slots.length) return false;
  const { words, bytes } = updates;
  // As many as there are, and in their order, which is how clients send them.
  for (let number = 0; number < count; number++) {
    const at = start + number * PARAMETER_WORDS;
    if (indexes.get((words[at] ?? 0) >>> 0) !== number) return false;
    if (slots[number]?.fill(bytes, words[at + 1] ?? 0, words[at + 2] ?? 0) !== true) return false;
  }
  return true;
}
