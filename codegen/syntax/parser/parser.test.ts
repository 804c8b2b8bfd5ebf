/** The grammar (specification, appendix): what is read as what, and what is said where it is not followed. */

import test from 'ava';
import { DiagnosticSink } from '../../diagnostics.ts';
import type { Expression, Node, Program, TypeReference } from '../ast.ts';
import { tokenize } from '../lexer.ts';
import { SourceFile } from '../source.ts';
import { visit } from '../visit.ts';
import { parse } from './index.ts';

function read(text: string): { readonly program: Program; readonly errors: readonly string[] } {
  const sink = new DiagnosticSink();
  const program = parse(tokenize(new SourceFile('test.p4', text), sink), sink);
  const errors = sink.diagnostics.map(({ code, span }) => {
    const { line, column } = span.source.location(span.start);
    return `${line}:${column}:${code}`;
  });
  return { program, errors };
}

/** An expression with every grouping in brackets. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case 'IntegerLiteral':
      return String(expression.value);
    case 'BooleanLiteral':
      return String(expression.value);
    case 'NameExpression':
      return `${expression.absolute ? '.' : ''}${expression.name.name}`;
    case 'UnaryExpression':
      return `(${expression.operator}${show(expression.operand)})`;
    case 'BinaryExpression':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case 'ConditionalExpression':
      return `(${show(expression.condition)} ? ${show(expression.whenTrue)} : ${show(expression.whenFalse)})`;
    case 'CastExpression':
      return `(cast ${showType(expression.type)} ${show(expression.operand)})`;
    case 'MemberExpression':
      return `${show(expression.target)}.${expression.member.name}`;
    case 'IndexExpression':
      return `${show(expression.target)}[${show(expression.index)}]`;
    case 'SliceExpression':
      return `${show(expression.target)}[${show(expression.high)}:${show(expression.low)}]`;
    case 'PartSelectExpression':
      return `${show(expression.target)}[${show(expression.low)}+:${show(expression.width)}]`;
    case 'CallExpression': {
      const types =
        expression.typeArguments.length > 0 ? `<${expression.typeArguments.map(showType).join(', ')}>` : '';
      return `${show(expression.callee)}${types}(${expression.arguments.map((one) => show(one.value)).join(', ')})`;
    }
    case 'ParenthesizedExpression':
      return `{${show(expression.inner)}}`;
    case 'TypeExpression':
      return showType(expression.type);
    case 'ListExpression':
      return `list(${expression.elements.map(show).join(', ')}${expression.trailingDots === undefined ? '' : ', ...'})`;
    case 'StructExpression':
      return `struct(${expression.fields.map((field) => `${field.name.name}=${show(field.value)}`).join(', ')})`;
    case 'InvalidHeaderExpression':
      return 'invalid';
    default:
      return expression.kind;
  }
}

function showType(type: TypeReference): string {
  switch (type.kind) {
    case 'BaseType':
      return type.name;
    case 'SizedType':
      return type.width === undefined ? type.name : `${type.name}<${show(type.width)}>`;
    case 'NamedType':
      return type.name.name;
    case 'SpecializedType':
      return `${type.base.name.name}<${type.typeArguments.map(showType).join(', ')}>`;
    case 'ArrayType':
      return `${showType(type.element)}[${show(type.size)}]`;
    case 'TupleType':
      return `tuple<${type.elements.map(showType).join(', ')}>`;
    case 'ListType':
      return `list<${showType(type.element)}>`;
    default:
      return '?';
  }
}

function expressionOf(text: string): string {
  const declarations =
    'typedef bit<8> T; struct S<X> { X x; } extern E<X> { E(); } extern X f<X>(in X a); const bit<8> a = 1; const bit<8> b = 1; const bit<8> c = 1;';
  const { program, errors } = read(`${declarations} const bit<8> result = ${text};`);
  const last = program.declarations.at(-1);
  return errors.length > 0 || last?.kind !== 'ConstantDeclaration'
    ? errors.join(' ')
    : show(last.initializer);
}

for (const [text, expected] of [
  // From loosest to tightest: ?:, ||, &&, == !=, < > <= >=, |, ^, &, << >>, + - ++ |+| |-|, * / %, prefix.
  ['a ? b : c ? a : b', '(a ? b : (c ? a : b))'],
  ['a || b && c', '(a || (b && c))'],
  ['a && b == c', '(a && (b == c))'],
  ['a == b < c', '(a == (b < c))'],
  ['a < b | c', '(a < (b | c))'],
  ['a | b ^ c', '(a | (b ^ c))'],
  ['a ^ b & c', '(a ^ (b & c))'],
  ['a & b << c', '(a & (b << c))'],
  ['a >> b + c', '(a >> (b + c))'],
  ['a + b * c', '(a + (b * c))'],
  ['a |+| b - c ++ a |-| b', '((((a |+| b) - c) ++ a) |-| b)'],
  ['a - b - c', '((a - b) - c)'],
  ['-a * b', '((-a) * b)'],
  ['!a.b', '(!a.b)'],
  ['~a[3:0]', '(~a[3:0])'],
  ['a[b +: 4]', 'a[b+:4]'],
  ['a[b + c : 0]', 'a[(b + c):0]'],
  // Casts, and parentheses that are none.
  ['(T) a', '(cast T a)'],
  ['(T) -a', '(cast T (-a))'],
  ['(a) - b', '({a} - b)'],
  ['(bit<8>) a + b', '((cast bit<8> a) + b)'],
  ['(S<bit<8>>) { 1 }', '(cast S<bit<8>> list(1))'],
  ['(bit<8>[2]) { 1, 2 }', '(cast bit<8>[2] list(1, 2))'],
  ['(unknown_t) 5', '(cast unknown_t 5)'],
  // Type arguments, comparisons and shifts.
  ['f<bit<8>>(a)', 'f<bit<8>>(a)'],
  ['f<S<bit<8>>>(a)', 'f<S<bit<8>>>(a)'],
  ['a < b', '(a < b)'],
  ['a < b && c > (a)', '((a < b) && (c > {a}))'],
  ['a >> b', '(a >> b)'],
  ['E<bit<8>>()', 'E<bit<8>>()'],
  // Widths that are expressions.
  ['(bit<(a > b ? 8 : 4)>) c', '(cast bit<{((a > b) ? 8 : 4)}> c)'],
  ['(bit<a + 1>) c', '(cast bit<(a + 1)> c)'],
  // Braces.
  ['{ 1, 2, }', 'list(1, 2)'],
  ['{ 1, ... }', 'list(1, ...)'],
  ['{ x = 1, y = { 2 } }', 'struct(x=1, y=list(2))'],
  ['{#}', 'invalid'],
  ['error.NoError', 'error.NoError'],
  ['.a + a', '(.a + a)'],
] as const) {
  test(`expression: ${text}`, (t) => {
    t.is(expressionOf(text), expected);
  });
}

const CONSTRUCTS: Readonly<Record<string, string>> = {
  'every kind of declaration': `
error { A, B }
match_kind { mine, }
const bit<8> K = 1;
typedef bit<8> a_t;
typedef struct s_t { bit<8> x; } b_t;
type bit<9> port_t;
enum e_t { A, B, }
enum bit<8> f_t { A = 1, B = 2 }
header h_t { bit<8> x; varbit<32> y; }
header_union u_t { h_t one; }
struct g_t<T, U> { T x; U[4] y; tuple<T, U> z; list<T> l; }
extern void f<T>(in T a, out bit<8> b, inout bool c, @optional in bit<8> d);
extern o_t<T> { o_t(bit<8> size = 4); abstract T g(in T x); void h(); }
bit<8> twice(in bit<8> x) { return x + x; }
action drop() { exit; }
parser p_t<H>(in H h);
control c_t<H>(inout H h)
;
package top<H>(p_t<H> p, c_t<H> c = nothing());
o_t<bit<8>>(8) o = { bit<8> g(in bit<8> x) { return this.g(x); } };
@name("x") @size[4] @pairs[a = 1, b = "c"] @free(a (b) ; { ] $) const bit<8> L = 2;
;`,
  parsers: `
parser p(in bit<8> x)(bit<8> size) {
    const bit<8> K = 1;
    bit<8> y = K;
    value_set<bit<8>>(4) set;
    value_set<tuple<bit<8>, bit<8>>>(size) pairs;
    state start {
        y = 1; { y = 2; } ; if (x == 1) { y = 3; } else y = 4;
        transition select(x, y) {
            (1, 2): next;
            (1 &&& 2, 3 .. 4): accept;
            (_, default): next;
            pairs: accept;
            default: reject;
        }
    }
    @name("n") state next { transition select(x) { set: accept; 1 .. 2: accept; (3): accept; _: reject; } }
    state last { transition accept; }
    state empty { }
}`,
  'controls and statements': `
extern E { E(); bit<8> get(); }
control inner(inout bit<8> x) { apply { } }
control c(inout bit<8> x)(bit<8> size) {
    E() e;
    @hidden inner() i;
    action a(in bit<8> y, bit<8> z) { x = z; return; }
    table t {
        key = { x : exact @name("k"); x & 3 : ternary; }
        actions = { @defaultonly a(x); .nop; nop(); }
        const default_action = a(x, 1);
        size = 16;
        largest_priority_wins = false;
        const entries = { priority = 3 : (1, _) : a(x, 2) @name("e"); const (1, 2 &&& 3) : nop; }
    }
    bit<8> v;
    apply {
        bit<8> w = 1;
        const bit<8> K = 2;
        x += 1; x -= 1; x *= 1; x /= 1; x %= 1; x &= 1; x |= 1; x ^= 1; x <<= 1; x >>= 1; x |+|= 1; x |-|= 1;
        x[3:0] = 1; x[0 +: 4] = 2;
        if (x == 1) { } else if (x == 2) x = 3; else { exit; }
        switch (t.apply().action_run) { a: { x = 1; } nop: default: { } }
        switch (x) { 1: 2: { break; } default: { } }
        for (bit<8> n = 0, v = 1; n < 8; n = n + 1, v = v + 1) { if (n == 4) continue; break; }
        @unroll for (bit<8> n in 0 .. 7) x = n;
        for (bit<8> n in { 1, 2 }) { x = n; }
        i.apply(x); inner.apply(x); v = e.get(); t.apply();
        return;
    }
}
action nop() { }`,
  'words that may be names (grammar: name)': `
struct s_t { bit<8> key; bit<8> actions; bit<8> state; bit<8> entries; bit<8> type; bit<8> priority; bit<8> apply; bit<8> list; }
control c(inout s_t type) { apply { type.key = type.priority; bit<8> priority = 1; type.apply = priority; type.list = 2; } }`,
  'pragmas before declarations and where none can stand': '@name("a") const bit<8> a = 1;',
};

for (const [name, text] of Object.entries(CONSTRUCTS)) {
  test(`reads ${name}`, (t) => {
    const { program, errors } = read(text);
    t.deepEqual(errors, []);
    let missing = 0;
    visit(program, {
      enter: (node: Node) => {
        if (node.kind.startsWith('Missing')) missing++;
        return true;
      },
    });
    t.is(missing, 0);
  });
}

test('every node lies inside its parent, and siblings follow each other', (t) => {
  for (const text of Object.values(CONSTRUCTS)) {
    const stack: Node[] = [];
    visit(read(text).program, {
      enter: (node) => {
        const parent = stack.at(-1);
        if (parent !== undefined && node.kind !== 'Annotation') {
          const inside = node.span.start >= parent.span.start && node.span.end <= parent.span.end;
          const exempt = parent.kind === 'ArrayType' || stack.some((one) => one.kind === 'Annotation');
          if (!inside && !exempt)
            t.fail(`${node.kind} ${text.slice(node.span.start, node.span.end)} in ${parent.kind}`);
        }
        stack.push(node);
        return true;
      },
      leave: () => {
        stack.pop();
      },
    });
  }
  t.pass();
});

for (const [name, text, expected] of [
  [
    'two statements',
    'control c(inout bit<8> x) {\n apply {\n  x = ;\n  x = 1;\n  x = * 2;\n }\n}',
    ['3:7:P4060', '5:7:P4060'],
  ],
  ['two fields', 'header h_t {\n bit<8> ;\n bit<8> b;\n 9 c;\n}', ['2:9:P4060', '4:2:P4060']],
  [
    'two declarations',
    'const bit<8> a = ;\nheader { bit<8> x; }\nconst bit<8> b = ;',
    ['1:18:P4060', '2:8:P4060', '3:18:P4060'],
  ],
  [
    'two states',
    'parser p(in bit<8> x) {\n state start { transition ; }\n state b { x y z; transition accept; }\n}',
    ['2:27:P4060', '3:14:P4060'],
  ],
  [
    'two entries',
    'control c() { table t {\n key = { : exact; x : ; }\n actions = { a; }\n} apply { } }',
    ['2:10:P4060', '2:23:P4060'],
  ],
  [
    'a lost brace',
    'control c() {\n apply {\n  if (true) {\n }\n}\nstruct s_t { bit<8> x }\n',
    ['1:13:P4062', '6:22:P4061'],
  ],
  [
    'missing semicolons',
    'control c(inout bit<8> x) { apply {\n x = 1\n x = 2\n} }',
    ['2:7:P4061', '3:7:P4061'],
  ],
] as const) {
  test(`one message for one mistake, and what follows is read: ${name}`, (t) => {
    t.deepEqual(read(text).errors, [...expected]);
  });
}
