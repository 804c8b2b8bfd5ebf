import test from 'ava';
import type { Diagnostic } from './diagnostics.ts';
import { type RenderOptions, renderDiagnostic, renderSummary } from './render-diagnostics.ts';
import { SourceFile, type Span } from './syntax/source.ts';

/** A source and the span between the marks `«` and `»` in it, which are taken out. */
function marked(text: string, path = 'x.p4'): Span {
  const start = text.indexOf('«');
  const end = text.indexOf('»') - 1;
  return { source: new SourceFile(path, text.replace(/[«»]/g, '')), start, end };
}

function render(
  span: Span,
  rest: Partial<Pick<Diagnostic, 'message' | 'severity' | 'related' | 'hint'>> = {},
  options: RenderOptions = {},
): readonly string[] {
  const text = renderDiagnostic(
    { code: 'P4202', severity: 'error', message: 'no', span, related: [], hint: undefined, ...rest },
    options,
  );
  return text.split('\n');
}

test('place, message, source line and underline', (t) => {
  t.deepEqual(render(marked('a\nbit<8> «name» = 1;\nb')), [
    'x.p4:2:8: error[P4202]: no',
    '    bit<8> name = 1;',
    '           ^~~~',
    '',
  ]);
});

test('warnings, related places and hints', (t) => {
  const source = new SourceFile('x.p4', 'one\ntwo\n');
  t.deepEqual(
    render(
      { source, start: 4, end: 7 },
      {
        severity: 'warning',
        related: [{ message: 'declared here', span: { source, start: 0, end: 3 } }],
        hint: 'write more',
      },
    ),
    [
      'x.p4:2:1: warning[P4202]: no',
      '    two',
      '    ^~~',
      'x.p4:1:1: note: declared here',
      '    one',
      '    ^~~',
      '  hint: write more',
      '',
    ],
  );
});

test('tabs before the mark are kept, so the caret is right whatever a tab is worth', (t) => {
  const [, line, underline] = render(marked('\tx =\t«y»;'));
  t.is(line, '    \tx =\ty;');
  t.is(underline, '    \t   \t^');
});

test('tabs inside the mark are kept too', (t) => {
  const [, line, underline] = render(marked('«a\tbc»;'));
  t.is(line, '    a\tbc;');
  t.is(underline, '    ^\t~~');
});

// The widths are those of Unicode's East Asian Width (UAX #11): ideographs and emoji take two columns.
for (const [name, text, column] of [
  ['ideographs', '/* 路由 */ «x»', 11],
  ['an emoji, and a family of three joined to one', '/* 🛳️👨‍👩‍👧 */ «x»', 11],
  ['a letter with a combining accent', '/* e\u0301 */ «x»', 8],
] as const) {
  test(`wide characters before the mark: ${name}`, (t) => {
    t.is(render(marked(text))[2], `${' '.repeat(4 + column)}^`);
  });
}

test('two ideographs are four columns, and underlined by four', (t) => {
  t.is(render(marked('«路由»'))[2], '    ^~~~');
  t.is(render(marked('路由«x»'))[2], '        ^');
});

test('columns count UTF-16 units, as editors do', (t) => {
  t.true(render(marked('"🛳" «x»'))[0]?.startsWith('x.p4:1:6:'));
});

test('lines may end with CR LF or CR', (t) => {
  for (const end of ['\n', '\r\n', '\r']) {
    t.deepEqual(render(marked(`first${end}se«co»nd${end}third`)), [
      'x.p4:2:3: error[P4202]: no',
      '    second',
      '      ^~',
      '',
    ]);
  }
});

test('an empty file, a blank line and the end of the file: a place without excerpt', (t) => {
  t.deepEqual(render(marked('«»')), ['x.p4:1:1: error[P4202]: no', '']);
  t.deepEqual(render(marked('a\n  «»\nb')), ['x.p4:2:3: error[P4202]: no', '']);
  t.deepEqual(render(marked('a\n«»')), ['x.p4:2:1: error[P4202]: no', '']);
});

test('the end of the file behind text: the caret stands behind it', (t) => {
  t.deepEqual(render(marked('a + «»')), ['x.p4:1:5: error[P4202]: no', '    a +', '        ^', '']);
});

test('a span of several lines is underlined to the end of its first', (t) => {
  t.deepEqual(render(marked('  «struct s {  \n  x;\n}»\n')).slice(1), [
    '      struct s {',
    '      ^~~~~~~~~~',
    '',
  ]);
});

test('a long line is cut around the mark', (t) => {
  const [place, line = '', underline = ''] = render(
    marked(`${'a'.repeat(5000)} «wrong» ${'b'.repeat(5000)}`),
  );
  t.is(place, 'x.p4:1:5002: error[P4202]: no');
  t.true(line.length < 200);
  t.regex(line, /^ {4}…a+ wrong b+…$/);
  t.is(line.slice(underline.indexOf('^'), underline.length), 'wrong');
});

test('a long mark is cut as well', (t) => {
  const [, line = '', underline = ''] = render(marked(`«${'a'.repeat(5000)}»`));
  t.regex(line, /^ {4}a{160}…$/);
  t.is(underline, `    ^${'~'.repeat(159)}`);
});

test('a long line is never cut inside a character', (t) => {
  for (let shift = 0; shift < 4; shift++) {
    const [, line = ''] = render(marked(`${'a'.repeat(shift)}${'🛳'.repeat(200)}«x»${'🛳'.repeat(200)}`));
    t.notRegex(line, /\p{Surrogate}/u);
  }
});

test('what a terminal would obey is shown as a replacement character', (t) => {
  const clear = '\u001b[2J';
  const [place, line, underline] = render(marked(`"${clear}\u009b\u202e" «x»`, `${clear}.p4`), {
    message: `no file '${clear}'\r\n  at all`,
  });
  t.is(place, "\ufffd[2J.p4:1:10: error[P4202]: no file '\ufffd[2J' at all");
  t.is(line, '    "\ufffd[2J\ufffd\ufffd" x');
  t.is((underline ?? '').indexOf('^'), (line ?? '').indexOf('x'));
});

test("'#line' changes the place, not the excerpt", (t) => {
  const span = marked('#line 100 "made.p4"\nfirst\nse«co»nd\n');
  span.source.lineOverrides.push({ offset: 20, line: 100, file: 'made.p4' });
  t.deepEqual(render(span), ['made.p4:101:3: error[P4202]: no', '    second', '      ^~', '']);
});

test('a place out of a macro names the use and the spelling', (t) => {
  const source = new SourceFile('x.p4', '#define M a b\nM\n');
  const spelling: Span = { source, start: 12, end: 13 };
  t.deepEqual(render({ source, start: 14, end: 15, macro: { name: 'M', spelling } }), [
    'x.p4:2:1: error[P4202]: no',
    '    M',
    '    ^',
    "x.p4:1:13: note: it comes out of macro 'M'",
    '    #define M a b',
    '                ^',
    '',
  ]);
});

test('of a long chain of macros the innermost are shown, and the others counted', (t) => {
  const source = new SourceFile('x.p4', 'M\n');
  let span: Span = { source, start: 0, end: 1 };
  for (let index = 10; index > 0; index--) {
    span = { source, start: 0, end: 1, macro: { name: `M${index}`, spelling: span } };
  }
  const text = render(span).join('\n');
  t.deepEqual(
    [...text.matchAll(/macro '(\w+)'/g)].map((match) => match[1]),
    ['M1', 'M2', 'M3'],
  );
  t.true(text.includes('and through 7 more macros'));
});

test('paths are shown as asked, and colours wrap the parts', (t) => {
  const bracket = (letter: string) => (text: string) => `<${letter}>${text}</>`;
  const palette = {
    place: bracket('p'),
    error: bracket('e'),
    warning: bracket('w'),
    note: bracket('n'),
    hint: bracket('h'),
  };
  t.deepEqual(render(marked('«x»'), { hint: 'try' }, { palette, showPath: (path) => `dir/${path}` }), [
    '<p>dir/x.p4:1:1:</> <e>error[P4202]:</> no',
    '    x',
    '    <e>^</>',
    '  <h>hint:</> try',
    '',
  ]);
});

test('the summary counts', (t) => {
  t.is(renderSummary(0, 0), '');
  t.is(renderSummary(1, 0), '1 error\n');
  t.is(renderSummary(2, 1), '2 errors, 1 warning\n');
  t.is(renderSummary(0, 3), '3 warnings\n');
});

test('a message on a line of ten megabytes costs no more than the line that is shown of it', (t) => {
  const long = new SourceFile('x.p4', 'x '.repeat(5_000_000));
  const short = new SourceFile('y.p4', `${'x '.repeat(500)}\n`.repeat(1000));
  const cost = (source: SourceFile, step: number) => {
    const before = process.cpuUsage();
    for (let index = 0; index < 1000; index++) render({ source, start: index * step, end: index * step + 1 });
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  // Reading the line for each message would cost ten thousand times as much.
  t.true(cost(long, 10_000) < 100 * Math.max(cost(short, 1001), 1000));
});
