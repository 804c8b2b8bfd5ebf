import test from 'ava';
import fc from 'fast-check';
import { P4Info } from '../gen/p4/config/v1/p4info.ts';
import { Entity, TableEntry, WriteRequest } from '../gen/p4/v1/p4runtime.ts';
import {
  decodeP4Info,
  decodeWriteRequest,
  encodeP4Info,
  encodeWriteRequest,
  messageFormat,
  parseText,
  printText,
  TextFormatError,
} from './index.ts';

const ENTRY = 'p4.v1.TableEntry';

function entry(text: string): TableEntry {
  return TableEntry.decode(parseText(ENTRY, text));
}

// Every form of the text format's specification that our messages can meet.
test('reads what the specification of the text format allows', (t) => {
  const expected = TableEntry.fromPartial({
    tableId: 255,
    match: [
      { fieldId: 1, fieldMatchType: { $case: 'exact', value: { value: Uint8Array.of(1, 2) } } },
      { fieldId: 2 },
    ],
    priority: -8,
    isConst: true,
  });
  t.deepEqual(
    entry(
      'table_id: 255 match { field_id: 1 exact { value: "\\001\\x02" } } match { field_id: 2 } priority: -8 is_const: true',
    ),
    expected,
  );
  t.deepEqual(
    entry(`# a comment
      table_id: 0xff; match: [ < field_id: 01, exact: { value: "\\1" '\\u0002' } >, { field_id: 2 } ],
      priority: - 010  # octal
      is_const: t`),
    expected,
  );
});

test('reads and prints text, bytes and names of enums', (t) => {
  const p4info = P4Info.decode(
    parseText(
      'p4.config.v1.P4Info',
      `pkg_info { name: 'é "\\'\\\\' } counters { preamble { id: 1 } spec { unit: BOTH } } counters { spec { unit: 2 } }`,
    ),
  );
  t.is(p4info.pkgInfo?.name, 'é "\'\\');
  t.deepEqual(
    p4info.counters.map((counter) => counter.spec?.unit),
    [3, 2],
  );
  t.is(
    printText('p4.config.v1.P4Info', P4Info.encode(p4info).finish()),
    `pkg_info {
  name: "é \\"\\'\\\\"
}
counters {
  preamble {
    id: 1
  }
  spec {
    unit: BOTH
  }
}
counters {
  spec {
    unit: PACKETS
  }
}
`,
  );
  const bytes = TableEntry.fromPartial({
    metadata: Uint8Array.of(0, 9, 65, 127, 255),
    idleTimeoutNs: -(2n ** 63n),
  });
  t.is(
    printText(ENTRY, TableEntry.encode(bytes).finish()),
    'idle_timeout_ns: -9223372036854775808\nmetadata: "\\000\\tA\\177\\377"\n',
  );
});

test('map entries stand in the order of their keys', (t) => {
  const text = `type_info {
  structs {
    key: "a"
    value {
    }
  }
  structs {
    key: "b"
    value {
      members {
        name: "x"
      }
    }
  }
}
`;
  const mixed = 'type_info { structs { value { members { name: "x" } } key: "b" } structs { key: "a" } }';
  t.is(printText('p4.config.v1.P4Info', parseText('p4.config.v1.P4Info', mixed)), text);
});

test('an Any is expanded where its message is known', (t) => {
  const text = `extern_entry {
  entry {
    [type.googleapis.com/p4.v1.CounterData] {
      packet_count: 7
    }
  }
}
`;
  const bytes = parseText('p4.v1.Entity', text);
  const { entity } = Entity.decode(bytes);
  t.is(
    entity?.$case === 'externEntry' ? entity.value.entry?.typeUrl : '',
    'type.googleapis.com/p4.v1.CounterData',
  );
  t.is(printText('p4.v1.Entity', bytes), text);
});

// The text, and where the mistake stands.
const MISTAKES = [
  ['table_id: 1 table_id: 2', /^1:13: 'table_id' is set twice/],
  ['tabel_id: 1', /^1:1: p4.v1.TableEntry has no field 'tabel_id'/],
  ['\n  table_id 1', /^2:12: expected ':'/],
  ['table_id: -1', /does not fit in uint32/],
  ['table_id: 4294967296', /does not fit in uint32/],
  ['priority: 2147483648', /does not fit in int32/],
  ['table_id: "1"', /expected a whole number/],
  ['table_id: 08', /expected a whole number/],
  ['is_const: yes', /expected 'true' or 'false'/],
  ['metadata: 1', /expected a string/],
  ['metadata: "a', /^1:11: a string without end/],
  ['metadata: "\\q"', /wrong escape/],
  ['metadata: "\\777"', /wrong escape/],
  ['metadata: "\\ud800"', /wrong escape/],
  ['match { field_id: 1', /expected '}'/],
  ['match { field_id: 1 >', /expected the name of a field/],
  ['match { exact { } lpm { } }', /'field_match_type' is set twice/],
  ['[p4.v1.CounterData] { }', /is no Any/],
  ['match: 1', /expected '\{'/],
  ['}', /expected the name of a field/],
  ['table_id: 1 $', /unexpected '\$'/],
] as const;

for (const [text, message] of MISTAKES) {
  test(`says what is wrong with ${JSON.stringify(text)}`, (t) => {
    t.throws(() => parseText(ENTRY, text), { instanceOf: TextFormatError, message });
  });
}

test('deep nesting is refused', (t) => {
  const deep = (depth: number) => `${'tuple { members { '.repeat(depth)}${'} } '.repeat(depth)}`;
  t.notThrows(() => parseText('p4.v1.P4Data', deep(40)));
  t.throws(() => parseText('p4.v1.P4Data', deep(100_000)), { message: /nested too deeply/ });
});

test('any text gives a message or a TextFormatError', (t) => {
  const words = [
    'match',
    '{',
    '}',
    '<',
    '[',
    ']',
    ':',
    ',',
    '1',
    '-',
    '"a"',
    "'\\x",
    'key',
    'value',
    'exact',
    '#',
    '\n',
    'table_id',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 20 }),
      (parts) => {
        try {
          parseText(ENTRY, parts.join(' '));
        } catch (error) {
          if (!(error instanceof TextFormatError)) throw error;
        }
      },
    ),
  );
  t.pass();
});

test('any bytes and text survive printing and parsing', (t) => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.string({ unit: 'grapheme' }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      (metadata, role, id) => {
        const updates = [{ entity: { entity: { $case: 'tableEntry' as const, value: { metadata } } } }];
        const request = WriteRequest.fromPartial({ role, deviceId: id, updates });
        t.deepEqual(decodeWriteRequest(encodeWriteRequest(request, 'text'), 'text'), request);
      },
    ),
  );
});

test('a file is text or binary by its name', (t) => {
  t.is(messageFormat('a/b.p4info.txtpb'), 'text');
  t.is(messageFormat('B.BIN'), 'binary');
  t.is(messageFormat('b.json'), undefined);
  const p4info = P4Info.fromPartial({ pkgInfo: { arch: 'v1model' } });
  t.deepEqual(decodeP4Info(encodeP4Info(p4info, 'binary'), 'binary'), p4info);
  t.is(
    new TextDecoder().decode(encodeP4Info(p4info, 'text')),
    '# proto-file: p4/config/v1/p4info.proto\n# proto-message: p4.config.v1.P4Info\n\npkg_info {\n  arch: "v1model"\n}\n',
  );
});
