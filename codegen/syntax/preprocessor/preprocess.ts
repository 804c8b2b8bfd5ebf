/**
 * The preprocessor (specification §6.2): from a file to the tokens of the whole program, each with its place.
 * It works on tokens, not on text, so that places survive includes and macros.
 */

import type { DiagnosticSink, Related } from '../../diagnostics.ts';
import { didYouMean } from '../../nearest-name.ts';
import { Lexer, settleNumber } from '../lexer.ts';
import { SourceFile, type Span } from '../source.ts';
import type { Token } from '../tokens.ts';
import { Conditionals } from './conditionals.ts';
import { evaluateCondition } from './conditions.ts';
import {
  DIRECTIVES,
  type DirectiveLine,
  freeTokens,
  readDirective,
  readInclude,
  remainingTokens,
  textOf,
} from './directives.ts';
import { MacroExpander, type TokenInput } from './expansion.ts';
import { type FileSystem, IncludeFinder, type IncludePaths, identityOf } from './includes.ts';
import {
  definedHere,
  isMark,
  isWord,
  type Macro,
  readDefinition,
  type SpacedToken,
  sameMacro,
} from './macros.ts';

/** What preprocessing needs to know from outside. */
export type PreprocessorOptions = IncludePaths & {
  /** Macros of `-D NAME=VALUE`. A name may have parameters: `F(x)`. */
  readonly defines: readonly { readonly name: string; readonly value: string }[];
  readonly fileSystem: FileSystem;
};

/** A program after preprocessing. */
export type PreprocessedProgram = {
  /**
   * All tokens; the last is an 'end' token at the end of the main file. The only one when part of the program
   * could not be read (a missing file, `#error`, a limit): what follows from that would be noise.
   */
  readonly tokens: readonly Token[];
  /** Every file read, the main file first. */
  readonly sources: readonly SourceFile[];
};

/** A file being read. */
type Frame = {
  readonly source: SourceFile;
  readonly identity: string;
  readonly lexer: Lexer;
  readonly conditionals: Conditionals;
  readonly includedAt: Span | undefined;
  /** Where macros take their arguments from. */
  readonly input: TokenInput;
  /** The directive before which the arguments of a macro had to end. */
  barrier: Span | undefined;
};

/** Files may include each other this deep. */
const MAXIMUM_INCLUDE_DEPTH = 100;

/** A program has at most this many tokens: more than 10 MB of source has. */
const MAXIMUM_TOKENS = 12_000_000;

/** Together included files have at most this many characters; each counts for `INCLUDE_COST` more. */
const MAXIMUM_INCLUDED = 50_000_000;
const INCLUDE_COST = 1000;

const PROGRAM = 'the program with its includes';

/** Of the conditions that a file leaves open this many are named. */
const MAXIMUM_OPEN = 10;

/** Of a chain of includes this many are shown. */
const MAXIMUM_CHAIN = 4;

/** Preprocesses `main` with all that it includes; what is wrong goes to `sink`. */
export function preprocess(
  main: SourceFile,
  options: PreprocessorOptions,
  sink: DiagnosticSink,
): PreprocessedProgram {
  return new Preprocessor(main, options, sink).run();
}

class Preprocessor {
  readonly #sink: DiagnosticSink;
  readonly #main: SourceFile;
  readonly #finder: IncludeFinder;
  readonly #macros = new Map<string, Macro>([
    ['__LINE__', { kind: 'place', name: '__LINE__' }],
    ['__FILE__', { kind: 'place', name: '__FILE__' }],
  ]);
  readonly #expander: MacroExpander;
  readonly #tokens: Token[] = [];
  readonly #sources: SourceFile[] = [];
  readonly #frames: Frame[] = [];
  readonly #onlyOnce = new Set<string>();
  #included = 0;
  /** Part of the program could not be read. */
  #isIncomplete = false;
  /** There is no use in going on. */
  #isStopped = false;

  constructor(main: SourceFile, options: PreprocessorOptions, sink: DiagnosticSink) {
    this.#main = main;
    this.#sink = sink;
    this.#finder = new IncludeFinder(options.fileSystem, options);
    this.#expander = new MacroExpander(this.#macros, sink);
    for (const { name, value } of options.defines) {
      const source = new SourceFile('<command line>', `${name} ${value}`);
      const end = { source, start: 0, end: source.text.length };
      this.#define(remainingTokens(new Lexer(source, sink)), end);
    }
  }

  run(): PreprocessedProgram {
    this.#enter(this.#main, identityOf(this.#main.path), undefined);
    for (;;) {
      const frame = this.#frames.at(-1);
      if (frame === undefined || this.#isStopped || this.#expander.isExhausted) break;
      this.#step(frame);
    }
    const isLost = this.#isIncomplete || this.#expander.isExhausted || this.#expander.hasLostText;
    const tokens = isLost ? [] : this.#tokens;
    const end = this.#main.text.length;
    tokens.push({ kind: 'end', text: '', span: { source: this.#main, start: end, end } });
    return { tokens, sources: this.#sources };
  }

  #enter(source: SourceFile, identity: string, includedAt: Span | undefined): void {
    this.#sources.push(source);
    const frame: Frame = {
      source,
      identity,
      lexer: new Lexer(source, this.#sink),
      conditionals: new Conditionals(),
      includedAt,
      input: {
        opening: () => this.#openingToken(frame),
        next: () => this.#argumentToken(frame),
        barrier: () => frame.barrier,
      },
      barrier: undefined,
    };
    this.#frames.push(frame);
  }

  #leave(frame: Frame): void {
    for (const { directive, span } of frame.conditionals.open.slice(0, MAXIMUM_OPEN)) {
      this.#sink.report('P4005', span, { directive }, { hint: "add '#endif' where the condition ends" });
    }
    // Text that was left out for want of an #endif may be needed.
    if (!frame.conditionals.isActive) this.#isIncomplete = true;
    this.#frames.pop();
  }

  #stop(): void {
    this.#isIncomplete = true;
    this.#isStopped = true;
  }

  // ------------------------------------------------------------------------------------------------
  // Tokens of the program

  #step(frame: Frame): void {
    const { lexer } = frame;
    if (!frame.conditionals.isActive && !lexer.skipToDirective()) {
      this.#leave(frame);
      return;
    }
    const token = lexer.next();
    if (token.kind === 'end') this.#leave(frame);
    else if (lexer.startsLine && isMark(token, '#')) this.#directive(frame, token);
    else if (isWord(token) || token.kind === 'punctuation' || token.kind === 'invalid')
      this.#plain(frame, { token, spaced: lexer.spaced });
    else this.#tokens.push(token);
    if (this.#tokens.length > MAXIMUM_TOKENS) {
      this.#sink.report('P4021', token.span, { what: PROGRAM, limit: MAXIMUM_TOKENS, unit: 'tokens' });
      this.#stop();
    }
  }

  /** A token of the program: expanded if it is a macro, and passed on. */
  #plain(frame: Frame, item: SpacedToken): void {
    const { token } = item;
    if (token.text === '@' && this.#pragmaAnnotation(frame, token)) return;
    if (!this.#expander.mayExpand(token)) {
      this.#tokens.push(settleNumber(token, this.#sink));
      return;
    }
    const from = this.#tokens.length;
    let mayBePragma = false;
    this.#expander.expand(item, frame.input, (result) => {
      if (result.token.text === 'pragma') mayBePragma = true;
      this.#tokens.push(settleNumber(result.token, this.#sink));
    });
    if (mayBePragma) this.#pragmaFromMacro(frame, from);
  }

  /** Takes the '(' behind the name of a macro. A directive between the two keeps them apart, as in GNU cpp. */
  #openingToken({ lexer }: Frame): SpacedToken | undefined {
    const before = lexer.position;
    const token = lexer.next();
    if (isMark(token, '(')) return { token, spaced: lexer.spaced };
    lexer.position = before;
    return undefined;
  }

  /** Further tokens for a macro's arguments: they may cross lines, and directives between them are obeyed. */
  #argumentToken(frame: Frame): SpacedToken | undefined {
    const { lexer } = frame;
    frame.barrier = undefined;
    while (!this.#isStopped) {
      if (!frame.conditionals.isActive && !lexer.skipToDirective()) return undefined;
      const before = lexer.position;
      const token = lexer.next();
      if (token.kind === 'end') {
        lexer.position = before;
        return undefined;
      }
      if (!lexer.startsLine || !isMark(token, '#')) return { token, spaced: lexer.spaced };
      const line = readDirective(lexer, token);
      if (line.word?.text === 'include' || line.word?.text === 'pragma') {
        // These make tokens of their own, which have no place among arguments.
        if (frame.conditionals.isActive) {
          frame.barrier = line.span;
          lexer.position = before;
          return undefined;
        }
      } else this.#obey(frame, line);
    }
    return undefined;
  }

  // ------------------------------------------------------------------------------------------------
  // Pragmas

  /** `@pragma name …` reaches to the end of its line, like `#pragma`, but macros are expanded in it. */
  #pragmaAnnotation(frame: Frame, at: Token): boolean {
    const { lexer } = frame;
    const before = lexer.position;
    const word = lexer.next();
    if (word.text !== 'pragma' || lexer.spaced) {
      lexer.position = before;
      return false;
    }
    const text = textOf(this.#expander.expandAll(this.#lineTokens(frame)));
    this.#tokens.push({ kind: 'pragma', text, span: { ...at.span, end: lexer.position } });
    return true;
  }

  /** `@pragma` that a macro made takes the rest of the macro and of the line. */
  #pragmaFromMacro(frame: Frame, from: number): void {
    let index = from;
    while (!(isMark(this.#tokens[index], '@') && this.#tokens[index + 1]?.text === 'pragma')) {
      if (++index >= this.#tokens.length) return;
    }
    const [at, , ...made] = this.#tokens.splice(index);
    if (at === undefined) return;
    const text = [
      ...made.map((token) => token.text),
      textOf(this.#expander.expandAll(this.#lineTokens(frame))),
    ].join(' ');
    this.#tokens.push({ kind: 'pragma', text: text.trim(), span: at.span });
  }

  /** Tokens up to the end of the line, or of the line that a string on it ends on. Nothing is complained about. */
  #lineTokens(frame: Frame): readonly SpacedToken[] {
    const { lexer, source } = frame;
    const items: SpacedToken[] = [];
    lexer.quiet = true;
    for (;;) {
      const before = lexer.position;
      const token = lexer.next();
      const isNextLine =
        lexer.startsLine || (lexer.spaced && crossesLine(source.text.slice(before, token.span.start)));
      if (token.kind === 'end' || isNextLine) {
        lexer.position = before;
        lexer.quiet = false;
        return items;
      }
      items.push({ token, spaced: lexer.spaced });
    }
  }

  // ------------------------------------------------------------------------------------------------
  // Directives

  #directive(frame: Frame, hash: Token): void {
    // A file that is included, and a pragma, are read before anything behind the line.
    this.#obey(frame, readDirective(frame.lexer, hash));
  }

  #obey(frame: Frame, line: DirectiveLine): void {
    const { word, span, lexer } = line;
    if (word === undefined) return;
    const { conditionals } = frame;
    switch (word.text) {
      case 'if':
        conditionals.begin('if', span, () => this.#holds('if', line));
        return;
      case 'ifdef':
      case 'ifndef': {
        const directive = word.text;
        conditionals.begin(directive, span, () => this.#holdsName(directive, line));
        return;
      }
      case 'elif':
        if (!conditionals.turn('elif', () => this.#holds('elif', line))) this.#misplaced(frame, 'elif', span);
        return;
      case 'else':
        if (!conditionals.turn('else', () => true)) this.#misplaced(frame, 'else', span);
        else if (conditionals.open.at(-1)?.isOuterActive === true)
          this.#refuseMore('else', freeTokens(lexer)[0]?.token);
        return;
      case 'endif':
        if (!conditionals.end()) this.#misplaced(frame, 'endif', span);
        else if (conditionals.isActive) this.#refuseMore('endif', freeTokens(lexer)[0]?.token);
        return;
      default:
        if (conditionals.isActive) this.#obeyActive(frame, line, word);
    }
  }

  /** Directives that are nothing but text where conditional compilation leaves them out. */
  #obeyActive(frame: Frame, line: DirectiveLine, word: Token): void {
    const { span, lexer } = line;
    switch (word.text) {
      case 'include':
        this.#include(frame, line);
        return;
      case 'define':
        this.#define(remainingTokens(lexer), span);
        return;
      case 'undef':
        this.#undefine(remainingTokens(lexer), span);
        return;
      case 'line':
        this.#renumber(frame, line, remainingTokens(lexer));
        return;
      case 'error':
        this.#sink.report('P4007', span, { message: textOf(freeTokens(lexer)) });
        this.#isIncomplete = true;
        return;
      case 'warning':
        this.#sink.report('P4008', span, { message: textOf(freeTokens(lexer)) });
        return;
      case 'pragma': {
        const tokens = freeTokens(lexer);
        const end = tokens.at(-1)?.token.span.end ?? span.end;
        if (tokens[0]?.token.text === 'once') this.#onlyOnce.add(frame.identity);
        else this.#tokens.push({ kind: 'pragma', text: textOf(tokens), span: { ...span, end } });
        return;
      }
      default:
        // "# 12 "file"" is what other preprocessors leave behind.
        if (word.kind === 'integer')
          this.#renumber(frame, line, [{ token: word, spaced: true }, ...remainingTokens(lexer)]);
        else {
          const hint = didYouMean(word.text, DIRECTIVES);
          this.#sink.report('P4004', word.span, { directive: word.text.slice(0, 40) }, { hint });
        }
    }
  }

  #misplaced(frame: Frame, directive: 'elif' | 'else' | 'endif', span: Span): void {
    const opening = frame.conditionals.open.at(-1);
    const related =
      opening === undefined
        ? []
        : [{ message: `this '#${opening.directive}' has its '#else' already`, span: opening.span }];
    this.#sink.report('P4006', span, { directive }, { related });
  }

  #refuseMore(directive: string, extra: Token | undefined): void {
    if (extra === undefined) return;
    const hint =
      directive === 'else' && extra.text === 'if' ? "write '#elif' for another condition" : undefined;
    this.#sink.report('P4019', extra.span, { directive }, { hint });
  }

  // ------------------------------------------------------------------------------------------------
  // Conditions

  #holds(directive: 'if' | 'elif', { span, lexer }: DirectiveLine): boolean {
    const tokens = this.#expander.expandAll(remainingTokens(lexer), true);
    if (tokens.length === 0) {
      this.#sink.report('P4015', span, { directive, reason: 'it is empty' });
      return false;
    }
    const value = evaluateCondition(
      tokens.map((item) => item.token),
      (name) => this.#macros.has(name),
    );
    if (typeof value === 'bigint') return value !== 0n;
    const place = value.token?.span ?? span;
    if (value.isZeroDivision) this.#sink.report('P4016', place, {});
    else this.#sink.report('P4015', place, { directive, reason: value.reason });
    return false;
  }

  #holdsName(directive: 'ifdef' | 'ifndef', { span, lexer }: DirectiveLine): boolean {
    const [name, extra] = remainingTokens(lexer);
    if (name === undefined || !isWord(name.token)) {
      const reason =
        name === undefined
          ? 'the name of a macro is missing'
          : `'${name.token.text}' is not the name of a macro`;
      this.#sink.report('P4015', name?.token.span ?? span, { directive, reason });
      return false;
    }
    this.#refuseMore(directive, extra?.token);
    return this.#macros.has(name.token.text) === (directive === 'ifdef');
  }

  // ------------------------------------------------------------------------------------------------
  // Macros

  #define(rest: readonly SpacedToken[], span: Span): void {
    const macro = readDefinition(rest);
    if ('reason' in macro) {
      const place = macro.span ?? rest.at(-1)?.token.span ?? span;
      if (macro.isStringMark === true) this.#sink.report('P4014', place, {});
      else this.#sink.report('P4010', place, { directive: 'define', reason: macro.reason });
      if (macro.likely !== undefined) this.#macros.set(macro.likely.name, macro.likely);
      return;
    }
    const previous = this.#macros.get(macro.name);
    if (previous !== undefined && !sameMacro(previous, macro)) {
      const related = definedHere(previous);
      this.#sink.report('P4009', macro.span, { name: macro.name }, { related });
    }
    this.#macros.set(macro.name, macro);
  }

  #undefine(rest: readonly SpacedToken[], span: Span): void {
    const [name, extra] = rest;
    if (name === undefined || !isWord(name.token)) {
      const reason =
        name === undefined
          ? 'the name of a macro is missing'
          : `'${name.token.text}' is not the name of a macro`;
      this.#sink.report('P4010', name?.token.span ?? span, { directive: 'undef', reason });
      return;
    }
    this.#macros.delete(name.token.text);
    this.#refuseMore('undef', extra?.token);
  }

  // ------------------------------------------------------------------------------------------------
  // Places and files

  /** `#line 10 "file"`: the next line is line 10 of that file. */
  #renumber(frame: Frame, line: DirectiveLine, rest: readonly SpacedToken[]): void {
    const [number, file] = this.#expander.expandAll(rest);
    const { source } = frame;
    if (number?.token.kind !== 'integer' || (file !== undefined && file.token.kind !== 'string')) {
      const wrong = number?.token.kind === 'integer' ? file : number;
      this.#sink.report('P4018', wrong?.token.span ?? line.span, {});
      return;
    }
    let offset = line.end;
    if (source.text.charCodeAt(offset) === 13) offset++;
    if (source.text.charCodeAt(offset) === 10) offset++;
    source.lineOverrides.push({
      offset,
      line: Number(BigInt.asUintN(31, number.token.value.value)),
      file: file?.token.kind === 'string' ? file.token.value : source.lineOverrides.at(-1)?.file,
    });
  }

  #include(frame: Frame, { span, lexer, end }: DirectiveLine): void {
    const include = readInclude(lexer, (tokens) => this.#expander.expandAll(tokens), end);
    if (include === undefined || include === 'reported') {
      const hint = 'write #include "file.p4" or #include <file.p4>';
      if (include === undefined) this.#sink.report('P4003', span, {}, { hint });
      this.#isIncomplete = true;
      return;
    }
    this.#refuseMore('include', include.extra);
    const found = this.#finder.find(include, frame.source.path);
    if (found === undefined) {
      const hint = this.#finder.hint(include, frame.source.path);
      this.#sink.report('P4001', include.span, { file: include.name }, { hint });
      this.#isIncomplete = true;
      return;
    }
    if (this.#onlyOnce.has(found.identity)) return;
    if (this.#frames.length >= MAXIMUM_INCLUDE_DEPTH) {
      this.#reportDepth(include.span, include.name, found.identity);
      return;
    }
    this.#included += found.text.length + INCLUDE_COST;
    if (this.#included > MAXIMUM_INCLUDED) {
      this.#sink.report('P4021', include.span, {
        what: PROGRAM,
        limit: MAXIMUM_INCLUDED,
        unit: 'characters',
      });
      this.#stop();
      return;
    }
    this.#enter(new SourceFile(found.path, found.text, found.isLibrary), found.identity, include.span);
  }

  /** Files that include each other without end are named in the order in which they do so. */
  #reportDepth(span: Span, file: string, identity: string): void {
    const last = this.#frames.findLastIndex((frame) => frame.identity === identity);
    const circle = last < 0 ? [] : this.#frames.slice(last).map((frame) => frame.source.path);
    const chain = circle.length <= 2 * MAXIMUM_CHAIN ? circle : [...circle.slice(0, MAXIMUM_CHAIN), '…'];
    const hint =
      circle.length === 0
        ? undefined
        : `${[...chain, file].join(' includes ')}; '#pragma once' at the start of '${file}' ends this`;
    this.#sink.report(
      'P4002',
      span,
      { file, depth: this.#frames.length },
      { related: this.#includeChain(), hint },
    );
    this.#stop();
  }

  /** The last few includes that led here. */
  #includeChain(): readonly Related[] {
    return this.#frames
      .slice(-MAXIMUM_CHAIN)
      .flatMap(({ includedAt, source }) =>
        includedAt === undefined ? [] : [{ message: `'${source.path}' is included here`, span: includedAt }],
      )
      .reverse();
  }
}

/** Whether white space and comments hold a line end that no backslash hides. */
function crossesLine(gap: string): boolean {
  return /[\r\n]/.test(gap.replace(/\\[ \t]*(\r\n|\r|\n)/g, ''));
}
