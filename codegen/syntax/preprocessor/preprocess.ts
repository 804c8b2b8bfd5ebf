/**
 * The preprocessor (specification §6.2): from a file to the tokens of the whole program, each with its place.
 * It works on tokens, not on text, so that places survive includes and macros.
 * Longer than most files: the directives share the state of one run.
 */

import { DiagnosticSink } from '../../diagnostics.ts';
import { didYouMean } from '../../nearest-name.ts';
import { Lexer } from '../lexer.ts';
import { SourceFile, type Span } from '../source.ts';
import type { Token } from '../tokens.ts';
import { type ConditionProblem, evaluateCondition } from './conditions.ts';
import { type FileSystem, findInclude, type IncludePaths, includeHint } from './includes.ts';
import { definedHere, type Macro, MacroExpander, type SpacedToken, sameMacro } from './macros.ts';

/** What preprocessing needs to know from outside. */
export type PreprocessorOptions = IncludePaths & {
  /** Macros of `-D NAME=VALUE`. */
  readonly defines: readonly { readonly name: string; readonly value: string }[];
  readonly fileSystem: FileSystem;
};

/** A program after preprocessing. */
export type PreprocessedProgram = {
  /** All tokens; the last is an 'end' token at the end of the main file. */
  readonly tokens: readonly Token[];
  /** Every file read, the main file first. */
  readonly sources: readonly SourceFile[];
};

/** One `#if … #endif` under way. */
type Conditional = {
  readonly directive: string;
  readonly span: Span;
  /** A branch has been taken, so no other will be. */
  taken: boolean;
  /** The current branch is the one taken. */
  active: boolean;
  elseSeen: boolean;
};

/** A file being read. */
type Frame = {
  readonly source: SourceFile;
  readonly lexer: Lexer;
  readonly conditionals: Conditional[];
  readonly includedAt: Span | undefined;
};

/** Files may include each other this deep. */
const MAXIMUM_INCLUDE_DEPTH = 128;

const DIRECTIVES = [
  'include',
  'define',
  'undef',
  'if',
  'ifdef',
  'ifndef',
  'elif',
  'else',
  'endif',
  'line',
  'error',
  'warning',
  'pragma',
] as const;

/** Preprocesses `main` with all that it includes; what is wrong goes to `sink`. */
export function preprocess(
  main: SourceFile,
  options: PreprocessorOptions,
  sink: DiagnosticSink,
): PreprocessedProgram {
  return new Preprocessor(main, options, sink).run();
}

class Preprocessor {
  readonly #options: PreprocessorOptions;
  readonly #sink: DiagnosticSink;
  readonly #macros = new Map<string, Macro>();
  readonly #expander: MacroExpander;
  readonly #tokens: Token[] = [];
  readonly #sources: SourceFile[] = [];
  readonly #frames: Frame[] = [];
  readonly #onlyOnce = new Set<string>();
  readonly #main: SourceFile;

  constructor(main: SourceFile, options: PreprocessorOptions, sink: DiagnosticSink) {
    this.#main = main;
    this.#options = options;
    this.#sink = sink;
    this.#expander = new MacroExpander(this.#macros, sink);
    for (const { name, value } of options.defines) this.#defineFromOption(name, value);
  }

  run(): PreprocessedProgram {
    this.#enter(this.#main, undefined);
    for (;;) {
      const frame = this.#frames.at(-1);
      if (frame === undefined) break;
      this.#step(frame);
    }
    const end = this.#main.text.length;
    this.#tokens.push({ kind: 'end', text: '', span: { source: this.#main, start: end, end } });
    return { tokens: this.#tokens, sources: this.#sources };
  }

  #defineFromOption(name: string, value: string): void {
    const source = new SourceFile(`<-D ${name}>`, value);
    this.#macros.set(name, {
      name,
      parameters: undefined,
      isVariadic: false,
      body: readBody(new Lexer(source, this.#sink)),
      span: undefined,
    });
  }

  #enter(source: SourceFile, includedAt: Span | undefined): void {
    this.#sources.push(source);
    this.#frames.push({ source, lexer: new Lexer(source, this.#sink), conditionals: [], includedAt });
  }

  #step(frame: Frame): void {
    const { lexer } = frame;
    if (!isActive(frame) && !lexer.skipToDirective()) {
      this.#leave(frame);
      return;
    }
    const token = lexer.next();
    if (token.kind === 'end') {
      this.#leave(frame);
      return;
    }
    if (lexer.startsLine && token.kind === 'punctuation' && token.text === '#') {
      this.#directive(frame, token);
      return;
    }
    if (!isActive(frame)) return;
    this.#plain(frame, { token, spaced: lexer.spaced });
  }

  #leave(frame: Frame): void {
    for (const conditional of frame.conditionals) {
      this.#sink.report('P4005', conditional.span, { directive: conditional.directive });
    }
    this.#frames.pop();
  }

  /** A token of the program: expanded if it is a macro, and passed on. */
  #plain(frame: Frame, item: SpacedToken): void {
    const { token } = item;
    const emit = (result: SpacedToken) => this.#emit(result.token);
    if (token.kind === 'punctuation' && token.text === '@' && this.#pragmaAnnotation(frame, token)) return;
    if (token.kind !== 'identifier' && token.kind !== 'keyword') {
      this.#tokens.push(token);
      return;
    }
    if (this.#expander.mayExpand(token))
      this.#expander.expand(item, { next: () => this.#argumentToken(frame) }, emit);
    else this.#emit(token);
  }

  /** Passes a token on, with `__FILE__` and `__LINE__` replaced. */
  #emit(token: Token): void {
    if (token.kind === 'identifier' && token.text.startsWith('__')) {
      this.#tokens.push(replacePlace(token));
    } else this.#tokens.push(token);
  }

  /** Further tokens for a macro's arguments: they may cross lines, and conditionals between them are obeyed. */
  #argumentToken(frame: Frame): SpacedToken | undefined {
    const { lexer } = frame;
    for (;;) {
      if (this.#frames.at(-1) !== frame) return undefined;
      if (!isActive(frame) && !lexer.skipToDirective()) return undefined;
      const before = lexer.position;
      const token = lexer.next();
      if (token.kind === 'end') {
        lexer.position = before;
        return undefined;
      }
      if (lexer.startsLine && token.kind === 'punctuation' && token.text === '#') {
        const word = lexer.next();
        lexer.position = token.span.start;
        // Only directives that change nothing but conditions may stand among arguments.
        if (!/^(if|ifdef|ifndef|elif|else|endif)$/.test(word.text)) {
          lexer.position = before;
          return undefined;
        }
        lexer.position = token.span.end;
        this.#directive(frame, token);
        continue;
      }
      if (!isActive(frame)) continue;
      return { token, spaced: lexer.spaced };
    }
  }

  /** `@pragma name …` reaches to the end of its line, like `#pragma` (specification §20). */
  #pragmaAnnotation(frame: Frame, at: Token): boolean {
    const { lexer } = frame;
    const before = lexer.position;
    const word = lexer.next();
    if (word.kind !== 'identifier' || word.text !== 'pragma' || lexer.spaced) {
      lexer.position = before;
      return false;
    }
    this.#pragma(frame, at);
    return true;
  }

  #pragma(frame: Frame, start: Token): void {
    // To the end of the line, or of the line that a string on it ends on. What it says is free, so nothing is reported.
    const from = frame.lexer.position;
    const silent = new Lexer(frame.source, new DiagnosticSink(), from);
    let end = from;
    for (;;) {
      const token = silent.next();
      if (token.kind === 'end' || silent.startsLine) break;
      end = token.span.end;
    }
    frame.lexer.position = end;
    frame.lexer.restOfLine();
    const text = withoutComments(frame.source.text.slice(from, end)).trim();
    this.#tokens.push({ kind: 'pragma', text, span: { source: frame.source, start: start.span.start, end } });
  }

  // ------------------------------------------------------------------------------------------------
  // Directives

  #directive(frame: Frame, hash: Token): void {
    const { lexer } = frame;
    const line = this.#line(frame);
    const [first] = line;
    if (first === undefined) return;
    const name = first.token.text;
    const rest = line.slice(1);
    const span = { ...hash.span, end: first.token.span.end };
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        this.#openConditional(frame, name, span, rest);
        return;
      case 'elif':
      case 'else':
      case 'endif':
        this.#turnConditional(frame, name, span, rest);
        return;
      default:
        break;
    }
    if (!isActive(frame)) return;
    switch (name) {
      case 'include':
        lexer.position = first.token.span.end;
        this.#include(frame, span);
        return;
      case 'define':
        this.#define(frame, first.token, rest);
        return;
      case 'undef':
        this.#undef(first.token, rest);
        return;
      case 'line':
        this.#lineDirective(frame, span, rest);
        return;
      case 'error':
      case 'warning': {
        lexer.position = first.token.span.end;
        const message = withoutComments(lexer.restOfLine().text).trim();
        this.#sink.report(name === 'error' ? 'P4007' : 'P4008', span, { message });
        return;
      }
      case 'pragma':
        lexer.position = first.token.span.end;
        if (rest[0]?.token.text === 'once') {
          this.#onlyOnce.add(frame.source.path);
          lexer.restOfLine();
        } else this.#pragma(frame, hash);
        return;
      default:
        // "# 12 "file"" is what another preprocessor leaves behind.
        if (first.token.kind === 'integer') this.#lineDirective(frame, span, line);
        else
          this.#sink.report(
            'P4004',
            first.token.span,
            { directive: name },
            { hint: didYouMean(name, DIRECTIVES) },
          );
    }
  }

  /** The tokens up to the end of the line, unexpanded; complaints inside text that is never looked at are kept back. */
  #line(frame: Frame): readonly SpacedToken[] {
    const { lexer } = frame;
    const start = lexer.position;
    const { end } = lexer.restOfLine();
    const text = frame.source.text.slice(0, lineEndWithComments(frame.source.text, start, end));
    const word = /^[ \t]*([a-z]+)/.exec(frame.source.text.slice(start, start + 40))?.[1];
    // The text of these is free: apostrophes and odd characters in it are no mistakes.
    if (word === 'error' || word === 'warning' || word === 'pragma' || !isActive(frame)) {
      const silent = new Lexer(new SourceFile(frame.source.path, text), new DiagnosticSink(), start);
      return collect(silent, text.length).map((item) => ({
        ...item,
        token: { ...item.token, span: { ...item.token.span, source: frame.source } },
      }));
    }
    lexer.position = start;
    const tokens = collect(lexer, text.length);
    lexer.position = text.length;
    return tokens;
  }

  #openConditional(
    frame: Frame,
    directive: 'if' | 'ifdef' | 'ifndef',
    span: Span,
    rest: readonly SpacedToken[],
  ): void {
    const parentActive = isActive(frame);
    let active = false;
    if (parentActive) {
      if (directive === 'if') active = this.#condition(directive, span, rest);
      else {
        const [name, extra] = rest;
        if (name === undefined || !isWord(name.token)) {
          this.#sink.report('P4015', name?.token.span ?? span, {
            directive,
            reason: 'the name of a macro is missing',
          });
        } else active = this.#isDefined(name.token.text) === (directive === 'ifdef');
        if (extra !== undefined) this.#sink.report('P4019', extra.token.span, { directive });
      }
    }
    frame.conditionals.push({ directive, span, taken: active || !parentActive, active, elseSeen: false });
  }

  #turnConditional(
    frame: Frame,
    directive: 'elif' | 'else' | 'endif',
    span: Span,
    rest: readonly SpacedToken[],
  ): void {
    const conditional = frame.conditionals.at(-1);
    if (conditional === undefined || (conditional.elseSeen && directive !== 'endif')) {
      const related =
        conditional === undefined ? [] : [{ message: 'the condition begins here', span: conditional.span }];
      this.#sink.report('P4006', span, { directive }, { related });
      return;
    }
    if (directive === 'endif') {
      frame.conditionals.pop();
      return;
    }
    if (directive === 'else') conditional.elseSeen = true;
    if (conditional.taken) {
      conditional.active = false;
      return;
    }
    conditional.active = directive === 'else' || this.#condition(directive, span, rest);
    conditional.taken = conditional.active;
  }

  #isDefined(name: string): boolean {
    return this.#macros.has(name) || name === '__FILE__' || name === '__LINE__';
  }

  #condition(directive: string, span: Span, tokens: readonly SpacedToken[]): boolean {
    const replaced = this.#replaceDefined(directive, tokens);
    if (replaced === undefined) return false;
    const expanded = this.#expander.expandAll(replaced).map((item) => replacePlace(item.token));
    if (expanded.length === 0) {
      this.#sink.report('P4015', span, { directive, reason: 'it is empty' });
      return false;
    }
    const value = evaluateCondition(expanded);
    if (typeof value === 'bigint') return value !== 0n;
    this.#reportCondition(directive, span, value);
    return false;
  }

  #reportCondition(directive: string, span: Span, problem: ConditionProblem): void {
    const place = problem.token?.span ?? span;
    if (problem.isZeroDivision) this.#sink.report('P4016', place, {});
    else this.#sink.report('P4015', place, { directive, reason: problem.reason });
  }

  /** Puts 1 or 0 for `defined NAME` and `defined(NAME)`, before macros are expanded. */
  #replaceDefined(directive: string, tokens: readonly SpacedToken[]): readonly SpacedToken[] | undefined {
    const result: SpacedToken[] = [];
    for (let index = 0; index < tokens.length; index++) {
      const item = tokens[index];
      if (item === undefined) continue;
      if (item.token.text !== 'defined' || item.token.kind !== 'identifier') {
        result.push(item);
        continue;
      }
      const bracketed = tokens[index + 1]?.token.text === '(';
      const name = tokens[index + (bracketed ? 2 : 1)];
      const closed = !bracketed || tokens[index + 3]?.token.text === ')';
      if (name === undefined || !isWord(name.token) || !closed) {
        this.#sink.report('P4015', item.token.span, {
          directive,
          reason: "'defined' wants the name of a macro",
        });
        return undefined;
      }
      const value = this.#isDefined(name.token.text) ? 1n : 0n;
      result.push({
        spaced: item.spaced,
        token: {
          kind: 'integer',
          text: String(value),
          value: { value, width: undefined, signed: false, base: 10 },
          span: item.token.span,
        },
      });
      index += bracketed ? 3 : 1;
    }
    return result;
  }

  #define(frame: Frame, directive: Token, rest: readonly SpacedToken[]): void {
    const [name, opening] = rest;
    if (name === undefined || !isWord(name.token)) {
      this.#sink.report('P4010', name?.token.span ?? directive.span, {
        directive: 'define',
        reason: 'the name of a macro is missing',
      });
      return;
    }
    let body = rest.slice(1);
    let parameters: readonly string[] | undefined;
    let isVariadic = false;
    if (opening?.token.text === '(' && !opening.spaced) {
      const read = this.#parameters(frame, rest);
      if (read === undefined) return;
      ({ parameters, isVariadic } = read);
      body = rest.slice(read.next);
    }
    const macro: Macro = { name: name.token.text, parameters, isVariadic, body, span: name.token.span };
    const previous = this.#macros.get(macro.name);
    if (previous !== undefined && !sameMacro(previous, macro)) {
      this.#sink.report('P4009', name.token.span, { name: macro.name }, { related: definedHere(previous) });
    }
    this.#macros.set(macro.name, macro);
  }

  #parameters(
    frame: Frame,
    rest: readonly SpacedToken[],
  ):
    | { readonly parameters: readonly string[]; readonly isVariadic: boolean; readonly next: number }
    | undefined {
    const parameters: string[] = [];
    let isVariadic = false;
    const fail = (index: number, reason: string) => {
      const place = rest[index]?.token.span ??
        rest.at(-1)?.token.span ?? { source: frame.source, start: 0, end: 0 };
      this.#sink.report('P4010', place, { directive: 'define', reason });
      return undefined;
    };
    let index = 2;
    if (rest[index]?.token.text === ')') return { parameters, isVariadic, next: index + 1 };
    for (;;) {
      const item = rest[index];
      if (item === undefined) return fail(index, "the ')' behind the parameters is missing");
      if (isVariadic) return fail(index, "nothing may follow '...' among the parameters");
      if (item.token.text === '...') {
        isVariadic = true;
        parameters.push('__VA_ARGS__');
      } else if (isWord(item.token)) {
        if (parameters.includes(item.token.text))
          return fail(index, `parameter '${item.token.text}' stands twice`);
        parameters.push(item.token.text);
      } else return fail(index, `'${item.token.text}' is not the name of a parameter`);
      const separator = rest[index + 1];
      if (separator?.token.text === ')') return { parameters, isVariadic, next: index + 2 };
      if (separator?.token.text !== ',') return fail(index + 1, "the ')' behind the parameters is missing");
      index += 2;
    }
  }

  #undef(directive: Token, rest: readonly SpacedToken[]): void {
    const [name, extra] = rest;
    if (name === undefined || !isWord(name.token)) {
      this.#sink.report('P4010', name?.token.span ?? directive.span, {
        directive: 'undef',
        reason: 'the name of a macro is missing',
      });
      return;
    }
    this.#macros.delete(name.token.text);
    if (extra !== undefined) this.#sink.report('P4019', extra.token.span, { directive: 'undef' });
  }

  #lineDirective(frame: Frame, span: Span, rest: readonly SpacedToken[]): void {
    const expanded = this.#expander.expandAll(rest);
    const [number, file] = expanded;
    if (
      number?.token.kind !== 'integer' ||
      (file !== undefined && file.token.kind !== 'string' && rest[0]?.token.kind !== 'integer')
    ) {
      this.#sink.report('P4018', number?.token.span ?? span, {});
      return;
    }
    const { text } = frame.source;
    let offset = frame.lexer.position;
    if (text.charCodeAt(offset) === 13) offset++;
    if (text.charCodeAt(offset) === 10) offset++;
    frame.source.lineOverrides.push({
      offset,
      line: Number(BigInt.asUintN(31, number.token.value.value)),
      file: file?.token.kind === 'string' ? file.token.value : frame.source.lineOverrides.at(-1)?.file,
    });
  }

  #include(frame: Frame, span: Span): void {
    const named = this.#includeName(frame);
    if (named === undefined) {
      this.#sink.report('P4003', span, {}, { hint: 'write #include "file.p4" or #include <file.p4>' });
      return;
    }
    const { name, isQuoted } = named;
    const place: Span = { source: frame.source, start: named.start, end: named.end };
    const { fileSystem } = this.#options;
    const found = findInclude(fileSystem, this.#options, name, frame.source.path, isQuoted);
    if (found === undefined) {
      this.#sink.report(
        'P4001',
        place,
        { file: name },
        { hint: includeHint(fileSystem, this.#options, name, frame.source.path, isQuoted) },
      );
      return;
    }
    if (this.#onlyOnce.has(found.path)) return;
    if (this.#frames.length >= MAXIMUM_INCLUDE_DEPTH) {
      this.#sink.report(
        'P4002',
        place,
        { file: name, depth: this.#frames.length },
        { related: this.#includeChain() },
      );
      return;
    }
    this.#enter(new SourceFile(found.path, found.text, found.isLibrary), place);
  }

  /** The last few includes that led here. */
  #includeChain(): readonly { readonly message: string; readonly span: Span }[] {
    return this.#frames
      .slice(-4)
      .flatMap((frame) =>
        frame.includedAt === undefined
          ? []
          : [{ message: `'${frame.source.path}' is included here`, span: frame.includedAt }],
      )
      .reverse();
  }

  /** Reads what stands behind `#include`; moves behind the line. */
  #includeName(
    frame: Frame,
  ):
    | { readonly name: string; readonly isQuoted: boolean; readonly start: number; readonly end: number }
    | undefined {
    const rest = frame.lexer.restOfLine();
    const direct = /^(?:\s|\/\*.*?\*\/)*(?:"([^"\n]+)"|<([^>\n]+)>)/.exec(rest.text);
    if (direct !== null) {
      const name = direct[1] ?? direct[2] ?? '';
      const start = rest.start + direct[0].length - name.length - 2;
      const extra = /\S/.exec(withoutComments(rest.text.slice(direct[0].length)));
      if (extra !== null) {
        const at = rest.start + direct[0].length + extra.index;
        this.#sink.report(
          'P4019',
          { source: frame.source, start: at, end: rest.end },
          { directive: 'include' },
        );
      }
      return { name: name.trim(), isQuoted: direct[1] !== undefined, start, end: start + name.length + 2 };
    }
    // A macro may hold the name.
    const lexer = new Lexer(
      new SourceFile(frame.source.path, frame.source.text.slice(0, rest.end)),
      this.#sink,
      rest.start,
    );
    const expanded = this.#expander.expandAll(collect(lexer, rest.end));
    const [first] = expanded;
    if (first?.token.kind === 'string')
      return { name: first.token.value, isQuoted: true, start: rest.start, end: rest.end };
    if (first?.token.text !== '<') return undefined;
    const closing = expanded.findIndex((item) => item.token.text === '>');
    if (closing < 0) return undefined;
    const name = expanded
      .slice(1, closing)
      .map((item) => item.token.text)
      .join('');
    return { name, isQuoted: false, start: rest.start, end: rest.end };
  }
}

function isActive(frame: Frame): boolean {
  return frame.conditionals.at(-1)?.active ?? true;
}

function isWord(token: Token): boolean {
  return token.kind === 'identifier' || token.kind === 'keyword';
}

/** The tokens before offset `end`. */
function collect(lexer: Lexer, end: number): readonly SpacedToken[] {
  const tokens: SpacedToken[] = [];
  for (;;) {
    const token = lexer.next();
    if (token.kind === 'end' || token.span.start >= end) return tokens;
    tokens.push({ token, spaced: lexer.spaced });
  }
}

function readBody(lexer: Lexer): readonly SpacedToken[] {
  return collect(lexer, Number.POSITIVE_INFINITY);
}

/** A block comment that begins on a directive's line and ends on a later one makes the line go on. */
function lineEndWithComments(text: string, start: number, end: number): number {
  let limit = end;
  let position = start;
  while (position < limit) {
    const slash = text.indexOf('/', position);
    if (slash < 0 || slash >= limit) return limit;
    const next = text.charAt(slash + 1);
    if (next === '/') return limit;
    if (next !== '*') {
      position = slash + 1;
      continue;
    }
    const close = text.indexOf('*/', slash + 2);
    if (close < 0) return limit;
    position = close + 2;
    if (position > limit) {
      const newline = text.slice(position).search(/[\r\n]/);
      limit = newline < 0 ? text.length : position + newline;
    }
  }
  return limit;
}

/** Text with comments replaced by blanks of the same length, and line continuations left out. */
function withoutComments(text: string): string {
  return text
    .replace(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/.*$/g, (match) =>
      match.startsWith('"') ? match : ' '.repeat(match.length),
    )
    .replace(/\\\r?\n/g, ' ');
}

/** `__FILE__` and `__LINE__` as literals of the place where the user wrote them. */
function replacePlace(token: Token): Token {
  if (token.kind !== 'identifier') return token;
  if (token.text === '__LINE__') {
    const { line } = token.span.source.location(token.span.start);
    return {
      kind: 'integer',
      text: String(line),
      value: { value: BigInt(line), width: undefined, signed: false, base: 10 },
      span: token.span,
    };
  }
  if (token.text !== '__FILE__') return token;
  const { file } = token.span.source.location(token.span.start);
  return { kind: 'string', text: JSON.stringify(file), value: file, span: token.span };
}
