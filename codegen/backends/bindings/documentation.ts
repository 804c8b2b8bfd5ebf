/** Documentation comments of the generated file: what P4 says, then what the bindings know. */

import type { Documentation, Preamble } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';

/** A comment of these paragraphs; those that are empty or missing are left out. */
export function comment(paragraphs: readonly (string | undefined)[], indent = ''): string {
  const lines = paragraphs
    .filter((paragraph) => paragraph !== undefined && paragraph.trim() !== '')
    .flatMap((paragraph) => (paragraph ?? '').replaceAll('*/', '*\\/').split('\n'))
    .map((line) => line.trimEnd());
  const [only] = lines;
  if (only === undefined) return '';
  if (lines.length === 1) return `${indent}/** ${only} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

/** The comment of an object: its full name, what the program says of it, and more. */
export function objectComment(preamble: Preamble | undefined, more: readonly string[], indent = ''): string {
  const name = `\`${preamble?.name ?? ''}\``;
  const [first, ...rest] = [...documented(preamble?.doc), ...more];
  return comment([first === undefined ? name : `${name}: ${first}`, ...rest], indent);
}

/** `@brief` and `@description`. */
export function documented(doc: Documentation | undefined): readonly string[] {
  return [doc?.brief, doc?.description].filter((text) => text !== undefined && text !== '').map(String);
}
