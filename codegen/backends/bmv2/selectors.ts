/** Action profiles and selectors. */

import type { Instance, Table } from '../../ir/index.ts';
import { type Conversion, report } from './conversion.ts';
import { type Json, type Operand, sourceInfo } from './json.ts';

/** The algorithms of the architecture that the switch has none for. */
const MISSING_ALGORITHMS: readonly string[] = ['random'];

/** Reports an algorithm that the switch does not have; `false` then. */
export function hasAlgorithm(conversion: Conversion, algorithm: string, span: Instance['span']): boolean {
  if (!MISSING_ALGORITHMS.includes(algorithm)) return true;
  report(conversion, 'P4826', span, { algorithm });
  return false;
}

function algorithmOf(instance: Instance): string {
  const [algorithm] = instance.arguments.values();
  return algorithm?.kind === 'member' ? algorithm.member : '';
}

/** Reports a selector whose algorithm the switch does not have. */
export function checkAlgorithm(conversion: Conversion, instance: Instance): void {
  hasAlgorithm(conversion, algorithmOf(instance), instance.span);
}

/** The profiles and selectors that tables use, in all pipelines. */
export class Selectors {
  readonly #conversion: Conversion;
  readonly #known = new Map<string, { readonly table: Table; readonly selection: string }>();

  constructor(conversion: Conversion) {
    this.#conversion = conversion;
  }

  /** Adds what implements a table; gives its JSON the first time. Tables that share a selector hash the same keys. */
  add(table: Table, instance: Instance, selection: readonly Operand[]): Json | undefined {
    const isSelector = instance.type.name === 'action_selector';
    const shown = JSON.stringify(selection);
    const known = this.#known.get(instance.name);
    if (known !== undefined) {
      if (isSelector && known.selection !== shown)
        report(this.#conversion, 'P4816', table.span, {
          name: instance.controlPlaneName,
          first: known.table.controlPlaneName,
          second: table.controlPlaneName,
        });
      return undefined;
    }
    this.#known.set(instance.name, { table, selection: shown });
    const size = [...instance.arguments.values()][isSelector ? 1 : 0];
    return {
      name: instance.controlPlaneName,
      id: this.#known.size - 1,
      source_info: sourceInfo(instance.span),
      max_size: size?.kind === 'constant' ? Number(size.value) : 0,
      ...(isSelector ? { selector: { algo: algorithmOf(instance), input: selection } } : {}),
    };
  }
}
