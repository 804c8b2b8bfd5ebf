/** The parts of docs/design/tofino.md that are worked out from the program. */

import type { Program } from '../../codegen/ir/index.ts';
import { widthOf } from '../harness/ir-fields.ts';
import { type Generation, lowerTna, tnaFrontEnd } from '../harness/tna-program.ts';
import { type Chip, TOFINO_1, TOFINO_2 } from './chips.ts';
import { externMemory } from './extern-memory.ts';
import { placeControl } from './placement.ts';
import { show, tableMemory } from './table-memory.ts';

export const BUDGET_DOCUMENT = 'docs/design/tofino.md';
const BEGIN = '<!-- made by npm run regenerate -->';
const END = '<!-- end -->';

/** Exact and hashed tables take no more than this share of what there is room for. */
const FILL = 0.95;

/** What the program takes of a chip, without regard to stages. */
export type Budget = {
  readonly chip: Chip;
  readonly program: Program;
  readonly rows: readonly (readonly string[])[];
  readonly sram: number;
  readonly tcam: number;
};

const budgets = new Map<Generation, Budget>();

/** Adds up tables and externs for one generation: once a process. */
export function budgetOf(generation: Generation): Budget {
  const known = budgets.get(generation) ?? makeBudget(generation);
  budgets.set(generation, known);
  return known;
}

function makeBudget(generation: Generation): Budget {
  const program = lowerTna(tnaFrontEnd(generation));
  const tables = [...program.tables.values()].map((table) => tableMemory(program, table));
  const externs = [...program.instances.values()].flatMap((one) => externMemory(program, one) ?? []);
  const rows = [
    ...tables.map(({ name, kind, entries, keyBits, dataBits, entryBits, use, sum }) => {
      const numbers = [entries, keyBits, dataBits, entryBits, use.sram, use.tcam].map(show);
      return [`\`${shorten(name)}\``, kind, ...numbers, sum];
    }),
    ...externs.map(({ name, kind, cells, cellBits, use, sum }) => {
      return [`\`${shorten(name)}\``, kind, show(cells), '', '', show(cellBits), show(use.sram), '0', sum];
    }),
  ];
  const uses = [...tables, ...externs].map(({ use }) => use);
  return {
    chip: generation === 1 ? TOFINO_1 : TOFINO_2,
    program,
    rows,
    sram: uses.reduce((sum, { sram }) => sum + sram, 0),
    tcam: uses.reduce((sum, { tcam }) => sum + tcam, 0),
  };
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
  return [budgetOf(1), budgetOf(2)].map(describe).join('\n');
}

function describe({ chip, program, rows, sram, tcam }: Budget): string {
  const stages = placeControl(program, 'ingress', chip);
  const all = { sram: chip.sram * chip.stages, tcam: chip.tcam * chip.stages };
  const flows = Number(program.tables.get('ingress.pipeline.sessions.flows')?.size ?? 0n);
  const bindings = Number(program.tables.get('ingress.pipeline.bindings.bindings')?.size ?? 0n);
  const parser = [...program.blocks.values()].find(({ name }) => name === 'IngressParse');
  const states = parser?.kind === 'parser' ? parser.states : [];
  const parserRows = states.reduce(
    (sum, { transition }) => sum + (transition.kind === 'select' ? transition.cases.length : 1),
    0,
  );
  return [
    `### ${chip.name}`,
    '',
    table(['Table', 'Kind', 'Entries', 'Key', 'Data', 'Entry', 'SRAM', 'TCAM', 'Blocks'], rows),
    '',
    `Together **${show(sram)} of ${show(all.sram)}** SRAM blocks and **${tcam} of ${all.tcam}** TCAM blocks.`,
    `At ${FILL * 100} %: ${show(Math.floor(flows * FILL))} sessions beside ${show(Math.floor(bindings * FILL))} bindings.`,
    '',
    `Header and metadata fields: ${show(fieldBits(program))} bits. Ingress parser: ${states.length} states, ${parserRows} of 256 rows.`,
    '',
    `One after the other, as the program is written, its steps take **${stages.length} stages** (there are ${chip.stages}):`,
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
  ].join('\n');
}

/** The bits of the headers and the metadata that ingress keeps. */
function fieldBits(program: Program): number {
  const control = program.blocks.get('ingress');
  const [headers, metadata] = control?.parameters ?? [];
  return [headers, metadata].reduce(
    (sum, one) => sum + (one === undefined ? 0 : widthOf(one.variable.type)),
    0,
  );
}

function shorten(name: string): string {
  return name.replace(/^ingress\.(pipeline\.)?/, '');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
