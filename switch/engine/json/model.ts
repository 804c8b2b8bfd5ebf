/**
 * A program as the engine compiles it: BMv2 JSON with every reference resolved and every type checked.
 * Words are those of the format's description (https://github.com/p4lang/behavioral-model/blob/main/docs/JSON_format.md).
 * Longer than most: one format.
 */

/** A field of a header type. */
export type FieldType = {
  readonly name: string;
  /** Position among the fields of its type. */
  readonly index: number;
  /** Width in bits; of a variable-length field, its largest width. */
  readonly bits: number;
  readonly signed: boolean;
  readonly saturating: boolean;
  readonly variable: boolean;
};

export type HeaderType = {
  readonly name: string;
  readonly index: number;
  readonly fields: readonly FieldType[];
  /** Bits of all fields of fixed width. */
  readonly fixedBits: number;
  /** The variable-length field, if there is one. */
  readonly variableField: FieldType | undefined;
  /** How long that field is, where the type says it: fields of the same header are `local`. */
  readonly lengthExpression: Expression | undefined;
  /** Bytes that a header may have at most, 0 where the type does not say. */
  readonly maximumBytes: number;
};

/** A header or metadata instance. */
export type Header = {
  readonly name: string;
  readonly index: number;
  readonly type: HeaderType;
  readonly metadata: boolean;
};

export type HeaderStack = {
  readonly name: string;
  readonly index: number;
  readonly type: HeaderType;
  readonly headers: readonly Header[];
};

export type HeaderUnion = {
  readonly name: string;
  readonly index: number;
  /** Names by which the members are known in the type, in order. */
  readonly memberNames: readonly string[];
  readonly headers: readonly Header[];
};

export type HeaderUnionStack = {
  readonly name: string;
  readonly index: number;
  readonly memberNames: readonly string[];
  readonly unions: readonly HeaderUnion[];
};

/** A field of an instance. */
export type Field = { readonly header: Header; readonly type: FieldType };

/** What an expression is: a number, a truth, or a reference. */
export type ExpressionType = 'data' | 'bool' | 'header' | 'stack' | 'union' | 'unionStack';

export type UnaryOperation = '~' | 'not' | 'd2b' | 'b2d' | 'valid' | 'valid_union';
export type ArithmeticOperation =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | '^'
  | 'two_comp_mod'
  | 'sat_cast'
  | 'usat_cast';
export type ComparisonOperation = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type LogicalOperation = 'and' | 'or';

/** A number of any size: arithmetic has no limits until the result is stored. */
export type DataExpression =
  | { readonly kind: 'constant'; readonly value: bigint }
  | { readonly kind: 'field'; readonly field: Field }
  /** The hidden field that says whether a header is valid. */
  | { readonly kind: 'validity'; readonly header: Header }
  /** A field of the element that was extracted last. */
  | { readonly kind: 'lastField'; readonly stack: HeaderStack; readonly field: FieldType }
  /** A parameter of the action; in the length expression of a header type, a field of the header. */
  | { readonly kind: 'local'; readonly index: number }
  | { readonly kind: 'register'; readonly array: RegisterArray; readonly index: DataExpression }
  | { readonly kind: 'negate'; readonly operand: DataExpression }
  | { readonly kind: 'fromBool'; readonly operand: BoolExpression }
  | {
      readonly kind: 'arithmetic';
      readonly operation: ArithmeticOperation;
      readonly left: DataExpression;
      readonly right: DataExpression;
    }
  | {
      readonly kind: 'conditional';
      readonly condition: BoolExpression;
      readonly whenTrue: DataExpression;
      readonly whenFalse: DataExpression;
    }
  | { readonly kind: 'accessField'; readonly header: HeaderExpression; readonly field: FieldType }
  | { readonly kind: 'lastIndex' | 'stackSize'; readonly stack: HeaderStack };

export type BoolExpression =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'toBool'; readonly operand: DataExpression }
  | { readonly kind: 'not'; readonly operand: BoolExpression }
  | {
      readonly kind: 'logical';
      readonly operation: LogicalOperation;
      readonly left: BoolExpression;
      readonly right: BoolExpression;
    }
  | {
      readonly kind: 'compare';
      readonly operation: ComparisonOperation;
      readonly left: DataExpression;
      readonly right: DataExpression;
    }
  | {
      readonly kind: 'sameBool';
      readonly negated: boolean;
      readonly left: BoolExpression;
      readonly right: BoolExpression;
    }
  | {
      readonly kind: 'sameHeader';
      readonly negated: boolean;
      readonly left: HeaderExpression;
      readonly right: HeaderExpression;
    }
  | {
      readonly kind: 'sameUnion';
      readonly negated: boolean;
      readonly left: UnionExpression;
      readonly right: UnionExpression;
    }
  | {
      readonly kind: 'boolConditional';
      readonly condition: BoolExpression;
      readonly whenTrue: BoolExpression;
      readonly whenFalse: BoolExpression;
    }
  | { readonly kind: 'valid'; readonly header: HeaderExpression }
  | { readonly kind: 'unionValid'; readonly union: UnionExpression };

/** A header, perhaps one that is found while the packet is processed. All that it may be are of one type. */
export type HeaderExpression =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'element'; readonly stack: HeaderStack; readonly index: DataExpression }
  | { readonly kind: 'member'; readonly union: UnionExpression; readonly member: number };

export type UnionExpression =
  | { readonly kind: 'union'; readonly union: HeaderUnion }
  | { readonly kind: 'unionElement'; readonly stack: HeaderUnionStack; readonly index: DataExpression };

/** Any expression, with its type. */
export type Expression =
  | { readonly type: 'data'; readonly data: DataExpression }
  | { readonly type: 'bool'; readonly bool: BoolExpression }
  | { readonly type: 'header'; readonly header: HeaderExpression }
  | { readonly type: 'union'; readonly union: UnionExpression }
  | { readonly type: 'stack'; readonly stack: HeaderStack }
  | { readonly type: 'unionStack'; readonly stack: HeaderUnionStack };

/** Where something may be stored. */
export type LeftValue =
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'lastField'; readonly stack: HeaderStack; readonly field: FieldType }
  | { readonly kind: 'accessField'; readonly header: HeaderExpression; readonly field: FieldType }
  | { readonly kind: 'register'; readonly array: RegisterArray; readonly index: DataExpression };

/** Where the P4 program says it: shown in traces and messages. */
export type SourceInfo = {
  readonly filename: string;
  readonly line: number;
  readonly column: number;
  readonly fragment: string;
};

export type ExtractTarget =
  | { readonly kind: 'header'; readonly header: Header }
  | { readonly kind: 'stack'; readonly stack: HeaderStack }
  | { readonly kind: 'unionStack'; readonly stack: HeaderUnionStack; readonly member: number };

/** Bits ahead of what is parsed. */
export type Lookahead = { readonly offset: number; readonly bits: number };

export type ParserOperation =
  | {
      readonly kind: 'extract';
      readonly target: ExtractTarget;
      /** Bits of the variable-length field, when the operation says it. */
      readonly length: DataExpression | undefined;
    }
  | { readonly kind: 'set'; readonly target: LeftValue; readonly value: DataExpression }
  | { readonly kind: 'setVariable'; readonly target: Field; readonly source: Field }
  | { readonly kind: 'setLookahead'; readonly target: LeftValue; readonly lookahead: Lookahead }
  | { readonly kind: 'verify'; readonly condition: BoolExpression; readonly error: DataExpression }
  | { readonly kind: 'advance'; readonly bits: DataExpression }
  | { readonly kind: 'primitive'; readonly primitive: Primitive };

export type KeyElement =
  | { readonly kind: 'field'; readonly field: Field; readonly bits: number }
  | {
      readonly kind: 'lastField';
      readonly stack: HeaderStack;
      readonly field: FieldType;
      readonly bits: number;
    }
  | {
      readonly kind: 'lastUnionField';
      readonly stack: HeaderUnionStack;
      readonly member: number;
      readonly field: FieldType;
      readonly bits: number;
    }
  | { readonly kind: 'lookahead'; readonly lookahead: Lookahead; readonly bits: number };

export type Transition =
  | {
      readonly kind: 'value';
      /** Each element of the key, padded to whole bytes, one behind the other. */
      readonly value: Uint8Array;
      readonly mask: Uint8Array | undefined;
      readonly next: number | undefined;
    }
  | {
      readonly kind: 'valueSet';
      readonly set: ValueSet;
      readonly mask: Uint8Array | undefined;
      readonly next: number | undefined;
    };

export type ParseState = {
  readonly name: string;
  readonly index: number;
  readonly operations: readonly ParserOperation[];
  readonly key: readonly KeyElement[];
  readonly transitions: readonly Transition[];
  /** The state that follows when no transition matches; none: accept. */
  readonly defaultNext: number | undefined;
};

export type Parser = {
  readonly name: string;
  readonly states: readonly ParseState[];
  readonly initial: number | undefined;
};

export type ValueSet = { readonly name: string; readonly index: number; readonly bits: number };

export type Deparser = {
  readonly name: string;
  readonly order: readonly Header[];
  readonly primitives: readonly Primitive[];
};

export type MeterArray = {
  readonly name: string;
  readonly index: number;
  readonly unit: 'bytes' | 'packets';
  readonly rateCount: number;
  readonly size: number;
  /** For direct meters: the table, and where the colour goes. */
  readonly direct: { readonly table: string; readonly target: Field } | undefined;
};

export type CounterArray = {
  readonly name: string;
  readonly index: number;
  readonly size: number;
  /** For direct counters: the table. */
  readonly direct: { readonly table: string } | undefined;
};

export type RegisterArray = {
  readonly name: string;
  readonly index: number;
  readonly size: number;
  readonly bits: number;
};

/** One part of what a checksum or hash is computed over. */
export type CalculationInput =
  | { readonly kind: 'field'; readonly field: Field }
  | { readonly kind: 'constant'; readonly value: bigint; readonly bits: number }
  | { readonly kind: 'header'; readonly header: Header };

export type Calculation = {
  readonly name: string;
  readonly index: number;
  readonly algorithm: string;
  readonly inputs: readonly CalculationInput[];
  /** Whether what follows the parsed headers counts too. */
  readonly withPayload: boolean;
};

export type Checksum = {
  readonly name: string;
  readonly target: Field;
  readonly calculation: Calculation;
  readonly update: boolean;
  readonly verify: boolean;
  readonly condition: BoolExpression | undefined;
};

/** A parameter of a primitive, by what it is. */
export type Primitive = {
  readonly source: SourceInfo | undefined;
  readonly path: string;
} & (
  | { readonly op: 'assign'; readonly target: LeftValue; readonly value: DataExpression }
  | { readonly op: 'assign_VL'; readonly target: Field; readonly source_: Field }
  | {
      readonly op: 'assign_header';
      readonly target: HeaderExpression;
      readonly value: HeaderExpression;
    }
  | { readonly op: 'assign_union'; readonly target: UnionExpression; readonly value: UnionExpression }
  | { readonly op: 'assign_header_stack'; readonly target: HeaderStack; readonly value: HeaderStack }
  | { readonly op: 'assign_union_stack'; readonly target: HeaderUnionStack; readonly value: HeaderUnionStack }
  | {
      readonly op: 'push' | 'pop';
      readonly stack: HeaderStack | HeaderUnionStack;
      readonly count: DataExpression;
    }
  | { readonly op: 'add_header' | 'remove_header'; readonly header: HeaderExpression }
  /** `add_header_fast` of simple_switch: valid, with the fields it had. */
  | { readonly op: 'add_header_fast'; readonly header: HeaderExpression }
  | { readonly op: '_jump'; readonly offset: number }
  | { readonly op: '_jump_if_zero'; readonly condition: DataExpression; readonly offset: number }
  | { readonly op: 'exit' | 'no_op' | 'drop' }
  | { readonly op: 'mark_to_drop'; readonly header: Header }
  | { readonly op: 'assert' | 'assume'; readonly condition: DataExpression }
  | { readonly op: 'log_msg'; readonly format: string; readonly values: readonly DataExpression[] }
  | {
      readonly op: 'modify_field_rng_uniform';
      readonly target: LeftValue;
      readonly low: DataExpression;
      readonly high: DataExpression;
    }
  | {
      readonly op: 'modify_field_with_hash_based_offset';
      readonly target: LeftValue;
      readonly base: DataExpression;
      readonly calculation: Calculation;
      readonly size: DataExpression;
    }
  | { readonly op: 'generate_digest'; readonly learnList: DataExpression }
  | { readonly op: 'clone'; readonly session: DataExpression; readonly fieldList: DataExpression }
  | { readonly op: 'resubmit' | 'recirculate'; readonly fieldList: DataExpression }
  | { readonly op: 'truncate'; readonly length: DataExpression }
  | { readonly op: 'count'; readonly array: CounterArray; readonly index: DataExpression }
  | {
      readonly op: 'execute_meter';
      readonly array: MeterArray;
      readonly index: DataExpression;
      readonly target: LeftValue;
    }
  | {
      readonly op: 'register_read';
      readonly target: LeftValue;
      readonly array: RegisterArray;
      readonly index: DataExpression;
    }
  | {
      readonly op: 'register_write';
      readonly array: RegisterArray;
      readonly index: DataExpression;
      readonly value: DataExpression;
    }
);

export type ActionParameter = { readonly name: string; readonly bits: number };

export type Action = {
  readonly name: string;
  readonly index: number;
  /** The number by which the JSON knows it. */
  readonly id: number;
  readonly parameters: readonly ActionParameter[];
  readonly primitives: readonly Primitive[];
  readonly source: SourceInfo | undefined;
};

export type MatchKind = 'exact' | 'lpm' | 'ternary' | 'range' | 'optional' | 'valid';

export type TableKey = {
  readonly name: string;
  readonly match: MatchKind;
  readonly bits: number;
  readonly value: DataExpression;
  /** A static mask, applied before the lookup. */
  readonly mask: bigint | undefined;
};

export type EntryMatch =
  | { readonly kind: 'exact'; readonly value: bigint }
  | { readonly kind: 'lpm'; readonly value: bigint; readonly prefixLength: number }
  | { readonly kind: 'ternary'; readonly value: bigint; readonly mask: bigint }
  | { readonly kind: 'range'; readonly low: bigint; readonly high: bigint };

export type ActionCall = { readonly action: Action; readonly data: readonly bigint[] };

export type ConstEntry = ActionCall & {
  readonly matches: readonly EntryMatch[];
  /** As BMv2 has it: the smaller number wins. */
  readonly priority: number;
  /** Where the JSON has it. */
  readonly path: string;
};

export type ActionProfile = {
  readonly name: string;
  readonly index: number;
  readonly maximumSize: number;
  readonly selector: { readonly algorithm: string; readonly inputs: readonly Field[] } | undefined;
};

/** What follows a table: by hit and miss, or by action. */
export type NextNodes =
  | { readonly kind: 'hitMiss'; readonly hit: number | undefined; readonly miss: number | undefined }
  | { readonly kind: 'byAction'; readonly next: ReadonlyMap<Action, number | undefined> };

export type Table = {
  readonly kind: 'table';
  readonly name: string;
  readonly index: number;
  readonly keys: readonly TableKey[];
  readonly match: 'exact' | 'lpm' | 'ternary' | 'range';
  readonly maximumSize: number;
  readonly withCounters: boolean;
  readonly supportsTimeout: boolean;
  readonly actions: readonly Action[];
  readonly profile: ActionProfile | undefined;
  readonly directMeter: MeterArray | undefined;
  readonly next: NextNodes;
  /** What follows a miss when there is no default action. */
  readonly baseDefaultNext: number | undefined;
  readonly defaultEntry:
    | (ActionCall & { readonly constAction: boolean; readonly constEntry: boolean })
    | undefined;
  /** The entries of a table that nobody may change. */
  readonly entries: readonly ConstEntry[] | undefined;
  readonly source: SourceInfo | undefined;
};

export type Conditional = {
  readonly kind: 'conditional';
  readonly name: string;
  readonly condition: BoolExpression;
  readonly trueNext: number | undefined;
  readonly falseNext: number | undefined;
  readonly source: SourceInfo | undefined;
};

export type DirectCall = {
  readonly kind: 'call';
  readonly name: string;
  readonly action: Action;
  readonly next: number | undefined;
};

export type ControlNode = Table | Conditional | DirectCall;

export type Pipeline = {
  readonly name: string;
  readonly nodes: readonly ControlNode[];
  readonly initial: number | undefined;
};

/** Fields of a digest. */
export type LearnList = {
  readonly name: string;
  readonly id: number;
  readonly fields: readonly Field[];
};

/** Fields that a copy of a packet keeps. */
export type FieldList = { readonly id: number; readonly fields: readonly Field[] };

export type ErrorCode = { readonly name: string; readonly value: number };

export type Program = {
  readonly headers: readonly Header[];
  readonly stacks: readonly HeaderStack[];
  readonly unions: readonly HeaderUnion[];
  readonly unionStacks: readonly HeaderUnionStack[];
  readonly errors: ReadonlyMap<string, number>;
  readonly enums: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly valueSets: readonly ValueSet[];
  readonly parsers: readonly Parser[];
  readonly deparsers: readonly Deparser[];
  readonly meters: readonly MeterArray[];
  readonly counters: readonly CounterArray[];
  readonly registers: readonly RegisterArray[];
  readonly actions: readonly Action[];
  readonly profiles: readonly ActionProfile[];
  readonly pipelines: readonly Pipeline[];
  readonly tables: readonly Table[];
  readonly calculations: readonly Calculation[];
  readonly checksums: readonly Checksum[];
  readonly learnLists: readonly LearnList[];
  readonly fieldLists: readonly FieldList[];
  /** Fields by the names under which the switch knows them: aliases first, then `header.field`. */
  readonly field: (name: string) => Field | undefined;
};
