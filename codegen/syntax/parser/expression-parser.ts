/**
 * Annotations, types, expressions and arguments.
 * Longer than most files: types and expressions contain each other, and their productions belong together.
 */

import { DiagnosticSink } from '../../diagnostics.ts';
import type {
  Annotation,
  AnnotationBody,
  AnnotationToken,
  Argument,
  BinaryOperator,
  CallExpression,
  DotsExpression,
  Expression,
  Identifier,
  NamedTypeReference,
  NamedValue,
  TypeReference,
} from '../ast.ts';
import { tokenize } from '../lexer.ts';
import { areSideBySide, joinSpans, SourceFile, type Span } from '../source.ts';
import type { Token } from '../tokens.ts';
import { SOFT_KEYWORDS } from '../tokens.ts';
import { SyntaxPanic, TokenCursor, TYPE_KEYWORDS } from './cursor.ts';

/** Binary operators by how tightly they bind (grammar: the %left lines, loosest first). */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['==', 3],
  ['!=', 3],
  ['<', 4],
  ['>', 4],
  ['<=', 4],
  ['>=', 4],
  ['|', 5],
  ['^', 6],
  ['&', 7],
  ['<<', 8],
  ['>>', 8],
  ['++', 9],
  ['+', 9],
  ['-', 9],
  ['|+|', 9],
  ['|-|', 9],
  ['*', 10],
  ['/', 10],
  ['%', 10],
]);

/** Chains of operators longer than this are refused: everything behind the parser walks them by recursion. */
const MAXIMUM_CHAIN = 1500;

/** The look-ahead through type arguments ends after this many tokens. */
const MAXIMUM_LOOK_AHEAD = 2000;

function isBinaryOperator(text: string): text is BinaryOperator {
  return PRECEDENCE.has(text);
}

/** Reads the parts that stand inside statements and declarations. */
export class ExpressionParser extends TokenCursor {
  // ------------------------------------------------------------------------------------------------
  // Annotations

  /** optAnnotations: nothing | annotations */
  annotations(): readonly Annotation[] {
    const annotations: Annotation[] = [];
    for (;;) {
      const token = this.current;
      if (token.kind === 'pragma') {
        this.advance();
        const pragma = this.#pragma(token);
        if (pragma !== undefined) annotations.push(pragma);
      } else if (this.is('@')) annotations.push(this.#annotation());
      else return annotations;
    }
  }

  /** A `#pragma name …` or `@pragma name …` line, read as `@name(…)`. */
  #pragma(token: Token): Annotation | undefined {
    this.#closingAngle = false;
    const source = new SourceFile(token.span.source.path, token.text);
    const [first, ...rest] = tokenize(source, new DiagnosticSink());
    if (first === undefined || (first.kind !== 'identifier' && first.kind !== 'keyword')) return undefined;
    const name: Identifier = { kind: 'Identifier', name: first.text, span: token.span };
    const tokens = rest
      .filter((part) => part.kind !== 'end')
      .map((part) => ({ ...annotationToken(part), span: token.span }));
    const text = token.text.slice(first.span.end).trim();
    return { kind: 'Annotation', name, body: { form: 'unstructured', tokens, text }, span: token.span };
  }

  /** annotation: "@" name | "@" name "(" annotationBody ")" | "@" name "[" structuredAnnotationBody "]" */
  #annotation(): Annotation {
    const at = this.advance();
    const token = this.current;
    if (token.kind !== 'identifier' && token.kind !== 'keyword')
      this.fail('the name of an annotation', "behind '@'");
    this.advance();
    const name: Identifier = { kind: 'Identifier', name: token.text, span: token.span };
    let body: AnnotationBody = { form: 'none' };
    if (this.is('(')) body = this.#annotationTokens();
    else if (this.is('[')) body = this.#annotationExpressions();
    return { kind: 'Annotation', name, body, span: this.from(at.span) };
  }

  /** annotationBody: nothing | annotationBody "(" annotationBody ")" | annotationBody annotationToken */
  #annotationTokens(): AnnotationBody {
    const opening = this.advance();
    const tokens: AnnotationToken[] = [];
    let depth = 0;
    for (;;) {
      if (this.atEnd) this.expectClosing(')', opening, 'in an annotation');
      if (this.is('(')) depth++;
      else if (this.is(')') && depth-- === 0) break;
      tokens.push(annotationToken(this.advance()));
    }
    const closing = this.advance();
    const { source } = opening.span;
    const text =
      closing.span.source === source ? source.text.slice(opening.span.end, closing.span.start) : '';
    return { form: 'unstructured', tokens, text };
  }

  /** structuredAnnotationBody: expressionList optTrailingComma | kvList optTrailingComma */
  #annotationExpressions(): AnnotationBody {
    const opening = this.advance();
    if (this.isName() && this.is('=', 1)) {
      const pairs = this.list(']', () => this.namedValue('a key of an annotation'));
      this.expectClosing(']', opening, 'in an annotation');
      return { form: 'pairs', pairs };
    }
    const expressions = this.list(']', () => this.expression());
    this.expectClosing(']', opening, 'in an annotation');
    return { form: 'list', expressions };
  }

  // ------------------------------------------------------------------------------------------------
  // Lists

  /** Items separated by commas up to `end`, which is not taken; a trailing comma is allowed. */
  list<T>(end: ')' | '}' | ']' | '>', read: () => T): readonly T[] {
    const items: T[] = [];
    while (!this.is(end) && !this.atEnd) {
      items.push(read());
      if (!this.accept(',')) break;
    }
    return items;
  }

  /** kvPair: name "=" expression */
  namedValue(what: string): NamedValue {
    const name = this.expectName(what);
    this.expect('=', `behind ${what}`);
    const value = this.expression();
    return { kind: 'NamedValue', name, value, span: this.from(name.span) };
  }

  /** argumentList: nothing | nonEmptyArgList, in parentheses */
  arguments(): readonly Argument[] {
    const opening = this.expect('(', 'before arguments');
    const given = this.#bracketed(() => this.list(')', () => this.#argument()));
    this.expectClosing(')', opening, 'in a list of arguments');
    return given;
  }

  /** Reads what stands in brackets, where a '>' is an operator again. */
  #bracketed<T>(read: () => T): T {
    const outside = this.#closingAngle;
    this.#closingAngle = false;
    const result = read();
    this.#closingAngle = outside;
    return result;
  }

  /** Sizes behind a name, `name[size]`, which make the type one of arrays; the first size is the outermost. */
  sizesBehindName(type: TypeReference): TypeReference {
    if (!this.is('[')) return type;
    const opening = this.advance();
    if (this.is(']')) this.fail('the number of elements', "in '[]'");
    const size = this.expression();
    this.expectClosing(']', opening, 'in the size of an array');
    const element = this.sizesBehindName(type);
    return { kind: 'ArrayType', element, size, span: type.span };
  }

  /** argument: expression | name "=" expression | "_" | name "=" "_" */
  #argument(): Argument {
    const start = this.current.span;
    let name: Identifier | undefined;
    if (this.isName() && this.is('=', 1)) {
      name = this.expectName('an argument');
      this.advance();
    }
    const value: Expression = this.is('_')
      ? { kind: 'DontCareExpression', span: this.advance().span }
      : this.expression();
    return { kind: 'Argument', name, value, span: this.from(start) };
  }

  // ------------------------------------------------------------------------------------------------
  // Types

  /** typeRef: baseType | typeName | specializedType | arrayType | p4listType | tupleType; typeArg adds VOID and "_". */
  type(what = 'a type'): TypeReference {
    return this.deeper(2, () => {
      const start = this.current.span;
      let type = this.#simpleType(what);
      // arrayType: typeRef "[" expression "]"
      while (this.is('[')) {
        const opening = this.advance();
        if (this.is(']')) this.fail('the number of elements', "in '[]'");
        const size = this.expression();
        this.expectClosing(']', opening, 'in an array type');
        type = { kind: 'ArrayType', element: type, size, span: this.from(start) };
      }
      return type;
    });
  }

  #simpleType(what: string): TypeReference {
    const token = this.current;
    const start = token.span;
    if (this.is('_')) {
      this.advance();
      return { kind: 'BaseType', name: '_', span: start };
    }
    if (token.kind === 'keyword') {
      switch (token.text) {
        case 'bool':
        case 'error':
        case 'string':
        case 'match_kind':
        case 'void':
          this.advance();
          return { kind: 'BaseType', name: token.text, span: start };
        case 'bit':
        case 'int':
        case 'varbit':
          return this.#sizedType(token.text);
        case 'tuple': {
          // tupleType: TUPLE "<" typeArgumentList ">"
          this.advance();
          const opening = this.expect('<', "behind 'tuple'");
          const elements = this.list('>', () => this.type());
          this.expectClosing('>', opening, 'in a tuple type');
          return { kind: 'TupleType', elements, span: this.from(start) };
        }
        case 'list':
          if (this.is('<', 1)) {
            // p4listType: LIST "<" typeArg ">"
            this.advance();
            const opening = this.advance();
            const element = this.type();
            this.expectClosing('>', opening, 'in a list type');
            return { kind: 'ListType', element, span: this.from(start) };
          }
          break;
        default:
          break;
      }
    }
    return this.#namedType(what);
  }

  /** baseType: BIT | INT | BIT "<" INTEGER ">" | BIT "<" "(" expression ")" ">" and so for INT and VARBIT */
  #sizedType(name: 'bit' | 'int' | 'varbit'): TypeReference {
    const start = this.advance().span;
    if (!this.is('<')) {
      return name === 'int'
        ? { kind: 'BaseType', name, span: start }
        : { kind: 'SizedType', name, width: undefined, span: start };
    }
    const opening = this.advance();
    if (this.is('>'))
      this.fail('a width', `in '${name}<>'`, { hint: `write the number of bits, as in '${name}<8>'` });
    const width = this.#width();
    this.expectClosing('>', opening, `in the width of '${name}'`);
    return { kind: 'SizedType', name, width, span: this.from(start) };
  }

  /** A width is a number, or an expression in parentheses; a bare name is common and unmistakable. */
  #width(): Expression {
    // The '>' that closes the width is not taken for a comparison.
    this.#closingAngle = true;
    const width = this.expression();
    this.#closingAngle = false;
    return width;
  }

  /** typeName: prefixedType; specializedType: typeName "<" typeArgumentList ">" */
  #namedType(what: string): TypeReference {
    const start = this.current.span;
    const absolute = this.accept('.');
    if (!this.isName()) this.fail(what, undefined);
    const name = this.expectName(what);
    const base: NamedTypeReference = { kind: 'NamedType', name, absolute, span: this.from(start) };
    if (!this.is('<')) return base;
    const opening = this.advance();
    const typeArguments = this.list('>', () => this.type('a type argument'));
    this.expectClosing('>', opening, 'in a list of type arguments');
    return { kind: 'SpecializedType', base, typeArguments, span: this.from(start) };
  }

  /**
   * Whether what comes next is a type, from `ahead` on, with names decided by their declarations.
   * @returns how many tokens it takes up, or undefined.
   */
  typeLength(ahead: number, allowUnknown: boolean): number | undefined {
    let position = ahead;
    const token = this.peek(position);
    if (token.kind === 'keyword' && TYPE_KEYWORDS.has(token.text)) position++;
    else {
      if (this.is('.', position)) position++;
      if (!this.isName(position)) return undefined;
      const kind = this.kindOf(this.peek(position).text);
      if (kind === 'value' || (kind === undefined && !allowUnknown)) return undefined;
      position++;
    }
    if (this.is('<', position)) {
      const isSized = token.text === 'bit' || token.text === 'int' || token.text === 'varbit';
      const end = isSized ? this.#skipWidth(position) : this.#skipAngles(position);
      if (end === undefined) return undefined;
      position = end;
    }
    while (this.is('[', position)) {
      const end = this.#skipSquares(position);
      if (end === undefined) return undefined;
      position = end;
    }
    return position;
  }

  /** Behind the '>' that closes the '<' at `ahead`, when only what type arguments are made of stands between. */
  #skipAngles(ahead: number): number | undefined {
    let depth = 0;
    let round = 0;
    for (let position = ahead; position < ahead + MAXIMUM_LOOK_AHEAD; position++) {
      const token = this.peek(position);
      const isMark = token.kind === 'punctuation';
      if (token.kind === 'end' || (isMark && [';', '{', '}'].includes(token.text))) return undefined;
      if (isMark && token.text === '(') round++;
      else if (isMark && token.text === ')') {
        if (--round < 0) return undefined;
      } else if (round > 0) continue;
      else if (isMark && token.text === '<') depth++;
      else if (isMark && token.text === '>') {
        if (--depth === 0) return position + 1;
      } else if (depth === 1 && !this.#mayBeTypeArgument(position)) return undefined;
    }
    return undefined;
  }

  /** Whether a token can stand between type arguments; inside the width of a nested type anything can. */
  #mayBeTypeArgument(position: number): boolean {
    const token = this.peek(position);
    const before = this.peek(position - 1).text;
    switch (token.kind) {
      case 'punctuation':
        return ['.', ',', '_', '[', ']'].includes(token.text);
      case 'keyword':
        return TYPE_KEYWORDS.has(token.text) || SOFT_KEYWORDS.has(token.text);
      case 'identifier': {
        // A value between angle brackets can only be a width, or the size of an array.
        const isWidth = ['bit', 'int', 'varbit'].includes(this.peek(position - 2).text) || before === '[';
        return isWidth || this.kindOf(token.text) !== 'value';
      }
      case 'integer':
        return before === '<' || before === '[';
      default:
        return false;
    }
  }

  /** Behind the '>' that closes a width: the first one outside parentheses. */
  #skipWidth(ahead: number): number | undefined {
    let round = 0;
    for (let position = ahead + 1; position < ahead + MAXIMUM_LOOK_AHEAD; position++) {
      if (this.is('(', position)) round++;
      else if (this.is(')', position)) {
        if (--round < 0) return undefined;
      } else if (round === 0 && this.is('>', position)) return position + 1;
      else if (this.is(';', position) || this.is('{', position) || this.peek(position).kind === 'end')
        return undefined;
    }
    return undefined;
  }

  #skipSquares(ahead: number): number | undefined {
    let depth = 0;
    for (let position = ahead; position < ahead + MAXIMUM_LOOK_AHEAD; position++) {
      if (this.is('[', position)) depth++;
      else if (this.is(']', position) && --depth === 0) return position + 1;
      else if (this.is(';', position) || this.peek(position).kind === 'end') return undefined;
    }
    return undefined;
  }

  // ------------------------------------------------------------------------------------------------
  // Expressions

  /** expression: … | expression "?" expression ":" expression, and binary expressions by precedence */
  expression(): Expression {
    return this.deeper(2, () => {
      const start = this.current.span;
      const condition = this.#binary(0);
      if (!this.is('?')) return condition;
      this.advance();
      const whenTrue = this.expression();
      this.expect(':', "between the two results of '?:'");
      const whenFalse = this.expression();
      return { kind: 'ConditionalExpression', condition, whenTrue, whenFalse, span: this.from(start) };
    });
  }

  /** expression: expression "*" expression and the other binary operators binding tighter than `least` */
  #binary(least: number): Expression {
    const start = this.current.span;
    let left = this.#unary();
    let links = 0;
    for (;;) {
      const operator = this.#operator();
      const precedence = operator === undefined ? undefined : PRECEDENCE.get(operator.text);
      if (operator === undefined || precedence === undefined || precedence <= least) return left;
      for (let taken = 0; taken < operator.tokens; taken++) this.advance();
      if (++links > MAXIMUM_CHAIN) {
        this.complain(() => this.sink.report('P4074', this.current.span, {}));
        throw new SyntaxPanic();
      }
      const right = this.#binary(precedence);
      left = {
        kind: 'BinaryExpression',
        operator: operator.text,
        operatorSpan: operator.span,
        left,
        right,
        span: this.from(start),
      };
    }
  }

  /** The binary operator that comes next; `>>` is two '>' side by side. */
  #closingAngle = false;

  #operator(): { readonly text: BinaryOperator; readonly tokens: number; readonly span: Span } | undefined {
    const token = this.current;
    if (token.kind !== 'punctuation') return undefined;
    const next = this.peek(1);
    if (this.#closingAngle && (token.text === '>' || token.text === '>=')) return undefined;
    if (token.text === '>' && next.kind === 'punctuation' && areSideBySide(token.span, next.span)) {
      if (next.text === '>') return { text: '>>', tokens: 2, span: joinSpans(token.span, next.span) };
      // '>' '>=' side by side is the assignment '>>='.
      if (next.text === '>=') return undefined;
    }
    // '+' ':' is the mark of a slice of constant width.
    if (token.text === '+' && next.text === ':') return undefined;
    return isBinaryOperator(token.text) ? { text: token.text, tokens: 1, span: token.span } : undefined;
  }

  /** expression: "!" | "~" | "-" | "+" expression | "(" typeRef ")" expression | … */
  #unary(): Expression {
    const token = this.current;
    if (token.kind !== 'punctuation') return this.postfix();
    switch (token.text) {
      case '!':
      case '~':
      case '-':
      case '+':
        return this.deeper(1, () => {
          this.advance();
          const operand = this.#unary();
          const operator =
            token.text === '!' ? '!' : token.text === '~' ? '~' : token.text === '-' ? '-' : '+';
          return { kind: 'UnaryExpression', operator, operand, span: this.from(token.span) };
        });
      case '(':
        if (!this.#isCast()) return this.postfix();
        return this.deeper(1, () => {
          const opening = this.advance();
          const type = this.type();
          this.expectClosing(')', opening, 'in a cast');
          const operand = this.#unary();
          return { kind: 'CastExpression', type, operand, span: this.from(token.span) };
        });
      default:
        return this.postfix();
    }
  }

  /** Whether '(' begins a cast: a type stands in it, and behind it something that can be cast. */
  #isCast(): boolean {
    const first = this.peek(1);
    if (first.kind === 'keyword' && TYPE_KEYWORDS.has(first.text)) {
      const end = this.typeLength(1, true);
      return end !== undefined && this.is(')', end);
    }
    const end = this.typeLength(1, true);
    if (end === undefined || !this.is(')', end)) return false;
    const nameAt = this.is('.', 1) ? 2 : 1;
    if (this.kindOf(this.peek(nameAt).text) === 'type') return true;
    // An unknown name in parentheses is a cast when an operand follows that no operator could precede.
    const next = this.peek(end + 1);
    return (
      next.kind === 'integer' ||
      next.kind === 'identifier' ||
      next.text === '{' ||
      next.text === 'true' ||
      next.text === 'false'
    );
  }

  /** expression: expression "[" … "]" | expression "." member | expression "(" argumentList ")" | expression "<" realTypeArgumentList ">" "(" argumentList ")" */
  postfix(): Expression {
    const start = this.current.span;
    let target = this.#primary();
    let links = 0;
    for (;;) {
      if (++links > MAXIMUM_CHAIN) {
        this.complain(() => this.sink.report('P4074', this.current.span, {}));
        throw new SyntaxPanic();
      }
      if (this.is('.')) target = this.#member(target, start);
      else if (this.is('[')) target = this.#subscript(target, start);
      else if (this.is('(')) target = this.#call(target, [], start);
      else if (this.is('<') && (target.kind === 'NameExpression' || target.kind === 'MemberExpression')) {
        const end = this.#skipAngles(0);
        if (end === undefined || !this.is('(', end)) return target;
        const opening = this.advance();
        const typeArguments = this.list('>', () => this.type('a type argument'));
        this.expectClosing('>', opening, 'in a list of type arguments');
        target = this.#call(target, typeArguments, start);
      } else return target;
    }
  }

  #member(target: Expression, start: Span): Expression {
    this.advance();
    const token = this.current;
    // Any word may be a field's or method's name behind a dot, 'apply' above all.
    if (token.kind !== 'identifier' && token.kind !== 'keyword')
      this.fail('the name of a field or method', "behind '.'");
    this.advance();
    const member: Identifier = { kind: 'Identifier', name: token.text, span: token.span };
    return { kind: 'MemberExpression', target, member, span: this.from(start) };
  }

  /** expression "[" expression "]" | expression "[" expression ":" expression "]" | expression "[" expression "+" ":" expression "]" */
  #subscript(target: Expression, start: Span): Expression {
    const opening = this.advance();
    if (this.is(']')) this.fail('an index', "in '[]'");
    const index = this.expression();
    if (this.accept(':')) {
      const low = this.expression();
      this.expectClosing(']', opening, 'in a slice');
      return { kind: 'SliceExpression', target, high: index, low, span: this.from(start) };
    }
    if (this.is('+') && this.is(':', 1)) {
      this.advance();
      this.advance();
      const width = this.expression();
      this.expectClosing(']', opening, 'in a slice');
      return { kind: 'PartSelectExpression', target, low: index, width, span: this.from(start) };
    }
    this.expectClosing(']', opening, 'behind an index');
    return { kind: 'IndexExpression', target, index, span: this.from(start) };
  }

  #call(callee: Expression, typeArguments: readonly TypeReference[], start: Span): CallExpression {
    const given = this.arguments();
    return { kind: 'CallExpression', callee, typeArguments, arguments: given, span: this.from(start) };
  }

  #primary(): Expression {
    const token = this.current;
    const { span } = token;
    switch (token.kind) {
      case 'integer':
        this.advance();
        return { kind: 'IntegerLiteral', ...token.value, span };
      case 'string':
        return this.#strings();
      case 'keyword':
        return this.#keyword(token.text);
      case 'punctuation':
        return this.#mark(token.text);
      case 'identifier':
        return this.#name();
      default:
        return this.fail('an expression', undefined);
    }
  }

  /** Adjacent string literals are one (specification §6.4.3.3). */
  #strings(): Expression {
    const start = this.current.span;
    const parts: string[] = [];
    for (;;) {
      const token = this.current;
      if (token.kind !== 'string') break;
      parts.push(token.value);
      this.advance();
    }
    return { kind: 'StringLiteral', value: parts.join(''), span: this.from(start) };
  }

  #keyword(word: string): Expression {
    const { span } = this.current;
    switch (word) {
      case 'true':
      case 'false':
        this.advance();
        return { kind: 'BooleanLiteral', value: word === 'true', span };
      case 'this':
        this.advance();
        return { kind: 'ThisExpression', span };
      case 'default':
        return this.fail('an expression', undefined, {
          hint: "'default' stands alone in a select case, a table entry or a switch label",
        });
      case 'list':
        if (!this.is('<', 1)) return this.#name();
        break;
      default:
        break;
    }
    if (TYPE_KEYWORDS.has(word)) {
      const type = this.type();
      return { kind: 'TypeExpression', type, span: this.from(span) };
    }
    if (SOFT_KEYWORDS.has(word)) return this.#name();
    return this.fail('an expression', undefined);
  }

  #mark(mark: string): Expression {
    const token = this.current;
    switch (mark) {
      case '(': {
        this.advance();
        const inner = this.#bracketed(() => this.expression());
        this.expectClosing(')', token, 'in an expression');
        return { kind: 'ParenthesizedExpression', inner, span: this.from(token.span) };
      }
      case '{#}':
        this.advance();
        return { kind: 'InvalidHeaderExpression', span: token.span };
      case '...':
        this.advance();
        return { kind: 'DotsExpression', span: token.span };
      case '{':
        return this.#braces();
      case '.': {
        this.advance();
        const name = this.expectName("a name behind '.'");
        return { kind: 'NameExpression', name, absolute: true, span: this.from(token.span) };
      }
      case '_':
        return this.fail('an expression', undefined, {
          hint: "'_' can only stand for an argument or a key that does not matter",
        });
      default:
        return this.fail('an expression', undefined);
    }
  }

  /** "{" expressionList optTrailingComma "}" | "{" kvList optTrailingComma "}" | "{" kvList "," DOTS optTrailingComma "}" */
  #braces(): Expression {
    const opening = this.advance();
    if (this.isName() && this.is('=', 1)) {
      const fields: NamedValue[] = [];
      let trailingDots: DotsExpression | undefined;
      while (!this.is('}') && !this.atEnd) {
        trailingDots = this.#trailingDots();
        if (trailingDots !== undefined) break;
        fields.push(this.namedValue('a field'));
        if (!this.accept(',')) break;
      }
      this.expectClosing('}', opening, 'in a structure-valued expression');
      return { kind: 'StructExpression', fields, trailingDots, span: this.from(opening.span) };
    }
    const elements: Expression[] = [];
    let trailingDots: DotsExpression | undefined;
    while (!this.is('}') && !this.atEnd) {
      trailingDots = this.#trailingDots();
      if (trailingDots !== undefined) break;
      elements.push(this.is('default') || this.is('_') ? this.#dontCareElement() : this.expression());
      if (!this.accept(',')) break;
    }
    this.expectClosing('}', opening, 'in a list');
    return { kind: 'ListExpression', elements, trailingDots, span: this.from(opening.span) };
  }

  /** `default` and `_` inside braces are keysets of their own; the checker knows whether they may stand there. */
  #dontCareElement(): Expression {
    const token = this.advance();
    return token.text === 'default'
      ? { kind: 'DefaultExpression', span: token.span }
      : { kind: 'DontCareExpression', span: token.span };
  }

  /** `...` as the last element; what stands behind it is reported. */
  #trailingDots(): DotsExpression | undefined {
    if (!this.is('...')) return undefined;
    const { span } = this.advance();
    this.accept(',');
    if (!this.is('}') && !this.atEnd) {
      this.fail("'}'", "behind '...'", { hint: "'...' stands for all that is left, so it comes last" });
    }
    return { kind: 'DotsExpression', span };
  }

  /** prefixedNonTypeName | typeName | specializedType, the last when a member or call follows */
  #name(): Expression {
    const { span } = this.current;
    const isType = this.kindOf(this.current.text) === 'type';
    if (isType && this.is('<', 1)) {
      const end = this.#skipAngles(1);
      if (end !== undefined && (this.is('(', end) || this.is('.', end))) {
        const type = this.type();
        return { kind: 'TypeExpression', type, span: this.from(span) };
      }
    }
    const name = this.expectName('an expression');
    return { kind: 'NameExpression', name, absolute: false, span };
  }

  // ------------------------------------------------------------------------------------------------
  // Keysets

  /** keysetExpression: tupleKeysetExpression | simpleKeysetExpression */
  keyset(): Expression {
    if (!this.is('(') || !this.#isTupleKeyset()) return this.#simpleKeyset();
    const opening = this.advance();
    const elements = this.list(')', () => this.#simpleKeyset());
    this.expectClosing(')', opening, 'in a keyset');
    return { kind: 'TupleKeysetExpression', elements, span: this.from(opening.span) };
  }

  /** Whether the parenthesis holds several keys, or one that only a keyset can be, and ':' or nothing more follows. */
  #isTupleKeyset(): boolean {
    let depth = 0;
    let marked = false;
    for (let position = 0; position < MAXIMUM_LOOK_AHEAD; position++) {
      const token = this.peek(position);
      if (token.kind === 'end') return marked;
      if (token.kind === 'keyword' && token.text === 'default' && depth === 1) marked = true;
      if (token.kind !== 'punctuation') continue;
      if (token.text === '(' || token.text === '{' || token.text === '[') depth++;
      else if (token.text === ')' || token.text === '}' || token.text === ']') {
        if (--depth === 0) return marked && (this.is(':', position + 1) || !this.#continues(position + 1));
      } else if (depth === 1 && [',', '&&&', '..', '_'].includes(token.text)) marked = true;
      else if (token.text === ';') return marked;
    }
    return marked;
  }

  /** Whether an operator at `ahead` would carry an expression on. */
  #continues(ahead: number): boolean {
    const token = this.peek(ahead);
    return (
      token.kind === 'punctuation' &&
      (PRECEDENCE.has(token.text) || ['.', '[', '?', '&&&', '..'].includes(token.text))
    );
  }

  /** simpleKeysetExpression: expression | expression "&&&" expression | expression ".." expression | DEFAULT | "_" */
  #simpleKeyset(): Expression {
    const start = this.current.span;
    if (this.accept('default')) return { kind: 'DefaultExpression', span: start };
    if (this.accept('_')) return { kind: 'DontCareExpression', span: start };
    const value = this.expression();
    if (this.accept('&&&')) {
      const mask = this.expression();
      return { kind: 'MaskExpression', value, mask, span: this.from(start) };
    }
    if (this.accept('..')) {
      const high = this.expression();
      return { kind: 'RangeExpression', low: value, high, span: this.from(start) };
    }
    return value;
  }

  /** forCollectionExpr: expression | expression ".." expression */
  collection(): Expression {
    return this.#simpleKeyset();
  }
}

function annotationToken(token: Token): AnnotationToken {
  const value =
    token.kind === 'string' ? token.value : token.kind === 'integer' ? token.value.value : undefined;
  return { text: token.text, value, span: token.span };
}
