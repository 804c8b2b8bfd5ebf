/** What the parsers of the pipeline find in a packet: the parser of each target, run by the evaluator of lowered programs. */

import { readFileSync } from 'node:fs';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { defaultValue, Machine, PacketReader, type Value } from '../../codegen/ir/evaluate-ir/index.ts';
import type { Program, Type } from '../../codegen/ir/index.ts';
import { lowerProgram } from '../../codegen/ir/lower/index.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { pipesOf } from './tna-pipes.ts';
import { CPU_PORTS_OF_TOFINO, type Generation, INTRINSIC_BYTES, TNA_PATH } from './tna-program.ts';

/** The fields of `facts_t`, and `home` if there is a Home Address option that can be taken out. */
export type Facts = ReadonlyMap<string, Value>;

export type FactsParser = (port: number, packet: Uint8Array) => Facts;

const CPU_PORT_OF_V1MODEL = 510;

/** The parser of v1model. */
export function v1modelFacts(): FactsParser {
  const program = lower('p4/targets/v1model/main.p4');
  const machine = new Machine(program, ENVIRONMENT);
  return (port, packet) => {
    const [, headersType, metadataType, standardType] = parametersOf(program, 'Parse');
    const standard = defaultValue(standardType);
    setField(standard, standardType, 'ingress_port', BigInt(port));
    const { kind, values } = machine.run('Parse', [
      { kind: 'object', object: new PacketReader(packet) },
      false,
      defaultValue(metadataType),
      standard,
    ]);
    return factsOf(values[1], headersType, values[2], metadataType, kind === 'reject');
  };
}

/**
 * The parsers of Tofino, one behind the other as packets meet them, and what the shim finds out behind the last.
 * @param path The program: in one pipe, or folded.
 */
export function tnaFacts(generation: Generation = 1, path: string = TNA_PATH): FactsParser {
  const program = lower(path, generation);
  const machine = new Machine(program, ENVIRONMENT);
  const [pipeA, pipeB] = pipesOf(program);
  const parser = (pipeB ?? pipeA)?.ingressParser ?? '';
  const lengths = [...program.blocks.values()].find(
    (block) => block.kind === 'control' && block.declaration === 'Lengths',
  );
  return (port, packet) => {
    const [, headersType, metadataType] = parametersOf(program, parser);
    const front = Buffer.alloc(INTRINSIC_BYTES[generation] + (pipeB === undefined ? 0 : CROSSING_BYTES));
    front.writeUInt16BE(port === CPU_PORT_OF_V1MODEL ? CPU_PORTS_OF_TOFINO[generation] : port);
    // The header of the controller does not come to the second pipe.
    const behind = pipeB !== undefined && port === CPU_PORT_OF_V1MODEL ? packet.subarray(2) : packet;
    const reader = new PacketReader(Buffer.concat([front, behind]));
    const parsed = machine.run(parser, [{ kind: 'object', object: reader }, false, false, false]);
    const after = machine.run(lengths?.name ?? '', [parsed.values[1] ?? false, parsed.values[2] ?? false]);
    return factsOf(after.values[0], headersType, after.values[1], metadataType, parsed.kind === 'reject');
  };
}

/** What the second pipe gets in front of a packet, where it has no addresses. */
const CROSSING_BYTES = 13;

const ENVIRONMENT = {
  entries: new Map(),
  valueSets: new Map(),
  // Sums are none of the facts.
  callExtern: ({ name }: { readonly name: string }) =>
    name === 'verify' ? false : name === 'get' ? 0n : undefined,
};

function lower(path: string, generation: Generation = 1): Program {
  const front = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [{ name: '__TARGET_TOFINO__', value: String(generation) }],
    fileSystem: nodeFileSystem,
  });
  const { checked, evaluated, sink } = front;
  if (evaluated === undefined) throw new Error(sink.diagnostics.map(({ message }) => message).join('\n'));
  return lowerProgram(checked, evaluated, sink).program;
}

function parametersOf(program: Program, name: string): [Type, Type, Type, Type] {
  const types = program.blocks.get(name)?.parameters.map(({ variable }) => variable.type) ?? [];
  const [packet, headers, metadata, last] = types;
  if (packet === undefined || headers === undefined || metadata === undefined || last === undefined) {
    throw new Error(`the parser '${name}' has lost parameters`);
  }
  return [packet, headers, metadata, last];
}

function setField(struct: Value, type: Type, name: string, value: Value): void {
  if (typeof struct !== 'object' || struct.kind !== 'struct' || type.kind !== 'struct') return;
  struct.elements[type.fields.findIndex((field) => field.name === name)] = value;
}

function fieldsOf(
  value: Value | undefined,
  type: Type | undefined,
): ReadonlyMap<string, { value: Value; type: Type }> {
  if (typeof value !== 'object' || !('elements' in value) || type === undefined || !('fields' in type))
    return new Map();
  const { elements } = value;
  return new Map(
    type.fields.flatMap((field, index) => {
      const element = elements[index];
      return element === undefined ? [] : [[field.name, { value: element, type: field.type }] as const];
    }),
  );
}

function factsOf(
  headers: Value | undefined,
  headersType: Type,
  metadata: Value | undefined,
  metadataType: Type,
  isRejected: boolean,
): Facts {
  const facts = fieldsOf(metadata, metadataType).get('facts');
  const found = new Map([...fieldsOf(facts?.value, facts?.type)].map(([name, { value }]) => [name, value]));
  // The shims do this with the parser's error.
  if (isRejected) found.set('is_malformed', true);
  const home = fieldsOf(headers, headersType).get('home');
  const address = fieldsOf(home?.value, home?.type).get('address');
  if (found.get('has_home_address') === true && address !== undefined) found.set('home', address.value);
  return found;
}
