/**
 * How much memory registers, counters, meters and selectors take on Tofino: cells side by side in words of 128 bits, and
 * one block more for each, which the chip writes to while it reads. Each block has a map RAM beside it.
 */

import type { Instance, Program } from '../../codegen/ir/index.ts';
import { widthOf } from '../harness/ir-fields.ts';
import { NOTHING, type Use, WORD_BITS, WORDS } from './chips.ts';
import { show } from './table-memory.ts';

const COUNTER_BITS = 64;
const METER_BITS = 128;
/** Members of a group that fit one word. */
const GROUP_MEMBERS = 120;

export type ExternMemory = {
  /** `Instance.name`. */
  readonly name: string;
  readonly kind: string;
  readonly cells: number;
  readonly cellBits: number;
  readonly use: Use;
  readonly sum: string;
};

/** The memory of one extern; undefined for one that has none. */
export function externMemory(program: Program, instance: Instance): ExternMemory | undefined {
  const { name, type } = instance;
  const alu = { ...NOTHING, statefulAlus: 1 };
  switch (type.name) {
    case 'Register': {
      const [cell] = type.typeArguments;
      const bits = cell === undefined ? 0 : widthOf(cell);
      return cells(name, 'register', numberOf(instance, 'size'), bits, alu);
    }
    case 'Counter':
      return cells(name, 'counter', numberOf(instance, 'size'), COUNTER_BITS, { ...NOTHING, counterAlus: 1 });
    case 'DirectCounter':
      return cells(name, 'counter', countedEntries(program, name), COUNTER_BITS, {
        ...NOTHING,
        counterAlus: 1,
      });
    case 'Meter':
      return cells(name, 'meter', numberOf(instance, 'size'), METER_BITS, alu);
    case 'ActionSelector': {
      const words = Math.ceil(numberOf(instance, 'max_group_size') / GROUP_MEMBERS) * WORD_BITS;
      return cells(name, 'selector', numberOf(instance, 'num_groups'), words, { ...alu, hashSlices: 4 });
    }
    case 'ActionProfile': {
      const bits = memberBits(program);
      const size = numberOf(instance, 'size');
      const sram = Math.ceil((size * bits) / WORD_BITS / WORDS);
      const sum = `⌈${show(size)} × ${bits} / ${WORD_BITS * WORDS}⌉`;
      return { name, kind: 'members', cells: size, cellBits: bits, sum, use: { ...NOTHING, sram } };
    }
    default:
      return undefined;
  }
}

function cells(name: string, kind: string, count: number, bits: number, use: Use): ExternMemory {
  const blocks = Math.ceil((count * bits) / WORD_BITS / WORDS) + 1;
  const sum = `⌈${show(count)} × ${bits} / ${show(WORD_BITS * WORDS)}⌉ + 1`;
  return { name, kind, cells: count, cellBits: bits, sum, use: { ...use, sram: blocks, mapRam: blocks } };
}

/** How many entries the table has whose entries a direct counter counts. */
function countedEntries({ tables }: Program, counter: string): number {
  const table = [...tables.values()].find(({ properties }) => {
    const value = properties.get('counters')?.value;
    return value?.kind === 'instance' && value.instance === counter;
  });
  return Number(table?.size ?? 0n);
}

/** What a member of the one selector holds: its server. */
function memberBits({ actions }: Program): number {
  const action = [...actions.values()].find(({ sourceName }) => sourceName === 'set_candidate');
  return action?.parameters.reduce((sum, { variable }) => sum + widthOf(variable.type), 0) ?? 0;
}

function numberOf({ arguments: values }: Instance, name: string): number {
  const value = values.get(name);
  return value?.kind === 'constant' ? Number(value.value) : 0;
}
