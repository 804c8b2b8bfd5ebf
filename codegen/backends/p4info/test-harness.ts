/** Makes P4Info of small programs, for tests. */

import { compileText } from '../../test-harness.ts';
import { type ControlPlane, makeP4Info } from './index.ts';

/** A v1model program: types and controls at top level, what is in ingress, what its body does, annotations of main. */
export type Parts = {
  readonly top?: string;
  /** Behind the headers and metadata. */
  readonly blocks?: string;
  readonly headers?: string;
  readonly metadata?: string;
  readonly parser?: string;
  readonly ingress?: string;
  readonly apply?: string;
  readonly main?: string;
};

/** The text of the program. */
export function v1model({ top, blocks, headers, metadata, parser, ingress, apply, main }: Parts): string {
  return `#include <core.p4>
#include <v1model.p4>
${top ?? ''}
struct headers_t { ${headers ?? ''} }
struct metadata_t { bit<8> a; bit<16> b; bit<32> c; ${metadata ?? ''} }
${blocks ?? ''}
parser P(packet_in packet, out headers_t headers, inout metadata_t meta, inout standard_metadata_t standard) {
  ${parser ?? ''}
  state start { transition accept; }
}
control V(inout headers_t headers, inout metadata_t meta) { apply {} }
control ingress(inout headers_t headers, inout metadata_t meta, inout standard_metadata_t standard) {
  ${ingress ?? ''}
  apply { ${apply ?? ''} }
}
control egress(inout headers_t headers, inout metadata_t meta, inout standard_metadata_t standard) { apply {} }
control D(packet_out packet, in headers_t headers) { apply {} }
${main ?? ''}
V1Switch(P(), V(), ingress(), egress(), V(), D()) main;
`;
}

/** What the control plane is told of a text. @throws Error with the messages of a program that is wrong. */
export function controlPlaneOf(text: string): ControlPlane {
  const result = compileText(text);
  const made = makeP4Info(result);
  if (made === undefined) {
    throw new Error(result.sink.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  }
  return made;
}

/** What the control plane is told of a v1model program. */
export function controlPlane(parts: Parts): ControlPlane {
  return controlPlaneOf(v1model(parts));
}
