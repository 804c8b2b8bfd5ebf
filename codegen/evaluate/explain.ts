/** A short description of an evaluated program for people. */

import type { CheckedProgram } from '../check/checked-program.ts';
import { sizeInBits } from '../check/fields.ts';
import type { BlockInstance, MadeInstance, PackageInstance, TableInstance, Value } from './instances.ts';

/** What a program consists of: the parts of its package with their parsers' states, tables, actions and externs; the sizes of its headers. */
export function explainProgram(main: PackageInstance, checked: CheckedProgram): string {
  const lines: string[] = [];
  const architecture = main.type.declaration.name.name;
  lines.push(
    `main is a ${architecture} of ${main.arguments.size} ${main.arguments.size === 1 ? 'part' : 'parts'}`,
  );
  for (const [parameter, value] of main.arguments) {
    lines.push(`  ${parameter}: ${describe(value)}`);
    if (value.kind === 'parser' || value.kind === 'control') explainBlock(value, '    ', lines);
    if (value.kind === 'package') {
      for (const [inner, part] of value.arguments) {
        lines.push(`    ${inner}: ${describe(part)}`);
        if (part.kind === 'parser' || part.kind === 'control') explainBlock(part, '      ', lines);
      }
    }
  }
  const headers = checked.program.declarations.filter(
    (declaration) => declaration.kind === 'HeaderDeclaration' && !declaration.name.span.source.isLibrary,
  );
  if (headers.length > 0) lines.push('headers');
  for (const header of headers) {
    if (header.kind !== 'HeaderDeclaration' || header.typeParameters.length > 0) continue;
    const size = sizeInBits(checked.declaredTypes, {
      kind: 'header',
      declaration: header,
      typeArguments: [],
    });
    if (size === undefined) continue;
    const width =
      size.minimum === size.maximum ? `${size.maximum} bits` : `${size.minimum} to ${size.maximum} bits`;
    lines.push(`  ${header.name.name}: ${header.fields.length} fields, ${width}`);
  }
  return `${lines.join('\n')}\n`;
}

function describe(value: Value): string {
  switch (value.kind) {
    case 'parser':
    case 'control':
      return `${value.kind} ${value.declaration.name.name}`;
    case 'package':
      return `package ${value.type.declaration.name.name}`;
    case 'extern':
      return `extern ${value.declaration.name.name}`;
    case 'integer':
    case 'boolean':
      return String(value.value);
    case 'string':
      return `"${value.value}"`;
    case 'member':
      return value.member.name;
    default:
      return 'a constant';
  }
}

function explainBlock(block: BlockInstance, indent: string, lines: string[]): void {
  const { declaration } = block;
  if (declaration.kind === 'ParserDeclaration') {
    const transitions = declaration.states.reduce(
      (sum, state) =>
        sum + (state.transition?.kind === 'SelectTransition' ? state.transition.cases.length : 1),
      0,
    );
    lines.push(`${indent}${declaration.states.length} states, ${transitions} transitions`);
  }
  for (const table of block.tables) lines.push(`${indent}${describeTable(table)}`);
  for (const valueSet of block.valueSets) lines.push(`${indent}value set ${valueSet.name.controlPlane}`);
  for (const member of block.members.values()) {
    lines.push(`${indent}${describeMember(member)}`);
    if (member.kind === 'parser' || member.kind === 'control') explainBlock(member, `${indent}  `, lines);
  }
}

function describeMember(member: MadeInstance): string {
  return member.kind === 'extern'
    ? `${member.declaration.name.name} ${member.name.controlPlane}`
    : `${member.kind} ${member.name.controlPlane}`;
}

function describeTable(table: TableInstance): string {
  const keys = table.keys.map((key) => `${key.name} ${key.matchKind}`).join(', ');
  const room = table.size === undefined ? '' : `, room for ${table.size}`;
  const actions = table.actions.map(({ action }) => action.name.local).join(', ');
  return `table ${table.name.controlPlane}: ${keys === '' ? 'no key' : `key ${keys}`}${room}; actions ${actions}`;
}
