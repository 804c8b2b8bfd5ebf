/** A table of the kind that its key needs. */

import type { LinearMemory } from '../wasm/index.ts';
import { type TableDescription, tableKind } from './description.ts';
import { DIRECT_BYTES, DirectTable } from './direct-table.ts';
import { ExactTable } from './exact-table.ts';
import { fieldOffsets } from './key-bytes.ts';
import { KeylessTable } from './keyless-table.ts';
import { LpmTable } from './lpm-table.ts';
import type { Table } from './table.ts';
import { TernaryTable } from './ternary-table.ts';

/** Makes a table; see `Table` for what comes next. */
export function makeTable(memory: LinearMemory, description: TableDescription): Table {
  switch (tableKind(description.keys)) {
    case 'exact':
      return fieldOffsets(description.keys).bytes <= DIRECT_BYTES
        ? new DirectTable(memory, description)
        : new ExactTable(memory, description);
    case 'lpm':
      return new LpmTable(memory, description);
    case 'ternary':
      return new TernaryTable(memory, description);
    case 'keyless':
      return new KeylessTable(memory, description, 0);
  }
}
