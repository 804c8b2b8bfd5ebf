/**
 * How much memory a table of the lowered program takes on Tofino.
 *
 *   exact     entry = key − 10 bits that the row says + 4 (version, valid) + which action + data (≤ 32 bits, or a pointer)
 *   hashed    the same with the bits of @proxy_hash_width in place of the key; the row is another hash
 *             the key is compared in whole bytes, and what is not compared stands in the lower half of each word
 *   ternary   TCAM blocks = ⌈key / 44⌉ × ⌈entries / 512⌉, and a word part in SRAM that says action and data
 *   prefixes  (Alpm) two bits for each bit of the key, half full, behind a TCAM that picks the partition
 */

import { numberOf } from '../../codegen/backends/p4info/annotation-values.ts';
import { type Action, type Program, type Statement, type Table, visit } from '../../codegen/ir/index.ts';
import { widthOf } from '../harness/ir-fields.ts';
import { NOTHING, TCAM_BITS, TCAM_WORDS, type Use, WORD_BITS, WORDS } from './chips.ts';

const ROW_BITS = 10;
const VERSION_AND_VALID = 4;
const IMMEDIATE_BITS = 32;
/** Of a word: where action and data stand. The compiler leaves the last bit free. */
const OVERHEAD_BITS = 63;
/** RAMs side by side, and entries in them, that the match unit takes. */
const MAX_WIDTH = 8;
const MAX_ENTRIES = 9;
const PREFIX_FILL = 0.5;

/** What a table takes, and how it came to that. */
export type TableMemory = {
  readonly name: string;
  readonly kind: 'exact' | 'hashed' | 'ternary' | 'prefixes';
  readonly entries: number;
  readonly keyBits: number;
  readonly entryBits: number;
  readonly dataBits: number;
  readonly use: Use;
  readonly sum: string;
};

/** The memory of one table. */
export function tableMemory(program: Program, table: Table): TableMemory {
  const keys = table.keys.filter(({ matchKind }) => matchKind !== 'selector');
  const keyBits = keys.reduce((sum, { expression }) => sum + widthOf(expression.type), 0);
  const keyBytes = keys.reduce((sum, { expression }) => sum + Math.ceil(widthOf(expression.type) / 8), 0);
  const entries = Number(table.size ?? 0n);
  const members = table.properties.has('implementation');
  const dataBits = members ? 0 : Math.max(0, ...actionsOf(program, table).map(dataOf));
  const common = { name: table.controlPlaneName, entries, keyBits, dataBits };
  const chosen = table.actions.filter(
    ({ annotations }) => !annotations.some(({ name }) => name.name === 'defaultonly'),
  );
  const choice = Math.ceil(Math.log2(Math.max(1, chosen.length)));
  if (keys.some(({ matchKind }) => matchKind === 'lpm')) return prefixes(common, keyBytes, choice);
  if (keys.some(({ matchKind }) => matchKind !== 'exact')) return ternary(common, keyBytes, choice);
  return exact(common, keyBytes, choice, table);
}

type Common = Pick<TableMemory, 'name' | 'entries' | 'keyBits' | 'dataBits'>;

function exact(common: Common, keyBytes: number, choice: number, table: Table): TableMemory {
  const hash = numberOfAnnotation(table, 'proxy_hash_width');
  const memory = exactMemory({ ...common, hash, choice });
  const mapRam = table.properties.has('idle_timeout') ? Math.ceil((memory.rows * memory.count) / 8) : 0;
  const use = { ...NOTHING, sram: memory.sram, mapRam, logicalTables: 1, exactCrossbarBytes: keyBytes };
  const kind = hash === undefined ? 'exact' : 'hashed';
  return { ...common, kind, entryBits: memory.entryBits, sum: memory.sum, use };
}

/** What an exact table of these numbers takes. */
export function exactMemory(shape: {
  readonly entries: number;
  readonly keyBits: number;
  readonly dataBits: number;
  readonly hash?: number | undefined;
  readonly choice?: number;
}) {
  const { entries, keyBits, dataBits, hash, choice = 0 } = shape;
  const match = 8 * Math.ceil((hash ?? Math.max(0, keyBits - ROW_BITS)) / 8);
  const isImmediate = dataBits <= IMMEDIATE_BITS;
  const data = isImmediate ? dataBits : Math.ceil(Math.log2(entries));
  const entryBits = match + VERSION_AND_VALID + choice + data;
  const { width, count } = pack(entryBits, entries, choice + data);
  const rows = Math.ceil(entries / (count * WORDS));
  const beside = isImmediate ? 0 : dataBlocks(entries, dataBits);
  const shown = `⌈${show(entries)} / ${show(count * WORDS)}⌉ × ${width}${beside > 0 ? ` + ${beside}` : ''}`;
  return { entryBits, rows, count, sram: rows * width + beside, sum: shown };
}

function ternary(common: Common, keyBytes: number, choice: number): TableMemory {
  const { entries, keyBits, dataBits } = common;
  const wide = Math.ceil(keyBits / TCAM_BITS);
  const deep = Math.ceil(entries / TCAM_WORDS);
  const part = powerOfTwo(Math.max(8, choice + Math.min(dataBits, IMMEDIATE_BITS)));
  const sram = Math.ceil((entries * part) / WORD_BITS / WORDS);
  return {
    ...common,
    kind: 'ternary',
    entryBits: keyBits,
    sum: `${wide} × ⌈${show(entries)} / ${TCAM_WORDS}⌉ TCAM + ${sram}`,
    use: { ...NOTHING, sram, tcam: wide * deep, logicalTables: 1, ternaryCrossbarBytes: keyBytes },
  };
}

function prefixes(common: Common, keyBytes: number, choice: number): TableMemory {
  const { entries, keyBits, dataBits } = common;
  const entryBits = 2 * keyBits + VERSION_AND_VALID + choice + dataBits;
  const { width, count } = pack(entryBits, entries / PREFIX_FILL);
  const sram = Math.ceil(entries / PREFIX_FILL / (count * WORDS)) * width;
  const tcam = Math.ceil(keyBits / TCAM_BITS) * 2;
  return {
    ...common,
    kind: 'prefixes',
    entryBits,
    sum: `⌈${show(entries)} / ${PREFIX_FILL} / ${count * WORDS}⌉ × ${width}, ${tcam} TCAM`,
    use: {
      ...NOTHING,
      sram,
      tcam,
      logicalTables: 2,
      exactCrossbarBytes: keyBytes,
      ternaryCrossbarBytes: keyBytes,
    },
  };
}

type Packing = { readonly width: number; readonly count: number };

/** The RAMs side by side, and the entries in them, that take the fewest blocks for so many entries. */
function pack(entryBits: number, entries: number, overhead = 0): Packing {
  const blocks = (width: number, count: number) => Math.ceil(entries / (count * WORDS)) * width;
  let best: Packing | undefined;
  for (let width = 1; width <= MAX_WIDTH; width++) {
    const count = Math.min(
      MAX_ENTRIES,
      Math.floor((width * WORD_BITS) / entryBits),
      overhead > 0 ? width * Math.floor(OVERHEAD_BITS / overhead) : MAX_ENTRIES,
    );
    if (count < 1) continue;
    if (best === undefined || blocks(width, count) < blocks(best.width, best.count)) best = { width, count };
  }
  return best ?? { width: Math.ceil(entryBits / WORD_BITS), count: 1 };
}

function dataBlocks(entries: number, bits: number): number {
  const bytes = powerOfTwo(Math.ceil(bits / 8));
  return Math.ceil((entries * bytes * 8) / WORD_BITS / WORDS);
}

function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

function actionsOf(program: Program, table: Table): readonly Action[] {
  return table.actions.flatMap(({ action }) => program.actions.get(action) ?? []);
}

/** The bits of an action's parameters that the control plane gives: each in whole bytes, or what is taken of it. */
function dataOf({ parameters, body }: Action): number {
  return parameters.reduce(
    (sum, { direction, variable }) =>
      direction === 'none'
        ? sum + (lowBitsOf(variable.name, body) ?? 8 * Math.ceil(widthOf(variable.type) / 8))
        : sum,
    0,
  );
}

/** How many of the low bits of a parameter are used, where nothing but slices from bit 0 on is, or all goes into a slice. */
function lowBitsOf(name: string, body: readonly Statement[]): number | undefined {
  let most = 0;
  let isWhole = false;
  visit(body, (node) => {
    if (
      node.kind === 'slice' &&
      node.target.kind === 'variable' &&
      node.target.variable.name === name &&
      node.low === 0
    ) {
      most = Math.max(most, node.high + 1);
      return false;
    }
    if (
      node.kind === 'assign' &&
      node.target.kind === 'slice' &&
      node.value.kind === 'variable' &&
      node.value.variable.name === name
    ) {
      most = widthOf(node.value.type);
      return false;
    }
    if (node.kind === 'variable' && node.variable.name === name) isWhole = true;
    return true;
  });
  return isWhole || most === 0 ? undefined : most;
}

function numberOfAnnotation({ annotations }: Table, name: string): number | undefined {
  const annotation = annotations.find((one) => one.name.name === name);
  const value = annotation === undefined ? undefined : numberOf(annotation);
  return value === undefined ? undefined : Number(value);
}

/** With commas between thousands. */
export function show(value: number): string {
  return value.toLocaleString('en-US');
}
