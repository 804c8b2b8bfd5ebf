/** Packet cases as data: what is in the tables, what goes in, what must come out. */

import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';

/** A number, or an address as text; a prefix is `address/length`, a ternary value with a mask `value&&&mask`. */
export type CaseValue = number | string;

export type CaseCall = { readonly action: string; readonly data: { readonly [name: string]: CaseValue } };

/** An entry of a table, with an action or a set of them to select from. */
export type CaseEntry = {
  readonly table: string;
  readonly match: { readonly [field: string]: CaseValue };
  readonly action?: string;
  readonly data?: { readonly [name: string]: CaseValue };
  readonly set?: readonly (CaseCall & { readonly weight: number })[];
  readonly priority?: number;
};

/** A packet as hexadecimal text. */
export type CasePacket = { readonly port: number; readonly packet: string };

export type PacketCase = {
  readonly description: string;
  readonly entries: readonly CaseEntry[];
  /** One packet, or several one after another. */
  readonly input: CasePacket | readonly CasePacket[];
  /** Packets for the controller leave by port 510, with their header in front. */
  readonly expected: readonly CasePacket[];
  /** The data plane's reports to the controller, where a case says what they must be. */
  readonly digests?: readonly { readonly [field: string]: CaseValue }[];
};

const VALUES = { type: 'object', additionalProperties: { type: ['number', 'string'] } } as const;

const ENTRY = {
  type: 'object',
  required: ['table', 'match'],
  additionalProperties: false,
  properties: {
    table: { type: 'string' },
    match: VALUES,
    action: { type: 'string' },
    data: VALUES,
    priority: { type: 'integer', minimum: 1 },
    set: {
      type: 'array',
      items: {
        type: 'object',
        required: ['action', 'data', 'weight'],
        additionalProperties: false,
        properties: { action: { type: 'string' }, data: VALUES, weight: { type: 'integer', minimum: 1 } },
      },
    },
  },
} as const;

const PACKET = {
  type: 'object',
  required: ['port', 'packet'],
  additionalProperties: false,
  properties: { port: { type: 'integer' }, packet: { type: 'string', pattern: '^([0-9a-f]{2})*$' } },
} as const;

/** JSON schema of a file of cases. */
const CASES_SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'entries', 'input', 'expected'],
    additionalProperties: false,
    properties: {
      description: { type: 'string' },
      entries: { type: 'array', items: ENTRY },
      input: { anyOf: [PACKET, { type: 'array', items: PACKET }] },
      expected: { type: 'array', items: PACKET },
      digests: { type: 'array', items: VALUES },
    },
  },
} as const;

const BASE_SCHEMA = {
  type: 'object',
  required: ['entries'],
  additionalProperties: false,
  properties: { entries: { type: 'array', items: ENTRY } },
} as const;

const ajv = new Ajv({ allowUnionTypes: true });
const isCases = ajv.compile<readonly PacketCase[]>(CASES_SCHEMA);
const isBase = ajv.compile<{ readonly entries: readonly CaseEntry[] }>(BASE_SCHEMA);

/** Reads a file of cases. @throws Error that says what is wrong with it. */
export function readCases(path: string): readonly PacketCase[] {
  return read(path, isCases);
}

/** Reads the entries that all cases find. @throws Error that says what is wrong with them. */
export function readBase(path: string): readonly CaseEntry[] {
  return read(path, isBase).entries;
}

function read<T>(
  path: string,
  isRight: ((value: unknown) => value is T) & Pick<ValidateFunction, 'errors'>,
): T {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isRight(value)) throw new Error(`${path}: ${ajv.errorsText(isRight.errors)}`);
  return value;
}

/** The packets that go in. */
export function inputsOf({ input }: PacketCase): readonly CasePacket[] {
  return 'port' in input ? [input] : input;
}
