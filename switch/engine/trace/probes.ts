/** Calls of the host in generated code: what they are about is kept here by number. */

import type { FunctionBuilder, I32, ModuleBuilder } from '../../wasm/index.ts';
import type { Frame, Probes } from '../compile/frame.ts';
import type { Action, Conditional, ParseState, Table } from '../json/index.ts';

/** What a probe is about. */
export type ProbeDescription =
  | { readonly kind: 'state'; readonly state: ParseState }
  | { readonly kind: 'lookup'; readonly table: Table }
  | { readonly kind: 'action'; readonly action: Action; readonly data: number }
  | { readonly kind: 'condition'; readonly node: Conditional }
  | { readonly kind: 'event'; readonly name: string };

/** The function of the host: number of the probe, then up to two values. */
export const PROBE = 'probe';

/** Makes what writes probes, and collects what they are about. */
export function makeProbes(m: ModuleBuilder, descriptions: ProbeDescription[]): Probes {
  m.import(PROBE, ['i32', 'i32', 'i32']);
  const call = (f: FunctionBuilder, description: ProbeDescription, one: I32 | number, two: I32 | number) => {
    f.call(PROBE, descriptions.push(description) - 1, one, two);
  };
  return {
    state: ({ f, machine }: Frame, _parser, state, cursor) =>
      call(f, { kind: 'state', state }, cursor.sub(machine.packet.start), 0),
    lookup: ({ f }, table, key, record) => call(f, { kind: 'lookup', table }, key.address(), record),
    action: ({ f }, action, record, data) => call(f, { kind: 'action', action, data }, record, 0),
    condition: ({ f }, node, result) => call(f, { kind: 'condition', node }, result, 0),
    call: ({ f }, action) => call(f, { kind: 'action', action, data: 0 }, 0, 0),
    event: ({ f }, name, values) => call(f, { kind: 'event', name }, values[0] ?? 0, values[1] ?? 0),
  };
}
