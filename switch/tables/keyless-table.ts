/** Tables without a key: nothing matches, so the default entry is all there is. */

import type { ModuleBuilder } from '../wasm/index.ts';
import type { EntryKey } from './description.ts';
import { Table } from './table.ts';

/** A table without a key. */
export class KeylessTable extends Table {
  override emit(module: ModuleBuilder): void {
    module.function(this.lookup, { key: 'i32' }, 'i32', (f) => f.return(0));
    module.export(this.lookup);
  }

  override attach(): void {}

  protected override encode(): string {
    return 'the table has no key, and takes no entries: set its default action';
  }

  protected override findEncoded(): number {
    return 0;
  }

  protected override link(): void {}
  protected override unlink(): void {}
  protected override unlinkAll(): void {}

  protected override keyOf(): EntryKey {
    return { matches: [] };
  }
}
