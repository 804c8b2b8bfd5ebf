/** What `npm run bench switch` measures, each in a form that every engine takes: the cases with one table, and moor's pipeline. */

import { readBase, readCases } from '../../bmv2-tests/harness/case.ts';
import { encodeCaseEntry } from '../../bmv2-tests/harness/entries.ts';
import { type CompiledProgram, v1modelPipeline } from '../../bmv2-tests/harness/pipeline-program.ts';
import { makeP4Info } from '../../codegen/backends/p4info/index.ts';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { cpuSession } from '../../controller/pipeline/index.ts';
import { encodeTableEntry, type Match } from '../../p4runtime/entities/index.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import type { FieldMatch } from '../../switch/tables/index.ts';
import { entryLine } from './simple-switch.ts';
import { type Case, packetOf, programText } from './switch-cases.ts';

/** A program with entries and packets that hit them. */
export type Subject = {
  readonly name: string;
  readonly program: CompiledProgram;
  /** All packets come in by the first port, and leave by the second. */
  readonly ports: readonly [number, number];
  /** How many entries there are at most. */
  readonly entries: number;
  readonly entities: (most: number) => Iterable<Entity>;
  /** The same for simple_switch's command line; undefined for what is not said in it. */
  readonly lines: ((most: number) => readonly string[]) | undefined;
  /** A packet that hits one of so many entries. All have the same length. */
  readonly packet: (most: number) => Uint8Array;
};

function compile(text: string): CompiledProgram {
  const front = compileFrontEnd(new SourceFile('bench.p4', text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  const made = makeP4Info(front);
  if (json === undefined || made === undefined)
    throw new Error(front.sink.diagnostics[0]?.message ?? 'the program does not compile');
  return { json: Buffer.from(JSON.stringify(json)), p4info: made.p4info };
}

const asNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function toMatch(match: FieldMatch): Match | undefined {
  switch (match.kind) {
    case 'exact':
      return asNumber(match.value);
    case 'lpm':
      return { value: asNumber(match.value), prefixLength: match.prefixLength };
    case 'ternary':
      return { value: asNumber(match.value), mask: asNumber(match.mask) };
    case 'range':
      return { low: asNumber(match.low), high: asNumber(match.high) };
    case 'any':
      return undefined;
  }
}

/** One of the cases with one table. */
export function subjectOf(one: Case): Subject {
  const program = compile(programText(one.ingress, one.checksum));
  const schema = buildSchema(program.p4info);
  const table = schema.tables.get('t');
  const action = schema.actions.get(one.action);
  const { hasPriority } = table;
  function* entities(most: number): Generator<Entity> {
    for (let index = 0; index < Math.min(most, one.entries); index++) {
      const matches = one.matches(one.flow(index));
      const key: Record<string, Match> = {};
      for (const [field, match] of matches.entries()) {
        const value = toMatch(match);
        if (value !== undefined) key[table.fields[field]?.name ?? ''] = value;
      }
      const params = Object.fromEntries(
        one.values.map((value, at) => [action.parameters[at]?.name ?? '', value]),
      );
      yield encodeTableEntry(table, {
        key,
        action: { name: action.name, params },
        ...(hasPriority ? { priority: one.entries - index } : {}),
      });
    }
  }
  const lines = (most: number) =>
    Array.from({ length: Math.min(most, one.entries) }, (_, index) => {
      const matches = one.matches(one.flow(index)).map((match, field) => {
        const type = table.fields[field]?.type;
        return { match, bytes: type?.kind === 'bit' ? Math.ceil(type.width / 8) : 1 };
      });
      return entryLine(table.name, action.name, matches, one.values, hasPriority ? index + 1 : undefined);
    });
  return {
    name: one.name,
    program,
    ports: [0, 1],
    entries: one.entries,
    entities,
    lines,
    packet: (most) => packetOf(one.flow(Math.floor(Math.random() * Math.min(most, one.entries)))),
  };
}

const FOLDER = 'bmv2-tests/pipeline';

/** The name of the row of moor's pipeline. */
export const PIPELINE = "moor's pipeline, a known flow over IPv6";

/** moor's pipeline with the entries of its packet cases: a packet of a flow that is known goes to its server. */
export function pipelineSubject(): Subject {
  const program = v1modelPipeline();
  const schema = buildSchema(program.p4info);
  const known = readCases(`${FOLDER}/cases/sessions.json`).find(({ description }) =>
    /flow that is known/.test(description),
  );
  const input = known === undefined ? undefined : [known.input].flat()[0];
  const output = known?.expected[0];
  if (known === undefined || input === undefined || output === undefined)
    throw new Error(`${FOLDER}/cases/sessions.json has no case of a flow that is known`);
  const entries = [...readBase(`${FOLDER}/base.json`), ...known.entries];
  const packet = new Uint8Array(Buffer.from(input.packet, 'hex'));
  return {
    name: PIPELINE,
    program,
    ports: [input.port, output.port],
    entries: entries.length,
    entities: () => [cpuSession(), ...entries.map((entry) => encodeCaseEntry(schema, entry))],
    lines: undefined,
    packet: () => packet,
  };
}
