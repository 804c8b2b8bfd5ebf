/** Source texts and places in them. */

/** A `#line` directive: from byte offset `offset` on, the text claims to be line `line` of `file`. */
export type LineOverride = {
  readonly offset: number;
  readonly line: number;
  readonly file: string | undefined;
};

/** A place as a person reads it: 1-based line and column; the column counts UTF-16 code units. */
export type Location = { readonly file: string; readonly line: number; readonly column: number };

/**
 * One file (or piece of text) of P4 source. Lines end at LF, CR LF or CR.
 * `lineOverrides` is filled in by the preprocessor as it meets `#line`, in increasing offset order.
 */
export class SourceFile {
  readonly lineOverrides: LineOverride[] = [];
  #lineStarts: readonly number[] | undefined;

  /**
   * @param path The name shown to the user.
   * @param text The whole text.
   * @param isLibrary True for the declarations that moor ships (`codegen/p4include`): no warnings come from them.
   */
  constructor(
    readonly path: string,
    readonly text: string,
    readonly isLibrary: boolean = false,
  ) {}

  /** Offsets at which each physical line starts; the first is 0. */
  get lineStarts(): readonly number[] {
    this.#lineStarts ??= findLineStarts(this.text);
    return this.#lineStarts;
  }

  /** The 0-based physical line that holds `offset`. */
  physicalLine(offset: number): number {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The text of a 0-based physical line, without its line end; '' past the last line. */
  lineText(line: number): string {
    const start = this.lineStarts[line];
    if (start === undefined) return '';
    let end = this.lineStarts[line + 1] ?? this.text.length;
    if (end > start && this.text.charCodeAt(end - 1) === 10) end--;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return this.text.slice(start, end);
  }

  /** Where `offset` is, as the user sees it: `#line` directives before it count. */
  location(offset: number): Location {
    const physical = this.physicalLine(offset);
    const column = offset - (this.lineStarts[physical] ?? 0) + 1;
    const override = this.#overrideAt(offset);
    if (override === undefined) return { file: this.path, line: physical + 1, column };
    const line = override.line + physical - this.physicalLine(override.offset);
    return { file: override.file ?? this.path, line, column };
  }

  #overrideAt(offset: number): LineOverride | undefined {
    let low = 0;
    let high = this.lineOverrides.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.lineOverrides[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : this.lineOverrides[low - 1];
  }
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 10) starts.push(index + 1);
    else if (code === 13 && text.charCodeAt(index + 1) !== 10) starts.push(index + 1);
  }
  return starts;
}

/** The macro that a token came out of. */
export type MacroOrigin = {
  /** The macro's name. */
  readonly name: string;
  /** The token's own place, in the body of the macro's definition (may itself have an origin). */
  readonly spelling: Span;
};

/**
 * A half-open range [start, end) of a source text, in UTF-16 code units.
 * For a token that a macro produced, the range is the outermost place where the user wrote the macro's
 * name, and `macro` says where the token itself is spelled.
 */
export type Span = {
  readonly source: SourceFile;
  readonly start: number;
  readonly end: number;
  readonly macro?: MacroOrigin | undefined;
};

/** The span from the start of `first` to the end of `last`; `first` alone when they are in different texts. */
export function joinSpans(first: Span, last: Span): Span {
  if (first === last) return first;
  if (first.source !== last.source || last.end < first.start) return first;
  const macro = first.macro !== undefined && first.start === last.start ? first.macro : undefined;
  return { source: first.source, start: first.start, end: Math.max(first.end, last.end), macro };
}

/**
 * Whether two tokens stand side by side with nothing between. All tokens out of one use of a macro have the same
 * place, so for them it is decided where they are spelled.
 */
export function areSideBySide(first: Span, second: Span): boolean {
  if ((first.macro === undefined) !== (second.macro === undefined)) return false;
  if (first.macro !== undefined && first.start !== second.start) return false;
  const left = first.macro?.spelling ?? first;
  const right = second.macro?.spelling ?? second;
  return left.source === right.source && left.end === right.start;
}

/** The empty span just behind `span`: where something that is missing should have stood. */
export function spanAfter(span: Span): Span {
  return { source: span.source, start: span.end, end: span.end };
}
