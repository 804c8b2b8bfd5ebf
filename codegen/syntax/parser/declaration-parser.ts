/**
 * Declarations: everything at top level, and the locals of parsers, controls and tables.
 * Longer than most: their productions belong together.
 */

import type {
  ActionDeclaration,
  ActionReference,
  Annotation,
  ConstructorPrototype,
  ControlLocal,
  Declaration,
  DerivedTypeDeclaration,
  Identifier,
  KeyElement,
  MethodPrototype,
  Parameter,
  ParserLocal,
  ParserState,
  Program,
  SelectCase,
  SelectTransition,
  Statement,
  StructField,
  TableDeclaration,
  TableEntry,
  TableProperty,
  Transition,
  TypeParameter,
  TypeReference,
  ValueSetDeclaration,
} from '../ast.ts';
import { reportInvalid } from '../lexer.ts';
import type { Span } from '../source.ts';
import type { Keyword } from '../tokens.ts';
import { SyntaxPanic } from './cursor.ts';
import { StatementParser } from './statement-parser.ts';

/** Words that begin declarations in P4-14. */
const P4_14_WORDS: ReadonlySet<string> = new Set([
  'header_type',
  'metadata',
  'field_list',
  'field_list_calculation',
  'calculated_field',
  'parser_exception',
  'counter',
  'meter',
  'register',
  'action_profile',
  'action_selector',
  'primitive_action',
  'blackbox',
  'blackbox_type',
]);

const LOCAL_STARTS: readonly Keyword[] = ['const', 'action', 'table', 'apply', 'state', 'value_set'];

/** Reads whole programs. */
export class DeclarationParser extends StatementParser {
  /** p4program: nothing | p4program declaration | p4program ";" */
  program(): Program {
    const start = this.current.span;
    const declarations: Declaration[] = [];
    while (!this.atEnd) {
      if (this.accept(';')) continue;
      if (this.current.kind === 'pragma' && this.peek(1).kind === 'end') {
        this.advance();
        continue;
      }
      const before = this.index;
      const declaration = this.recovering(() => this.#topLevel());
      if (declaration !== undefined) declarations.push(declaration);
      if (this.index === before) this.#strayToken();
    }
    return { kind: 'Program', declarations, span: this.from(start) };
  }

  /** A token that recovery stopped at and no declaration begins with. */
  #strayToken(): void {
    const token = this.advance();
    if (token.kind === 'invalid') reportInvalid(token, this.sink);
    else if (token.text === '}') this.sink.report('P4063', token.span, { bracket: '}' });
  }

  #topLevel(): Declaration {
    if (this.is('}')) {
      const { span } = this.current;
      this.complain(() => this.sink.report('P4063', span, { bracket: '}' }));
      this.advance();
      throw new SyntaxPanic();
    }
    return this.declaration(this.annotations());
  }

  /** declaration */
  declaration(annotations: readonly Annotation[]): Declaration {
    const token = this.current;
    if (token.kind === 'keyword') {
      const declaration = this.#keywordDeclaration(token.text, annotations);
      if (declaration !== undefined) return declaration;
    }
    if (token.kind === 'identifier') this.#rejectOldWords();
    if (!this.isName() && !this.is('.') && !(token.kind === 'keyword' && this.startsDeclaration())) {
      this.fail('a declaration', 'at top level');
    }
    return this.functionOrInstantiation(annotations);
  }

  #rejectOldWords(): void {
    const { text, span } = this.current;
    if (P4_14_WORDS.has(text) && this.kindOf(text) === undefined && this.isName(1)) {
      this.complain(() => this.sink.report('P4070', span, { word: text }, { hint: 'moor reads P4-16' }));
      throw new SyntaxPanic();
    }
  }

  #keywordDeclaration(word: Keyword, annotations: readonly Annotation[]): Declaration | undefined {
    const start = this.current.span;
    switch (word) {
      case 'const':
        return this.constant(annotations);
      case 'extern':
        return this.#extern(annotations);
      case 'action':
        return this.#action(annotations);
      case 'parser':
      case 'control':
        return this.#block(annotations, word);
      case 'package':
        return this.#package(annotations);
      case 'header':
      case 'header_union':
      case 'struct':
      case 'enum':
        return this.#derivedType(annotations, word);
      case 'typedef':
        return this.#typedef(annotations);
      case 'type':
        if (!this.#startsNewType()) return undefined;
        return this.#newType(annotations);
      case 'error':
      case 'match_kind':
        if (!this.is('{', 1)) return undefined;
        return this.#members(annotations, word);
      case 'table':
      case 'state':
      case 'apply':
      case 'value_set':
      case 'transition':
        if (word === 'apply' && !this.is('{', 1)) return undefined;
        if (word === 'state' && !this.isName(1)) return undefined;
        this.complain(() => this.sink.report('P4077', start, { what: `'${word}'`, place: 'at top level' }));
        throw new SyntaxPanic();
      case 'if':
      case 'for':
      case 'switch':
      case 'return':
        this.complain(() => this.sink.report('P4077', start, { what: `'${word}'`, place: 'at top level' }));
        throw new SyntaxPanic();
      default:
        return undefined;
    }
  }

  #startsNewType(): boolean {
    const length = this.typeLength(1, true);
    return length !== undefined && this.isName(length);
  }

  /** typedefDeclaration: optAnnotations TYPEDEF typeRef name | optAnnotations TYPEDEF derivedTypeDeclaration name */
  #typedef(annotations: readonly Annotation[]): Declaration {
    const start = this.advance().span;
    const inner = this.annotations();
    const word = this.current.text;
    const type: TypeReference | DerivedTypeDeclaration =
      this.current.kind === 'keyword' &&
      (word === 'header' || word === 'header_union' || word === 'struct' || word === 'enum')
        ? this.#derivedType(inner, word)
        : this.type('the type that a new name is for');
    const name = this.expectName('a type');
    this.note(name, 'type');
    this.expectSemicolon("'typedef'");
    return { kind: 'TypedefDeclaration', annotations, type, name, span: this.from(start) };
  }

  /** typedefDeclaration: optAnnotations TYPE typeRef name */
  #newType(annotations: readonly Annotation[]): Declaration {
    const start = this.advance().span;
    const type = this.type('the type that a new type is made of');
    const name = this.expectName('a type');
    this.note(name, 'type');
    this.expectSemicolon("'type'");
    return { kind: 'NewTypeDeclaration', annotations, type, name, span: this.from(start) };
  }

  /** errorDeclaration: ERROR "{" identifierList "}"; matchKindDeclaration: MATCH_KIND "{" identifierList optTrailingComma "}" */
  #members(annotations: readonly Annotation[], word: 'error' | 'match_kind'): Declaration {
    const start = this.advance().span;
    const opening = this.advance();
    const members = this.list('}', () => this.expectName(word === 'error' ? 'an error' : 'a match kind'));
    this.expectClosing('}', opening, `in '${word}'`);
    return {
      kind: word === 'error' ? 'ErrorDeclaration' : 'MatchKindDeclaration',
      annotations,
      members,
      span: this.from(start),
    };
  }

  /** packageTypeDeclaration: optAnnotations PACKAGE name optTypeParameters "(" parameterList ")" */
  #package(annotations: readonly Annotation[]): Declaration {
    const start = this.advance().span;
    const name = this.expectName('a package');
    this.note(name, 'type');
    const [typeParameters, parameters] = this.scoped(
      () => [this.typeParameters(), this.parameters()] as const,
    );
    this.expectSemicolon('the declaration of a package');
    return {
      kind: 'PackageTypeDeclaration',
      annotations,
      name,
      typeParameters,
      parameters,
      span: this.from(start),
    };
  }

  // ------------------------------------------------------------------------------------------------
  // Types

  /** derivedTypeDeclaration: headerTypeDeclaration | headerUnionDeclaration | structTypeDeclaration | enumDeclaration */
  #derivedType(
    annotations: readonly Annotation[],
    word: 'header' | 'header_union' | 'struct' | 'enum',
  ): DerivedTypeDeclaration {
    const start = this.advance().span;
    if (word === 'enum') return this.#enum(annotations, start);
    const name = this.expectName(word === 'header_union' ? 'a header union' : `a ${word}`);
    this.note(name, 'type');
    return this.scoped((): DerivedTypeDeclaration => {
      const typeParameters = this.typeParameters();
      const opening = this.expect('{', `behind the name of a ${word.replace('_', ' ')}`);
      const fields: StructField[] = [];
      while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
        const field = this.recovering(() => this.#field());
        if (field !== undefined) fields.push(field);
      }
      this.expectClosing('}', opening, `in a ${word.replace('_', ' ')}`);
      const common = { annotations, name, typeParameters, fields, span: this.from(start) };
      switch (word) {
        case 'header':
          return { kind: 'HeaderDeclaration', ...common };
        case 'header_union':
          return { kind: 'HeaderUnionDeclaration', ...common };
        default:
          return { kind: 'StructDeclaration', ...common };
      }
    });
  }

  /** structField: optAnnotations typeRef name ";" */
  #field(): StructField {
    const annotations = this.annotations();
    const start = this.current.span;
    const type = this.type('the type of a field');
    const name = this.expectName('a field');
    const sizedType = this.sizesBehindName(type);
    if (this.is('=')) {
      this.complain(() => this.sink.report('P4093', this.current.span, { name: name.name }));
      throw new SyntaxPanic();
    }
    this.expectSemicolon('a field');
    return { kind: 'StructField', annotations, type: sizedType, name, span: this.from(start) };
  }

  /** enumDeclaration: optAnnotations ENUM name "{" identifierList "}" | optAnnotations ENUM typeRef name "{" specifiedIdentifierList "}" */
  #enum(annotations: readonly Annotation[], start: Span): DerivedTypeDeclaration {
    if (this.isName() && this.is('{', 1)) {
      const name = this.expectName('an enum');
      const opening = this.advance();
      const members = this.list('}', () => this.#enumMember());
      this.expectClosing('}', opening, 'in an enum');
      this.note(name, 'type');
      return { kind: 'EnumDeclaration', annotations, name, members, span: this.from(start) };
    }
    const underlyingType = this.type('the name of an enum, or the type that represents it');
    const name = this.expectName('an enum');
    const opening = this.expect('{', 'behind the name of an enum');
    const members = this.list('}', () => this.namedValue('a member of an enum'));
    this.expectClosing('}', opening, 'in an enum');
    this.note(name, 'type');
    return {
      kind: 'SerializableEnumDeclaration',
      annotations,
      underlyingType,
      name,
      members,
      span: this.from(start),
    };
  }

  #enumMember(): Identifier {
    const name = this.expectName('a member of an enum');
    if (this.is('=')) {
      this.complain(() =>
        this.sink.report(
          'P4094',
          this.current.span,
          {},
          { hint: "write the type that represents it before its name: 'enum bit<8> Name { … }'" },
        ),
      );
      throw new SyntaxPanic();
    }
    return name;
  }

  // ------------------------------------------------------------------------------------------------
  // Externs

  /** externDeclaration: optAnnotations EXTERN nonTypeName optTypeParameters "{" methodPrototypes "}" | optAnnotations EXTERN functionPrototype ";" */
  #extern(annotations: readonly Annotation[]): Declaration {
    const start = this.advance().span;
    if (this.#isExternObject()) return this.#externObject(annotations, start);
    const { returnType, name, typeParameters, parameters } = this.#prototype('an extern function');
    this.note(name, 'value');
    this.expectSemicolon('an extern function');
    return {
      kind: 'ExternFunctionDeclaration',
      annotations,
      returnType,
      name,
      typeParameters,
      parameters,
      span: this.from(start),
    };
  }

  /** Whether '{' follows the name and its type variables. */
  #isExternObject(): boolean {
    if (!this.isName()) return false;
    if (this.is('{', 1) || this.is(';', 1)) return true;
    if (!this.is('<', 1)) return false;
    for (let position = 2; position < 500; position++) {
      if (this.is('>', position)) return this.is('{', position + 1);
      if (!this.isName(position) && !this.is(',', position)) return false;
    }
    return false;
  }

  #externObject(annotations: readonly Annotation[], start: Span): Declaration {
    const name = this.expectName('an extern');
    this.note(name, 'type');
    return this.scoped((): Declaration => {
      const typeParameters = this.typeParameters();
      const constructors: ConstructorPrototype[] = [];
      const methods: MethodPrototype[] = [];
      const opening = this.expect('{', 'behind the name of an extern');
      while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
        if (this.accept(';')) continue;
        const member = this.recovering(() => this.#externMember());
        if (member?.kind === 'ConstructorPrototype') constructors.push(member);
        else if (member !== undefined) methods.push(member);
      }
      this.expectClosing('}', opening, 'in an extern');
      return {
        kind: 'ExternDeclaration',
        annotations,
        name,
        typeParameters,
        constructors,
        methods,
        span: this.from(start),
      };
    });
  }

  /** methodPrototype: optAnnotations functionPrototype ";" | optAnnotations ABSTRACT functionPrototype ";" | optAnnotations TYPE_IDENTIFIER "(" parameterList ")" ";" */
  #externMember(): ConstructorPrototype | MethodPrototype {
    const annotations = this.annotations();
    const start = this.current.span;
    const isAbstract = this.accept('abstract');
    if (!isAbstract && this.isName() && this.is('(', 1)) {
      const name = this.expectName('a constructor');
      const parameters = this.scoped(() => this.parameters());
      this.expectSemicolon('a constructor');
      return { kind: 'ConstructorPrototype', annotations, name, parameters, span: this.from(start) };
    }
    const prototype = this.#prototype('a method');
    this.expectSemicolon('a method');
    return { kind: 'MethodPrototype', annotations, isAbstract, ...prototype, span: this.from(start) };
  }

  /** functionPrototype: typeOrVoid name optTypeParameters "(" parameterList ")" */
  #prototype(what: string): {
    readonly returnType: TypeReference;
    readonly name: Identifier;
    readonly typeParameters: readonly TypeParameter[];
    readonly parameters: readonly Parameter[];
  } {
    return this.scoped(() => {
      const returnType = this.type(`the result type of ${what}`);
      const name = this.expectName(what);
      const typeParameters = this.typeParameters();
      const parameters = this.parameters();
      return { returnType, name, typeParameters, parameters };
    });
  }

  // ------------------------------------------------------------------------------------------------
  // Parsers and controls

  /** parserTypeDeclaration ";" | parserDeclaration | controlTypeDeclaration ";" | controlDeclaration */
  #block(annotations: readonly Annotation[], word: 'parser' | 'control'): Declaration {
    const start = this.advance().span;
    const name = this.expectName(`a ${word}`);
    this.note(name, 'type');
    return this.scoped((): Declaration => {
      const typeParameters = this.typeParameters();
      const parameters = this.parameters();
      if (this.is(';') || !(this.is('(') || this.is('{'))) {
        this.expectSemicolon(`the declaration of a ${word} type`);
        const kind = word === 'parser' ? 'ParserTypeDeclaration' : 'ControlTypeDeclaration';
        return { kind, annotations, name, typeParameters, parameters, span: this.from(start) };
      }
      const constructorParameters = this.is('(') ? this.parameters() : [];
      const common = { annotations, name, typeParameters, parameters, constructorParameters };
      return word === 'parser' ? this.#parserBody(common, start) : this.#controlBody(common, start);
    });
  }

  /** parserDeclaration: parserTypeDeclaration optConstructorParameters "{" parserLocalElements parserStates "}" */
  #parserBody(common: BlockHead, start: Span): Declaration {
    const opening = this.expect('{', 'in a parser');
    const locals: ParserLocal[] = [];
    const states: ParserState[] = [];
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      if (this.accept(';')) continue;
      const element = this.recovering(() => this.#parserElement(states.length > 0), LOCAL_STARTS);
      if (element?.kind === 'ParserState') states.push(element);
      else if (element !== undefined) locals.push(element);
    }
    this.expectClosing('}', opening, `in parser '${common.name.name}'`);
    return { kind: 'ParserDeclaration', ...common, locals, states, span: this.from(start) };
  }

  #parserElement(afterStates: boolean): ParserLocal | ParserState {
    const annotations = this.annotations();
    const token = this.current;
    if (this.is('state')) return this.#state(annotations);
    if (afterStates && (this.is('const') || this.startsDeclaration())) {
      this.complain(() =>
        this.sink.report('P4080', token.span, { what: 'the locals of a parser', before: 'its states' }),
      );
      throw new SyntaxPanic();
    }
    if (this.is('const')) return this.constant(annotations);
    if (this.is('value_set')) return this.#valueSet(annotations);
    if (
      this.isAny(
        'table',
        'action',
        'apply',
        'control',
        'parser',
        'struct',
        'header',
        'extern',
        'transition',
        'if',
        'return',
      )
    ) {
      this.complain(() =>
        this.sink.report('P4077', token.span, { what: `'${token.text}'`, place: 'directly in a parser' }),
      );
      throw new SyntaxPanic();
    }
    return this.#localVariable(annotations, 'a local declaration or a state', 'in a parser');
  }

  #localVariable(annotations: readonly Annotation[], what: string, context: string) {
    const start = this.current.span;
    if (!this.startsDeclaration() && !this.isName()) this.fail(what, context);
    const type = this.type('the type of a local');
    if (this.is('(')) return this.instantiation(annotations, type, start);
    if (this.isName() && (this.is('(', 1) || this.is('<', 1))) {
      this.complain(() =>
        this.sink.report(
          'P4077',
          this.current.span,
          { what: 'a function', place: context },
          { hint: 'functions are declared at top level' },
        ),
      );
      throw new SyntaxPanic();
    }
    const variable = this.variable(annotations, type, start);
    this.expectSemicolon('the declaration of a variable');
    return variable;
  }

  /** valueSetDeclaration: optAnnotations VALUESET "<" typeName ">" "(" expression ")" name ";" */
  #valueSet(annotations: readonly Annotation[]): ValueSetDeclaration {
    const start = this.advance().span;
    const angle = this.expect('<', "behind 'value_set'");
    const elementType = this.type('the type of the elements of a value set');
    this.expectClosing('>', angle, 'in a value set');
    const opening = this.expect('(', 'before the size of a value set');
    const size = this.expression();
    this.expectClosing(')', opening, 'behind the size of a value set');
    const name = this.expectName('a value set');
    this.note(name, 'value');
    this.expectSemicolon('a value set');
    return { kind: 'ValueSetDeclaration', annotations, elementType, size, name, span: this.from(start) };
  }

  /** parserState: optAnnotations STATE name "{" parserStatements transitionStatement "}" */
  #state(annotations: readonly Annotation[]): ParserState {
    const start = this.advance().span;
    const name = this.expectName('a parser state');
    const opening = this.expect('{', 'behind the name of a parser state');
    return this.scoped((): ParserState => {
      const statements: Statement[] = [];
      let transition: Transition | undefined;
      while (
        !this.is('}') &&
        !this.atEnd &&
        !this.startsTopLevel() &&
        !(this.is('state') && this.isName(1) && this.is('{', 2))
      ) {
        if (transition !== undefined) {
          this.#afterTransition(transition);
          continue;
        }
        if (this.is('transition')) transition = this.recovering(() => this.#transition());
        else {
          const statement = this.recovering(() => this.#parserStatement(), ['transition', 'state']);
          if (statement !== undefined) statements.push(statement);
        }
      }
      this.expectClosing('}', opening, `in state '${name.name}'`);
      return { kind: 'ParserState', annotations, name, statements, transition, span: this.from(start) };
    });
  }

  #parserStatement(): Statement {
    const token = this.current;
    const { text } = token;
    if ((text === 'accept' || text === 'reject') && this.is(';', 1)) {
      this.complain(() =>
        this.sink.report('P4073', token.span, { state: text }, { hint: `write 'transition ${text};'` }),
      );
      throw new SyntaxPanic();
    }
    if (token.kind === 'keyword' && text === 'select') {
      this.complain(() =>
        this.sink.report(
          'P4073',
          token.span,
          { state: 'select' },
          { hint: "write 'transition select (…) { … }'" },
        ),
      );
      throw new SyntaxPanic();
    }
    return this.statement();
  }

  #afterTransition(transition: Transition): void {
    this.complain(() =>
      this.sink.report(
        'P4079',
        this.current.span,
        {},
        { related: [{ message: 'the state ends here', span: transition.span }] },
      ),
    );
    this.recovering(() => (this.is('transition') ? this.#transition() : this.statement()), ['state']);
  }

  /** transitionStatement: nothing | TRANSITION stateExpression; stateExpression: name ";" | selectExpression */
  #transition(): Transition {
    const start = this.advance().span;
    if (this.is('select')) return this.#select(start);
    const state = this.expectName('a parser state');
    this.expectSemicolon("'transition'");
    return { kind: 'DirectTransition', state, span: this.from(start) };
  }

  /** selectExpression: SELECT "(" expressionList ")" "{" selectCaseList "}" */
  #select(start: Span): SelectTransition {
    this.advance();
    const round = this.expect('(', "behind 'select'");
    const keys = this.list(')', () => this.expression());
    this.expectClosing(')', round, "in 'select'");
    const opening = this.expect('{', "behind 'select (…)'");
    const cases: SelectCase[] = [];
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      const selectCase = this.recovering(() => this.#selectCase());
      if (selectCase !== undefined) cases.push(selectCase);
    }
    this.expectClosing('}', opening, "in 'select'");
    this.accept(';');
    return { kind: 'SelectTransition', keys, cases, span: this.from(start) };
  }

  /** selectCase: keysetExpression ":" name ";" */
  #selectCase(): SelectCase {
    const start = this.current.span;
    const keyset = this.keyset();
    this.expect(':', "between a keyset and its state in 'select'");
    const state = this.expectName('a parser state');
    this.expectSemicolon("a case of 'select'");
    return { kind: 'SelectCase', keyset, state, span: this.from(start) };
  }

  /** controlDeclaration: controlTypeDeclaration optConstructorParameters "{" controlLocalDeclarations APPLY controlBody "}" */
  #controlBody(common: BlockHead, start: Span): Declaration {
    const opening = this.expect('{', 'in a control');
    const locals: ControlLocal[] = [];
    let body: Extract<Declaration, { kind: 'ControlDeclaration' }>['body'] | undefined;
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      if (this.accept(';')) continue;
      if (body !== undefined) {
        const { span } = this.current;
        this.complain(() =>
          this.sink.report('P4080', span, { what: 'the locals of a control', before: "its 'apply' block" }),
        );
        this.recovering(() => this.#controlElement(), LOCAL_STARTS);
        continue;
      }
      if (this.#atApply()) {
        body = this.recovering(() => {
          this.advance();
          return this.block(this.annotations(), `in the apply block of control '${common.name.name}'`);
        });
        body ??= { kind: 'BlockStatement', annotations: [], statements: [], span: this.previous.span };
        continue;
      }
      const local = this.recovering(() => this.#controlElement(), LOCAL_STARTS);
      if (local !== undefined) locals.push(local);
    }
    if (body === undefined && this.is('}')) {
      this.complain(() =>
        this.sink.report(
          'P4078',
          common.name.span,
          { name: common.name.name },
          { hint: "add 'apply { … }' at the end of the control" },
        ),
      );
    }
    this.expectClosing('}', opening, `in control '${common.name.name}'`);
    body ??= { kind: 'BlockStatement', annotations: [], statements: [], span: this.previous.span };
    return { kind: 'ControlDeclaration', ...common, locals, body, span: this.from(start) };
  }

  #atApply(): boolean {
    return this.is('apply') && (this.is('{', 1) || this.is('@', 1) || this.peek(1).kind === 'pragma');
  }

  #controlElement(): ControlLocal {
    const annotations = this.annotations();
    const token = this.current;
    if (this.is('const')) return this.constant(annotations);
    if (this.is('action')) return this.#action(annotations);
    if (this.is('table')) return this.#table(annotations);
    if (
      this.isAny(
        'control',
        'parser',
        'struct',
        'header',
        'header_union',
        'extern',
        'enum',
        'typedef',
        'package',
        'value_set',
        'transition',
        'if',
        'switch',
        'for',
        'return',
        'exit',
      )
    ) {
      const isStatement = this.isAny('if', 'switch', 'for', 'return', 'exit');
      this.complain(() =>
        this.sink.report(
          'P4077',
          token.span,
          { what: `'${token.text}'`, place: 'directly in a control' },
          {
            hint: isStatement ? "statements stand in the 'apply' block" : undefined,
          },
        ),
      );
      throw new SyntaxPanic();
    }
    return this.#localVariable(annotations, "a local declaration or 'apply'", 'in a control');
  }

  /** actionDeclaration: optAnnotations ACTION name "(" parameterList ")" blockStatement */
  #action(annotations: readonly Annotation[]): ActionDeclaration {
    const start = this.advance().span;
    const name = this.expectName('an action');
    this.note(name, 'value');
    return this.scoped((): ActionDeclaration => {
      const parameters = this.parameters();
      const body = this.block(this.annotations(), `in action '${name.name}'`);
      return { kind: 'ActionDeclaration', annotations, name, parameters, body, span: this.from(start) };
    });
  }

  // ------------------------------------------------------------------------------------------------
  // Tables

  /** tableDeclaration: optAnnotations TABLE name "{" tablePropertyList "}" */
  #table(annotations: readonly Annotation[]): TableDeclaration {
    const start = this.advance().span;
    const name = this.expectName('a table');
    this.note(name, 'value');
    const opening = this.expect('{', 'behind the name of a table');
    const properties: TableProperty[] = [];
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      const property = this.recovering(() => this.#tableProperty(), ['key', 'actions', 'entries', 'const']);
      if (property !== undefined) properties.push(property);
    }
    this.expectClosing('}', opening, `in table '${name.name}'`);
    return { kind: 'TableDeclaration', annotations, name, properties, span: this.from(start) };
  }

  /** tableProperty: KEY "=" "{" keyElementList "}" | ACTIONS "=" "{" actionList "}" | optAnnotations optCONST ENTRIES "=" "{" entriesList "}" | optAnnotations optCONST nonTableKwName "=" initializer ";" */
  #tableProperty(): TableProperty {
    const annotations = this.annotations();
    const start = this.current.span;
    const isConst = this.accept('const');
    if (this.is('key')) {
      const elements = this.#propertyList('key', () => this.#keyElement());
      return { kind: 'KeyProperty', annotations, elements, span: this.from(start) };
    }
    if (this.is('actions')) {
      const actions = this.#propertyList('actions', () => this.#listedAction());
      return { kind: 'ActionsProperty', annotations, actions, span: this.from(start) };
    }
    if (this.is('entries')) {
      const entries = this.#propertyList('entries', () => this.#entry());
      return { kind: 'EntriesProperty', annotations, isConst, entries, span: this.from(start) };
    }
    const name = this.expectName('a table property');
    this.expect('=', `behind the table property '${name.name}'`);
    const value = this.expression();
    this.expectSemicolon('a table property');
    return { kind: 'CustomProperty', annotations, isConst, name, value, span: this.from(start) };
  }

  #propertyList<T>(property: 'key' | 'actions' | 'entries', read: () => T): readonly T[] {
    this.advance();
    if (this.is('{')) {
      this.complain(() =>
        this.sink.report('P4071', this.current.span, { property }, { hint: `write '${property} = { … }'` }),
      );
    } else this.expect('=', `behind '${property}'`);
    const opening = this.expect('{', `behind '${property} ='`);
    const items: T[] = [];
    while (!this.is('}') && !this.atEnd && !this.startsTopLevel()) {
      const item = this.recovering(read);
      if (item !== undefined) items.push(item);
    }
    this.expectClosing('}', opening, `in '${property}' of a table`);
    this.accept(';');
    return items;
  }

  /** keyElement: expression ":" name optAnnotations ";" */
  #keyElement(): KeyElement {
    const start = this.current.span;
    const expression = this.expression();
    if (this.is(';')) {
      this.complain(() =>
        this.sink.report('P4095', this.current.span, {}, { hint: "write 'field : exact;'" }),
      );
      throw new SyntaxPanic();
    }
    this.expect(':', 'between a key and its match kind');
    const matchKind = this.expectName('a match kind');
    const annotations = this.annotations();
    this.expectSemicolon('a key');
    return { kind: 'KeyElement', expression, matchKind, annotations, span: this.from(start) };
  }

  /** actionList: nothing | actionList optAnnotations actionRef ";" */
  #listedAction(): ActionReference {
    const annotations = this.annotations();
    const action = this.#actionReference(annotations);
    if (this.is(',')) {
      this.complain(() =>
        this.sink.report('P4096', this.current.span, {}, { hint: "write ';' behind each action" }),
      );
      this.advance();
      return action;
    }
    this.expectSemicolon('an action of a table');
    return action;
  }

  /** actionRef: prefixedNonTypeName | prefixedNonTypeName "(" argumentList ")" */
  #actionReference(annotations: readonly Annotation[]): ActionReference {
    const start = this.current.span;
    const absolute = this.accept('.');
    const name = this.expectName('an action');
    const given = this.is('(') ? this.arguments() : undefined;
    return { kind: 'ActionReference', annotations, name, absolute, arguments: given, span: this.from(start) };
  }

  /** entry: optCONST entryPriority keysetExpression ":" actionRef optAnnotations ";" | optCONST keysetExpression ":" actionRef optAnnotations ";" */
  #entry(): TableEntry {
    const before = this.annotations();
    const start = this.current.span;
    const isConst = this.accept('const');
    const priority = this.is('priority') && this.is('=', 1) ? this.#priority() : undefined;
    const keyset = this.keyset();
    this.expect(':', 'between the keys of an entry and its action');
    const action = this.#actionReference([]);
    const annotations = [...before, ...this.annotations()];
    this.expectSemicolon('an entry of a table');
    return { kind: 'TableEntry', annotations, isConst, priority, keyset, action, span: this.from(start) };
  }

  /** entryPriority: PRIORITY "=" INTEGER ":" | PRIORITY "=" "(" expression ")" ":" */
  #priority() {
    this.advance();
    this.advance();
    const priority = this.expression();
    this.expect(':', 'behind the priority of an entry');
    return priority;
  }
}

/** What parsers and controls have in common. */
type BlockHead = {
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly constructorParameters: readonly Parameter[];
};
