/** Random packets that get deep into a parser. */

import type { ParserModel, ParserState } from './parser.ts';
import { mostBits } from './parser.ts';
import { fixedBits, type HeaderType, type Plan } from './plan.ts';

export type InputPacket = { readonly port: number; readonly bytes: Uint8Array };

/** Bits of a packet in the making; what nobody asked for is undefined. */
class Draft {
  readonly bits: (0 | 1 | undefined)[] = [];

  set(offset: number, width: number, value: bigint, mask = (1n << BigInt(width)) - 1n): void {
    for (let index = 0; index < width; index++) {
      const shift = BigInt(width - 1 - index);
      if (((mask >> shift) & 1n) === 0n) continue;
      this.bits[offset + index] ??= ((value >> shift) & 1n) === 0n ? 0 : 1;
    }
  }

  /** Bytes, with the rest filled in. */
  bytes(length: number, random: () => number): Uint8Array {
    return Uint8Array.from({ length }, (_, byte) => {
      let value = 0;
      for (let bit = 0; bit < 8; bit++) value = value * 2 + (this.bits[byte * 8 + bit] ?? random());
      return value;
    });
  }
}

/** Makes packets for one program. */
export class PacketMaker {
  readonly #plan: Plan;
  readonly #parser: ParserModel;
  readonly #members: ReadonlyMap<string, readonly bigint[]>;

  /** @param members What the control plane puts into the value sets. */
  constructor(plan: Plan, parser: ParserModel, members: ReadonlyMap<string, readonly bigint[]>) {
    this.#plan = plan;
    this.#parser = parser;
    this.#members = members;
  }

  make(serial: number): InputPacket {
    const { random } = this.#plan;
    const draft = new Draft();
    const end = this.#walk(draft);
    // What lies beyond the end of a packet is undefined for simple_switch when looking ahead.
    const { lookahead } = this.#parser;
    const least = lookahead === 0 ? 0 : mostBits(this.#plan) + lookahead;
    const body = Math.max(Math.ceil(end / 8), Math.ceil(least / 8)) + random.pick(20);
    const whole = draft.bytes(body + 4, () => random.pick(2));
    new DataView(whole.buffer).setUint32(body, serial);
    const cut = lookahead === 0 && random.chance(8) ? random.between(1, whole.length) : whole.length;
    return { port: random.pick(4), bytes: whole.slice(0, cut) };
  }

  /** Follows transitions, and sets what leads there; gives how many bits were taken. */
  #walk(draft: Draft): number {
    const { random } = this.#plan;
    let cursor = 0;
    let state = this.#parser.states.find(({ name }) => name === 'start');
    for (let steps = 0; state !== undefined && steps < 40; steps++) {
      const offsets = new Map<string, { readonly offset: number; readonly type: HeaderType }>();
      for (const step of state.steps) {
        if (step.kind === 'advance') {
          cursor += step.bits;
          continue;
        }
        offsets.set(step.path, { offset: cursor, type: step.type });
        const start = cursor;
        cursor += fixedBits(step.type);
        if (step.type.varbit !== undefined) cursor += step.type.varbit;
        this.#later.push(() => this.#fields(draft, start, step.type));
      }
      const next = this.#choose(state, draft, cursor, offsets);
      state = this.#parser.states.find(({ name }) => name === next);
    }
    // Only now, so that what leads on is there first.
    for (const fill of this.#later.splice(0)) if (random.chance(80)) fill();
    return cursor;
  }

  readonly #later: (() => void)[] = [];

  #fields(draft: Draft, start: number, type: HeaderType): void {
    let offset = start;
    for (const { type: field } of type.fields) {
      if (this.#plan.random.chance(60)) draft.set(offset, field.width, this.#plan.value(field.width));
      offset += field.width;
    }
  }

  #choose(
    state: ParserState,
    draft: Draft,
    cursor: number,
    offsets: ReadonlyMap<string, { readonly offset: number; readonly type: HeaderType }>,
  ): string {
    const { random } = this.#plan;
    const chosen = random.chance(85) ? random.oneOf(state.cases) : undefined;
    if (chosen === undefined) return state.otherwise;
    for (const [index, key] of chosen.keys.entries()) {
      const select = state.keys[index];
      if (select === undefined || key.kind === 'any') continue;
      const { width, place } = select;
      const set = (value: bigint, mask?: bigint) => {
        if (place.kind === 'lookahead') draft.set(cursor, width, value, mask);
        const header = place.kind === 'field' ? offsets.get(place.path) : undefined;
        if (header === undefined || place.kind !== 'field') return;
        let offset = header.offset;
        for (const { name, type } of header.type.fields) {
          if (name === place.field) draft.set(offset, width, value, mask);
          offset += type.width;
        }
      };
      switch (key.kind) {
        case 'value':
          set(key.value);
          break;
        case 'masked':
          set(key.value, key.mask);
          break;
        case 'range':
          set(key.low + (random.bits(width) % (key.high - key.low + 1n)));
          break;
        case 'set':
          set(random.oneOf(this.#members.get(key.name) ?? []) ?? 0n);
          break;
      }
    }
    return chosen.next;
  }
}
