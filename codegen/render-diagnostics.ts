/** Diagnostics as text for people: place, message, the source line with a caret, related places, hint. */

import stringWidth from 'string-width';
import type { Diagnostic } from './diagnostics.ts';
import type { MacroOrigin, Span } from './syntax/source.ts';

/** Styles of the parts; each wraps a text, or gives it back as it is. */
export type Palette = {
  readonly place: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly note: (text: string) => string;
  readonly hint: (text: string) => string;
};

const same = (text: string) => text;

/** No colour at all. */
export const PLAIN: Palette = { place: same, error: same, warning: same, note: same, hint: same };

/** How diagnostics are shown. */
export type RenderOptions = {
  readonly palette?: Palette;
  /** Turns a path into what is shown, for example relative to the working directory. */
  readonly showPath?: (path: string) => string;
};

/** Excerpts wider than this are cut around the caret. */
const MAXIMUM_WIDTH = 160;

/** Of a long chain of macros the innermost are shown. */
const MAXIMUM_MACROS = 3;

/** One diagnostic as lines of text, the last ending with a line feed. */
export function renderDiagnostic(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  const palette = options.palette ?? PLAIN;
  const colour = diagnostic.severity === 'error' ? palette.error : palette.warning;
  const label = colour(`${diagnostic.severity}[${diagnostic.code}]:`);
  const lines = [`${place(diagnostic.span, options, palette)} ${label} ${inOneLine(diagnostic.message)}`];
  lines.push(...excerpt(diagnostic.span, colour));
  const through = macroNotes(diagnostic.span.macro);
  const left = through.length - MAXIMUM_MACROS;
  for (const note of left > 1 ? through.slice(0, MAXIMUM_MACROS) : through) {
    lines.push(`${place(note.span, options, palette)} ${palette.note('note:')} ${note.message}`);
    lines.push(...excerpt(note.span, palette.note));
  }
  if (left > 1) lines.push(`  ${palette.note('note:')} and through ${left} more macros`);
  for (const related of diagnostic.related) {
    lines.push(
      `${place(related.span, options, palette)} ${palette.note('note:')} ${inOneLine(related.message)}`,
    );
    lines.push(...excerpt(related.span, palette.note));
  }
  if (diagnostic.hint !== undefined) lines.push(`  ${palette.hint('hint:')} ${inOneLine(diagnostic.hint)}`);
  return `${lines.join('\n')}\n`;
}

/** The last line of a report: how many errors and warnings; '' when there are none. */
export function renderSummary(errors: number, warnings: number): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  const parts = [
    ...(errors > 0 ? [count(errors, 'error')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return parts.length === 0 ? '' : `${parts.join(', ')}\n`;
}

function place(span: Span, options: RenderOptions, palette: Palette): string {
  const { file, line, column } = span.source.location(span.start);
  const path = options.showPath?.(file) ?? file;
  return palette.place(`${inOneLine(path)}:${line}:${column}:`);
}

/** The macros that a token came through, innermost first. */
function macroNotes(
  origin: MacroOrigin | undefined,
): readonly { readonly message: string; readonly span: Span }[] {
  const notes: { message: string; span: Span }[] = [];
  for (let current = origin; current !== undefined; current = current.spelling.macro) {
    const { source, start, end } = current.spelling;
    notes.push({ message: `it comes out of macro '${current.name}'`, span: { source, start, end } });
  }
  return notes;
}

/** The line of a span and the underline below it. A span of several lines is underlined to the end of its first. */
function excerpt(span: Span, colour: (text: string) => string): readonly string[] {
  const { source } = span;
  const line = source.physicalLine(span.start);
  const text = source.lineText(line);
  const lineStart = source.lineStarts[line] ?? 0;
  const from = Math.min(span.start - lineStart, text.length);
  const to = Math.max(from, Math.min(span.end - lineStart, text.length));
  const cut = cutAround(text, from, to);
  if (cut.text.trim() === '') return [];
  const marked = cut.text.slice(cut.from, cut.to).trimEnd();
  return [
    `    ${visible(cut.text)}`.trimEnd(),
    `    ${widthOf(cut.text.slice(0, cut.from), ' ')}${colour(underline(marked))}`,
  ];
}

/** A caret under the first column of `marked`, and waves under the others. */
function underline(marked: string): string {
  return `^${widthOf(marked, '~').slice(1)}`;
}

/** Leaves out the far parts of a long line. */
function cutAround(
  text: string,
  from: number,
  to: number,
): { readonly text: string; readonly from: number; readonly to: number } {
  if (text.length <= MAXIMUM_WIDTH) return { text, from, to };
  const start = startOfCharacter(text, Math.max(0, from - Math.floor(MAXIMUM_WIDTH / 3)));
  const end = startOfCharacter(text, Math.min(text.length, start + MAXIMUM_WIDTH));
  const before = start > 0 ? '…' : '';
  const after = end < text.length ? '…' : '';
  const shift = before.length - start;
  return {
    text: before + text.slice(start, end) + after,
    from: from + shift,
    to: Math.min(to, end) + shift,
  };
}

/** `index`, or one less when it is between the halves of a character. */
function startOfCharacter(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return index > 0 && code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
}

/** A string as wide as `text`, made of `filling`; tabs stay tabs, so that it is right whatever a tab is worth. */
function widthOf(text: string, filling: string): string {
  return visible(text)
    .split('\t')
    .map((part) => filling.repeat(stringWidth(part)))
    .join('\t');
}

/** Shows what a terminal would obey or reorder instead of showing: control and direction characters, but for tab. */
function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are meant
    /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    '\ufffd',
  );
}

/** A message as it may stand on one line: names of files and pieces of programs in it can hold anything. */
function inOneLine(text: string): string {
  return visible(text.replace(/\s*[\r\n]+\s*/g, ' ').replaceAll('\t', ' '));
}
