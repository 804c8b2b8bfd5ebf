/** What the tests of this back end share: programs around a piece of P4, and a second reading of the switch's JSON. */

import { compileFrontEnd } from '../../compile.ts';
import { compileBmv2 } from '../../compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../library.ts';
import { SourceFile } from '../../syntax/source.ts';
import type { Json } from './json.ts';
import type { Bmv2Json } from './program.ts';

/** Compiles; throws with the messages when something is wrong. */
export function compile(text: string): Bmv2Json {
  const front = compileFrontEnd(new SourceFile('test.p4', text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  if (json === undefined) throw new Error(front.sink.diagnostics.map(({ message }) => message).join('; '));
  return json;
}

/** A v1model program with pieces in the usual places. */
export function programWith(parts: {
  readonly types?: string;
  readonly headers?: string;
  readonly metadata?: string;
  readonly parser?: string;
  readonly ingress?: string;
  readonly apply?: string;
}): string {
  return `#include <v1model.p4>
${parts.types ?? ''}
struct headers_t { ${parts.headers ?? ''} }
struct metadata_t { ${parts.metadata ?? ''} }
parser P(packet_in packet, out headers_t hdr, inout metadata_t meta, inout standard_metadata_t sm) {
  ${parts.parser ?? 'state start { transition accept; }'}
}
control C(inout headers_t hdr, inout metadata_t meta) { apply {} }
control I(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t sm) {
  ${parts.ingress ?? ''}
  apply { ${parts.apply ?? ''} }
}
control E(inout headers_t hdr, inout metadata_t meta, inout standard_metadata_t sm) { apply {} }
control D(packet_out packet, in headers_t hdr) { apply { packet.emit(hdr); } }
V1Switch(P(), C(), I(), E(), C(), D()) main;
`;
}

/** An object of the JSON. */
export type Node = { readonly [key: string]: Json | undefined };

/** A part of the JSON that has to be an object. */
export function node(json: Json | undefined): Node {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new Error('an object is expected');
  return Object.fromEntries(Object.entries(json));
}

/** A part of the JSON that has to be a list of objects. */
export function nodes(json: Json | undefined): readonly Node[] {
  if (!Array.isArray(json)) throw new Error('a list is expected');
  return json.map((item: Json) => node(item));
}

/** The one of a list with a name. */
export function named(json: Json | undefined, name: string): Node {
  const found = nodes(json).find((one) => one['name'] === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
