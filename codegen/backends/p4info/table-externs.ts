/** The externs that tables name in their properties: action profiles, direct counters, direct meters. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { ExternInstance, TableInstance } from '../../evaluate/index.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Architecture } from './architecture.ts';
import { externAnnotations, externKind } from './externs.ts';

export type ExternProperty = 'implementation' | 'directCounter' | 'directMeter';

const PROPERTIES: readonly ExternProperty[] = ['implementation', 'directCounter', 'directMeter'];

/** An extern with its annotations, which are the property's when it is made there. */
export type AttachedExtern = { readonly extern: ExternInstance; readonly annotations: readonly Annotation[] };

export class TableExterns {
  readonly #tables: readonly TableInstance[];
  readonly #attached = new Map<TableInstance, ReadonlyMap<ExternProperty, AttachedExtern>>();

  /** Finds them, and reports those of the wrong kind and direct ones that two tables share. */
  constructor(tables: readonly TableInstance[], architecture: Architecture, sink: DiagnosticSink) {
    this.#tables = tables;
    const direct = new Map<ExternInstance, TableInstance>();
    for (const table of tables) {
      const attached = new Map<ExternProperty, AttachedExtern>();
      for (const name of PROPERTIES) {
        const found = findExtern(table, name, architecture, sink);
        if (found === undefined) continue;
        attached.set(name, found);
        if (name === 'implementation') continue;
        const other = direct.get(found.extern);
        direct.set(found.extern, table);
        if (other === undefined) continue;
        const related = [{ message: 'the other table', span: other.declaration.name.span }];
        sink.report('P4870', table.declaration.name.span, { name: found.extern.name.local }, { related });
      }
      this.#attached.set(table, attached);
    }
  }

  of(table: TableInstance, property: ExternProperty): AttachedExtern | undefined {
    return this.#attached.get(table)?.get(property);
  }

  /** The tables whose actions an action profile holds. */
  usersOf(profile: ExternInstance): readonly TableInstance[] {
    return this.#tables.filter((table) => this.of(table, 'implementation')?.extern === profile);
  }

  /** Externs that are made in a property, and nowhere else. */
  madeInPlace(): readonly AttachedExtern[] {
    return this.#tables.flatMap((table) =>
      PROPERTIES.flatMap((property) => {
        const found = this.of(table, property);
        return found?.extern.origin.kind === 'CallExpression' ? [found] : [];
      }),
    );
  }
}

function findExtern(
  table: TableInstance,
  name: ExternProperty,
  architecture: Architecture,
  sink: DiagnosticSink,
): AttachedExtern | undefined {
  const found = table.properties.get(architecture.properties[name]);
  if (found === undefined) return undefined;
  const { property, value } = found;
  const kinds = {
    implementation: 'action profile',
    directCounter: 'direct counter',
    directMeter: 'direct meter',
  };
  if (value.kind === 'extern' && externKind(architecture, value) === kinds[name]) {
    return { extern: value, annotations: externAnnotations(value, property) };
  }
  const { actionProfile, actionSelector, directCounter, directMeter } = architecture;
  const wanted = { implementation: `${actionProfile} or ${actionSelector}`, directCounter, directMeter }[
    name
  ];
  sink.report('P4859', property.value.span, { property: property.name.name, wanted });
  return undefined;
}
