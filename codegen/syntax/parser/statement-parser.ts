/** Statements, and the declarations that may stand among them. Longer than most: their productions belong together. */

import type {
  Annotation,
  AssignmentOperator,
  BlockStatement,
  ConstantDeclaration,
  Expression,
  ForInStatement,
  FunctionDeclaration,
  IfStatement,
  Instantiation,
  ObjectInitializer,
  Parameter,
  Statement,
  SwitchCase,
  SwitchStatement,
  TypeParameter,
  TypeReference,
  VariableDeclaration,
} from '../ast.ts';
import { areSideBySide, joinSpans, type Span } from '../source.ts';
import type { Keyword } from '../tokens.ts';
import { SyntaxPanic, TYPE_KEYWORDS } from './cursor.ts';
import { ExpressionParser } from './expression-parser.ts';

const ASSIGNMENTS: ReadonlySet<string> = new Set([
  '=',
  '*=',
  '/=',
  '%=',
  '+=',
  '-=',
  '|+|=',
  '|-|=',
  '<<=',
  '&=',
  '|=',
  '^=',
]);

function isAssignment(text: string): text is AssignmentOperator {
  return ASSIGNMENTS.has(text);
}

/** Operators that C, or a reader, might join with '=', and P4 does not (specification §12.1). */
const NOT_ASSIGNING: ReadonlySet<string> = new Set(['&&', '||', '++', '&&&', '..', '~', '!']);

/** 'else if' may follow itself this often. */
const MAXIMUM_BRANCHES = 1000;

/** Keywords that begin a statement; after a mistake reading goes on before one. */
const STATEMENT_STARTS: readonly Keyword[] = [
  'if',
  'switch',
  'for',
  'return',
  'exit',
  'const',
  'transition',
  'state',
  'table',
  'action',
];

/** Reads statements and blocks. */
export class StatementParser extends ExpressionParser {
  /** blockStatement: optAnnotations "{" statOrDeclList "}" */
  block(annotations: readonly Annotation[], context: string): BlockStatement {
    const opening = this.expect('{', context);
    const statements = this.scoped(() => this.statements());
    this.expectClosing('}', opening, context);
    return { kind: 'BlockStatement', annotations, statements, span: this.from(opening.span) };
  }

  /** statOrDeclList: nothing | statOrDeclList statementOrDeclaration; up to '}' or the end */
  statements(): readonly Statement[] {
    const statements: Statement[] = [];
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      const statement = this.recovering(() => this.statement(), STATEMENT_STARTS);
      if (statement !== undefined) statements.push(statement);
      if (this.#atForeignDeclaration()) break;
    }
    return statements;
  }

  /** After recovery: a declaration that no block can hold means that the block's '}' was lost. */
  #atForeignDeclaration(): boolean {
    return (
      (this.is('state') && this.isName(1) && this.is('{', 2)) ||
      (this.is('table') && this.isName(1)) ||
      (this.is('action') && this.isName(1) && this.is('(', 2))
    );
  }

  /** statement, and the declarations of statementOrDeclaration */
  statement(): Statement {
    return this.deeper(3, () => {
      const annotations = this.annotations();
      const token = this.current;
      if (token.kind === 'punctuation') {
        if (token.text === ';') {
          this.advance();
          return { kind: 'EmptyStatement', span: token.span };
        }
        if (token.text === '{') return this.block(annotations, 'in a block');
      }
      if (token.kind === 'keyword') {
        const statement = this.#keywordStatement(token.text, annotations);
        if (statement !== undefined) return statement;
      }
      if (token.kind === 'identifier') this.#rejectForeignWords();
      const statement = this.simpleStatement(annotations);
      if (statement.kind !== 'Instantiation') this.expectSemicolon(describeStatement(statement));
      return statement;
    });
  }

  #keywordStatement(word: Keyword, annotations: readonly Annotation[]): Statement | undefined {
    const { span } = this.current;
    switch (word) {
      case 'if':
        return this.#ifStatement();
      case 'switch':
        return this.#switchStatement();
      case 'for':
        return this.scoped(() => this.#forStatement(annotations));
      case 'const':
        return this.constant(annotations);
      case 'return': {
        // returnStatement: RETURN ";" | RETURN expression ";"
        this.advance();
        const value = this.isAny(';', '}') ? undefined : this.expression();
        this.expectSemicolon("'return'");
        return { kind: 'ReturnStatement', value, span: this.from(span) };
      }
      case 'exit':
        this.advance();
        this.expectSemicolon("'exit'");
        return { kind: 'ExitStatement', span: this.from(span) };
      case 'break':
        this.advance();
        this.expectSemicolon("'break'");
        return { kind: 'BreakStatement', span: this.from(span) };
      case 'continue':
        this.advance();
        this.expectSemicolon("'continue'");
        return { kind: 'ContinueStatement', span: this.from(span) };
      case 'else':
        this.complain(() =>
          this.sink.report(
            'P4083',
            span,
            {},
            { hint: "an 'if' with several statements before 'else' needs '{ … }' around them" },
          ),
        );
        throw new SyntaxPanic();
      case 'transition':
        this.complain(() => this.sink.report('P4079', span, {}));
        throw new SyntaxPanic();
      case 'action':
      case 'table':
      case 'state':
      case 'control':
      case 'parser':
      case 'struct':
      case 'header':
      case 'header_union':
      case 'enum':
      case 'typedef':
      case 'extern':
      case 'package':
      case 'value_set':
        if (word === 'state' && !(this.isName(1) && this.is('{', 2))) return undefined;
        this.complain(() =>
          this.sink.report('P4077', span, { what: `'${word}'`, place: 'among statements' }),
        );
        throw new SyntaxPanic();
      default:
        return undefined;
    }
  }

  /** Statements of other languages get a message of their own. */
  #rejectForeignWords(): void {
    const { text, span } = this.current;
    const next = this.peek(1);
    if (
      (text === 'while' || text === 'do' || text === 'goto') &&
      (next.text === '(' || next.text === '{' || next.kind === 'identifier')
    ) {
      this.complain(() =>
        this.sink.report(
          'P4066',
          span,
          { word: text },
          { hint: "a loop is written 'for (init; condition; update) { … }'" },
        ),
      );
      throw new SyntaxPanic();
    }
    if ((text === 'elif' || text === 'elseif' || text === 'elsif') && next.text === '(') {
      this.complain(() => this.sink.report('P4066', span, { word: text }, { hint: "write 'else if (…)'" }));
      throw new SyntaxPanic();
    }
  }

  /** conditionalStatement: IF "(" expression ")" statement | IF "(" expression ")" statement ELSE statement */
  #ifStatement(): IfStatement {
    // A chain of 'else if' is read in a loop: it may be long, and costs no depth.
    const branches: { readonly start: Span; readonly condition: Expression; readonly whenTrue: Statement }[] =
      [];
    let last: Statement | undefined;
    do {
      const start = this.expect('if', 'in a statement').span;
      const condition = this.#condition('if');
      branches.push({ start, condition, whenTrue: this.statement() });
      if (branches.length > MAXIMUM_BRANCHES) {
        this.complain(() => this.sink.report('P4074', this.current.span, {}));
        throw new SyntaxPanic();
      }
      if (!this.accept('else')) break;
      if (!this.is('if')) {
        last = this.statement();
        break;
      }
    } while (!this.atEnd);
    let chain = last;
    for (const { start, condition, whenTrue } of branches.reverse()) {
      chain = { kind: 'IfStatement', condition, whenTrue, whenFalse: chain, span: this.from(start) };
    }
    if (chain?.kind !== 'IfStatement') throw new SyntaxPanic();
    return chain;
  }

  #condition(word: string): Expression {
    const opening = this.expect('(', `behind '${word}'`);
    const condition = this.expression();
    if (this.is('=')) {
      this.complain(() =>
        this.sink.report('P4065', this.current.span, {}, { hint: "to compare write '=='" }),
      );
      throw new SyntaxPanic();
    }
    this.expectClosing(')', opening, `in the condition of '${word}'`);
    return condition;
  }

  /** switchStatement: SWITCH "(" expression ")" "{" switchCases "}" */
  #switchStatement(): SwitchStatement {
    const start = this.advance().span;
    const expression = this.#condition('switch');
    const opening = this.expect('{', "behind 'switch (…)'");
    const cases: SwitchCase[] = [];
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      const switchCase = this.recovering(() => this.#switchCase());
      if (switchCase !== undefined) cases.push(switchCase);
    }
    this.expectClosing('}', opening, "in 'switch'");
    return { kind: 'SwitchStatement', expression, cases, span: this.from(start) };
  }

  /** switchCase: switchLabel ":" blockStatement | switchLabel ":" */
  #switchCase(): SwitchCase {
    const start = this.current.span;
    if (this.current.text === 'case' && this.current.kind === 'identifier' && !this.is(':', 1)) {
      this.complain(() =>
        this.sink.report(
          'P4066',
          start,
          { word: 'case' },
          { hint: "labels of 'switch' are written without 'case': 'value: { … }'" },
        ),
      );
      throw new SyntaxPanic();
    }
    const label: Expression = this.is('default')
      ? { kind: 'DefaultExpression', span: this.advance().span }
      : this.expression();
    this.expect(':', "behind a label of 'switch'");
    if (this.is('{')) {
      const body = this.block([], "in a case of 'switch'");
      return { kind: 'SwitchCase', label, body, span: this.from(start) };
    }
    if (this.is('@') || this.current.kind === 'pragma') {
      const body = this.block(this.annotations(), "in a case of 'switch'");
      return { kind: 'SwitchCase', label, body, span: this.from(start) };
    }
    if (!this.is('}') && !this.is('default') && !this.#labelFollows()) {
      this.complain(() => this.sink.report('P4072', this.current.span, {}, { hint: "write 'label: { … }'" }));
      throw new SyntaxPanic();
    }
    return { kind: 'SwitchCase', label, body: undefined, span: this.from(start) };
  }

  /** Whether another label comes next: a ':' stands before the next ';' or brace. */
  #labelFollows(): boolean {
    for (let position = 0; position < 200; position++) {
      if (this.is(':', position)) return true;
      if (
        this.is(';', position) ||
        this.is('{', position) ||
        this.is('}', position) ||
        this.is('=', position) ||
        this.peek(position).kind === 'end'
      )
        return false;
    }
    return false;
  }

  /** forStatement: optAnnotations FOR "(" forInitStatements ";" expression ";" forUpdateStatements ")" statement | … IN … */
  #forStatement(annotations: readonly Annotation[]): Statement {
    const start = this.advance().span;
    const opening = this.expect('(', "behind 'for'");
    const forIn = this.#forIn(annotations, start);
    if (forIn !== undefined) return forIn;
    const initializers = this.#forParts(';');
    this.expect(';', "behind the initialisation of 'for'");
    const condition = this.expression();
    this.expect(';', "behind the condition of 'for'");
    const updates = this.#forParts(')');
    this.expectClosing(')', opening, "in 'for'");
    const body = this.statement();
    return {
      kind: 'ForStatement',
      annotations,
      initializers,
      condition,
      updates,
      body,
      span: this.from(start),
    };
  }

  #forIn(annotations: readonly Annotation[], start: Span): ForInStatement | undefined {
    const before = this.index;
    const own = this.annotations();
    const typeStart = this.current.span;
    if (this.isName() && this.is('in', 1)) {
      const hint = `the loop declares its variable: write 'bit<8> ${this.current.text} in …', with the type that is meant`;
      this.fail("the type of the loop's variable", "in 'for'", { hint });
    }
    const length = this.typeLength(0, true);
    if (length === undefined || !this.isName(length) || !this.is('in', length + 1)) {
      this.rewind(before);
      return undefined;
    }
    const type = this.type();
    const name = this.expectName('a loop variable');
    const variable: VariableDeclaration = {
      kind: 'VariableDeclaration',
      annotations: own,
      type,
      name,
      initializer: undefined,
      span: this.from(typeStart),
    };
    this.advance();
    const collection = this.collection();
    this.expect(')', "in 'for'");
    this.note(name, 'value');
    const body = this.statement();
    return { kind: 'ForInStatement', annotations, variable, collection, body, span: this.from(start) };
  }

  #forParts(end: ';' | ')'): readonly Statement[] {
    const parts: Statement[] = [];
    while (!this.is(end) && !this.atEnd) {
      parts.push(this.simpleStatement(this.annotations()));
      if (!this.accept(',')) break;
    }
    return parts;
  }

  /**
   * A variable, an instantiation, an assignment or a call, without its ';'
   * (grammar: declOrAssignmentOrMethodCallStatement, directApplication). An instantiation takes its ';'.
   */
  simpleStatement(annotations: readonly Annotation[]): Statement {
    const start = this.current.span;
    if (this.startsDeclaration()) {
      const type = this.type();
      if (this.is('(')) return this.instantiation(annotations, type, start);
      return this.variable(annotations, type, start);
    }
    const target = this.postfix();
    const operator = this.current;
    if (operator.kind === 'punctuation') {
      if (isAssignment(operator.text)) {
        this.advance();
        const value = this.expression();
        return {
          kind: 'AssignmentStatement',
          operator: operator.text,
          operatorSpan: operator.span,
          target,
          value,
          span: this.from(start),
        };
      }
      if (this.is('>') && this.is('>=', 1) && areSideBySide(operator.span, this.peek(1).span)) {
        const operatorSpan = joinSpans(operator.span, this.peek(1).span);
        this.advance();
        this.advance();
        const value = this.expression();
        return {
          kind: 'AssignmentStatement',
          operator: '>>=',
          operatorSpan,
          target,
          value,
          span: this.from(start),
        };
      }
      if (
        NOT_ASSIGNING.has(operator.text) &&
        this.is('=', 1) &&
        areSideBySide(operator.span, this.peek(1).span)
      ) {
        const written = `${operator.text}=`;
        const hint = `write the operation out: 'x = x ${operator.text} …'`;
        this.complain(() =>
          this.sink.report(
            'P4068',
            joinSpans(operator.span, this.peek(1).span),
            { operator: written },
            { hint },
          ),
        );
        throw new SyntaxPanic();
      }
      if (operator.text === '++' || (operator.text === '-' && this.is('-', 1))) {
        const sign = operator.text === '++' ? '+' : '-';
        if (this.is(';', 1) || this.is(';', 2) || this.is(')', 1)) {
          this.complain(() =>
            this.sink.report(
              'P4067',
              operator.span,
              { operator: sign + sign },
              { hint: `write '${sign}= 1'` },
            ),
          );
          throw new SyntaxPanic();
        }
      }
    }
    if (target.kind === 'CallExpression') return { kind: 'CallStatement', call: target, span: target.span };
    return this.#rejectStatement(target);
  }

  #rejectStatement(target: Expression): never {
    const isComputed = this.isAny('+', '-', '*', '/', '%', '&', '|', '^', '==', '!=', '<=', '&&', '||', '?');
    if (isComputed || this.is(';') || this.is('}')) {
      this.complain(() =>
        this.sink.report(
          'P4075',
          target.span,
          {},
          {
            hint: target.kind === 'NameExpression' ? `to call it write '${target.name.name}();'` : undefined,
          },
        ),
      );
      throw new SyntaxPanic();
    }
    return this.fail("'=', another assignment operator, or '('", 'in a statement');
  }

  /** Whether a type begins a declaration here, rather than an expression. */
  startsDeclaration(): boolean {
    const token = this.current;
    if (token.kind === 'keyword' && TYPE_KEYWORDS.has(token.text)) {
      if (token.text === 'list') return this.is('<', 1);
      return !this.is('.', 1);
    }
    const length = this.typeLength(0, true);
    if (length === undefined) return false;
    const nameAt = this.is('.') ? 1 : 0;
    const isKnownType = this.kindOf(this.peek(nameAt).text) === 'type';
    if (isKnownType)
      return (
        this.isName(length) ||
        (this.is('(', length) && this.#instanceFollows(length)) ||
        this.peek(length).kind === 'keyword'
      );
    // `unknown x;`, `unknown<…> x`, `unknown[3] x`: only a declaration reads like this.
    if (!this.isName(length)) return false;
    return (
      this.is(';', length + 1) ||
      this.is('=', length + 1) ||
      this.is('[', length + 1) ||
      (length === nameAt + 1 && !this.is('(', length + 1))
    );
  }

  /** Whether behind the arguments that open at `ahead` a name follows: `T(…) name`. */
  #instanceFollows(ahead: number): boolean {
    let depth = 0;
    for (let position = ahead; position < ahead + 2000; position++) {
      if (this.is('(', position)) depth++;
      else if (this.is(')', position) && --depth === 0) return this.isName(position + 1);
      else if (this.peek(position).kind === 'end' || (depth === 1 && this.is(';', position))) return true;
    }
    return true;
  }

  /** variableDeclarationWithoutSemicolon: annotations typeRef name optInitializer | typeRef name optInitializer */
  variable(annotations: readonly Annotation[], type: TypeReference, start: Span): VariableDeclaration {
    const name = this.expectName('a variable');
    const sizedType = this.sizesBehindName(type);
    const initializer = this.accept('=') ? this.expression() : undefined;
    this.note(name, 'value');
    return {
      kind: 'VariableDeclaration',
      annotations,
      type: sizedType,
      name,
      initializer,
      span: this.from(start),
    };
  }

  /** constantDeclaration: optAnnotations CONST typeRef name "=" initializer ";" */
  constant(annotations: readonly Annotation[]): ConstantDeclaration {
    const start = this.advance().span;
    const type = this.type('the type of a constant');
    const name = this.expectName('a constant');
    if (this.is(';')) {
      this.complain(() =>
        this.sink.report(
          'P4092',
          name.span,
          { name: name.name },
          { hint: `write 'const … ${name.name} = value;'` },
        ),
      );
      throw new SyntaxPanic();
    }
    this.expect('=', 'behind the name of a constant');
    const initializer = this.expression();
    this.expectSemicolon('the declaration of a constant');
    this.note(name, 'value');
    return { kind: 'ConstantDeclaration', annotations, type, name, initializer, span: this.from(start) };
  }

  /** instantiation: optAnnotations typeRef "(" argumentList ")" name ";" | … name "=" objInitializer ";" */
  instantiation(annotations: readonly Annotation[], type: TypeReference, start: Span): Instantiation {
    const given = this.arguments();
    const name = this.expectName('an instance');
    this.note(name, 'value');
    const sizedType = this.sizesBehindName(type);
    const initializer = this.accept('=') ? this.#objectInitializer() : undefined;
    this.expectSemicolon('an instantiation');
    return {
      kind: 'Instantiation',
      annotations,
      type: sizedType,
      arguments: given,
      name,
      initializer,
      span: this.from(start),
    };
  }

  /** objInitializer: "{" objDeclarations "}" */
  #objectInitializer(): ObjectInitializer {
    const opening = this.expect('{', "behind '=' of an instantiation");
    const members: (FunctionDeclaration | Instantiation)[] = [];
    this.scoped(() => {
      while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
        if (this.accept(';')) continue;
        const member = this.recovering(() => this.functionOrInstantiation(this.annotations()));
        if (member !== undefined) members.push(member);
      }
    });
    this.expectClosing('}', opening, 'in the implementation of abstract methods');
    return { kind: 'ObjectInitializer', members, span: this.from(opening.span) };
  }

  /** functionDeclaration: annotations functionPrototype blockStatement | functionPrototype blockStatement; or an instantiation */
  functionOrInstantiation(annotations: readonly Annotation[]): FunctionDeclaration | Instantiation {
    const start = this.current.span;
    const type = this.type('a declaration');
    if (this.is('(')) return this.instantiation(annotations, type, start);
    const name = this.expectName('a function or an instance');
    this.note(name, 'value');
    if (this.is('=') || this.is(';')) {
      this.complain(() =>
        this.sink.report(
          'P4076',
          name.span,
          { name: name.name },
          {
            hint: this.is('=')
              ? "write 'const' before it if it never changes"
              : 'declare it inside a parser or control',
          },
        ),
      );
      throw new SyntaxPanic();
    }
    return this.scoped(() => {
      const typeParameters = this.typeParameters();
      const parameters = this.parameters();
      const body = this.block([], 'in the body of a function');
      return {
        kind: 'FunctionDeclaration' as const,
        annotations,
        returnType: type,
        name,
        typeParameters,
        parameters,
        body,
        span: this.from(start),
      };
    });
  }

  /** optTypeParameters: nothing | "<" typeParameterList ">" */
  typeParameters(): readonly TypeParameter[] {
    if (!this.is('<')) return [];
    const opening = this.advance();
    const parameters = this.list('>', (): TypeParameter => {
      const name = this.expectName('a type variable');
      this.note(name, 'type');
      return { kind: 'TypeParameter', name, span: name.span };
    });
    this.expectClosing('>', opening, 'in a list of type variables');
    return parameters;
  }

  /** parameterList: nothing | nonEmptyParameterList, in parentheses */
  parameters(): readonly Parameter[] {
    const opening = this.expect('(', 'before parameters');
    const parameters = this.list(')', () => this.#parameter());
    this.expectClosing(')', opening, 'in a list of parameters');
    return parameters;
  }

  /** parameter: optAnnotations direction typeRef name | optAnnotations direction typeRef name "=" expression */
  #parameter(): Parameter {
    const annotations = this.annotations();
    const start = this.current.span;
    const word = this.current.text;
    const direction =
      this.current.kind === 'keyword' && (word === 'in' || word === 'out' || word === 'inout')
        ? word
        : undefined;
    if (direction !== undefined) this.advance();
    const type = this.type('the type of a parameter');
    const name = this.expectName('a parameter');
    this.note(name, 'value');
    const defaultValue = this.accept('=') ? this.expression() : undefined;
    return { kind: 'Parameter', annotations, direction, type, name, defaultValue, span: this.from(start) };
  }
}

function describeStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'VariableDeclaration':
      return 'the declaration of a variable';
    case 'CallStatement':
      return 'a call';
    default:
      return 'an assignment';
  }
}
