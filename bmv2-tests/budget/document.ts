/** The parts of docs/design/tofino.md that are worked out from the program. */

import type { Program, Table } from '../../codegen/ir/index.ts';
import { type Pipe, partOf, pipesOf } from '../harness/tna-pipes.ts';
import { type Generation, lowerTna, TNA_FOLDED_PATH, TNA_PATH, tnaFrontEnd } from '../harness/tna-program.ts';
import { type Chip, FIELD_BITS, TOFINO_1, TOFINO_2 } from './chips.ts';
import { externMemory } from './extern-memory.ts';
import { fieldBits } from './field-bits.ts';
import { placeControl, type Stage, shortName } from './placement.ts';
import { show, tableMemory } from './table-memory.ts';

export const BUDGET_DOCUMENT = 'docs/design/tofino.md';
const BEGIN = '<!-- made by npm run regenerate -->';
const END = '<!-- end -->';

/** Exact and hashed tables take no more than this share of what there is room for. */
const FILL = 0.95;

/** What one pipe takes, and in which stages its tables stand. */
export type PipeBudget = {
  readonly pipe: Pipe;
  /** What it runs of the program. */
  readonly program: Program;
  readonly stages: readonly Stage[];
  readonly rows: readonly (readonly string[])[];
  readonly sram: number;
  readonly tcam: number;
  /** Of headers and metadata. */
  readonly fieldBits: number;
};

/** What a program takes of a chip, pipe by pipe. */
export type Budget = {
  readonly layout: Layout;
  /** What each pipe has. */
  readonly chip: Chip;
  readonly program: Program;
  readonly pipes: readonly PipeBudget[];
};

/** What the program is budgeted for. Tofino 1 is always folded: 12 stages are too few. */
export type Layout = 'Tofino 1, folded' | 'Tofino 2' | 'Tofino 2, folded';

export const LAYOUTS: readonly Layout[] = ['Tofino 1, folded', 'Tofino 2', 'Tofino 2, folded'];

const budgets = new Map<Layout, Budget>();

/** Adds up tables and externs for one layout: once a process. */
export function budgetOf(layout: Layout): Budget {
  const known = budgets.get(layout) ?? makeBudget(layout);
  budgets.set(layout, known);
  return known;
}

function makeBudget(layout: Layout): Budget {
  const generation: Generation = layout === 'Tofino 1, folded' ? 1 : 2;
  const path = layout === 'Tofino 2' ? TNA_PATH : TNA_FOLDED_PATH;
  const program = lowerTna(tnaFrontEnd(generation, path));
  const chip = generation === 1 ? TOFINO_1 : TOFINO_2;
  return {
    layout,
    chip,
    program,
    pipes: pipesOf(program).map((pipe) => makePipeBudget(pipe, partOf(program, pipe), chip)),
  };
}

function makePipeBudget(pipe: Pipe, program: Program, chip: Chip): PipeBudget {
  // One without a key has neither entries nor memory.
  const tables = [...program.tables.values()]
    .filter(({ keys }) => keys.length > 0)
    .map((table) => tableMemory(program, table));
  const externs = [...program.instances.values()].flatMap((one) => externMemory(program, one) ?? []);
  const rows = [
    ...tables.map(({ name, kind, entries, keyBits, dataBits, entryBits, use, sum }) => {
      const numbers = [entries, keyBits, dataBits, entryBits, use.sram, use.tcam].map(show);
      return [`\`${shortName(name)}\``, kind, ...numbers, sum];
    }),
    ...externs.map(({ name, kind, cells, cellBits, use, sum }) => {
      return [`\`${shortName(name)}\``, kind, show(cells), '', '', show(cellBits), show(use.sram), '0', sum];
    }),
  ];
  const uses = [...tables, ...externs].map(({ use }) => use);
  return {
    pipe,
    program,
    stages: placeControl(program, pipe.ingress, chip),
    rows,
    sram: uses.reduce((sum, { sram }) => sum + sram, 0),
    tcam: uses.reduce((sum, { tcam }) => sum + tcam, 0),
    fieldBits: fieldBits(program, pipe.ingress),
  };
}

/** The table that the control plane knows by this name. */
export function tableOf({ tables }: Program, name: string): Table | undefined {
  return [...tables.values()].find(({ controlPlaneName }) => controlPlaneName === name);
}

/** The document with its made parts made anew. */
export function budgetDocument(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`${BUDGET_DOCUMENT} has lost the line '${BEGIN}' or '${END}'`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${madePart()}\n${text.slice(end)}`;
}

function madePart(): string {
  return LAYOUTS.map(budgetOf).map(describe).join('\n');
}

function describe({ layout, chip, program, pipes }: Budget): string {
  const sizeOf = (name: string) => Number(tableOf(program, name)?.size ?? 0n);
  const [flows, bindings] = [sizeOf('flows'), sizeOf('bindings')];
  return [
    `### ${layout}`,
    '',
    `At ${FILL * 100} %: ${show(Math.floor(flows * FILL))} sessions beside ${show(Math.floor(bindings * FILL))} bindings.`,
    '',
    ...pipes.flatMap((one, index) => [
      ...(pipes.length > 1 ? [`#### ${layout}: pipe ${'AB'[index]}`, ''] : []),
      ...describePipe(one, chip),
    ]),
  ].join('\n');
}

function describePipe(
  { pipe, program, rows, sram, tcam, stages, fieldBits: bits }: PipeBudget,
  chip: Chip,
): readonly string[] {
  const all = { sram: chip.sram * chip.stages, tcam: chip.tcam * chip.stages };
  const parser = program.blocks.get(pipe.ingressParser);
  const states = parser?.kind === 'parser' ? parser.states : [];
  const parserRows = states.reduce(
    (sum, { transition }) => sum + (transition.kind === 'select' ? transition.cases.length : 1),
    0,
  );
  return [
    table(['Table', 'Kind', 'Entries', 'Key', 'Data', 'Entry', 'SRAM', 'TCAM', 'Blocks'], rows),
    '',
    `Together **${show(sram)} of ${show(all.sram)}** SRAM blocks and **${tcam} of ${all.tcam}** TCAM blocks.`,
    '',
    `Header and metadata fields: ${show(bits)} of ${show(FIELD_BITS)} bits. Ingress parser: ${states.length} states, ${parserRows} of 256 rows.`,
    '',
    `Ingress takes **${stages.length} stages** (there are ${chip.stages}):`,
    '',
    table(
      [
        'Stage',
        'Tables',
        'SRAM',
        'TCAM',
        'Tables (16)',
        'Exact (128)',
        'Ternary (66)',
        'ALUs (4)',
        'Hash (6)',
      ],
      stages.map(({ tables, use }, number) => [
        String(number),
        tables.map((name) => `\`${name}\``).join(' '),
        ...[
          use.sram,
          use.tcam,
          use.logicalTables,
          use.exactCrossbarBytes,
          use.ternaryCrossbarBytes,
          use.statefulAlus,
          use.hashSlices,
        ].map(String),
      ]),
    ),
    '',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
