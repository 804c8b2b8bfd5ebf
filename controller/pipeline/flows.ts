/** Flows as the switch has them: entries of `flows`, and what digests and notifications tell of them. */

import type { P4Data } from '../../p4runtime/gen/p4/v1/p4data.ts';
import type { DigestList, Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { unsigned } from '../../wire/index.ts';
import { digests, tables } from './bindings.ts';

/** The ends of a flow; addresses as numbers of 128 bits. */
export type FlowKey = {
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
};

/** What the data plane tells of a flow. */
export type FlowReport = FlowKey & {
  readonly event: 'learned' | 'opened' | 'closed';
  readonly service: number;
  readonly server: number;
};

/**
 * An entry; without a server, to read it or take it away. There are ten thousand a second: it is made from a pattern, and
 * not by way of the schema.
 * @param idleTimeout Seconds.
 */
export function flowEntity(key: FlowKey, server?: number, idleTimeout?: number): Entity {
  const { source, destination, sourcePort, destinationPort, protocol } = key;
  const values = [
    wide(source),
    wide(destination),
    narrow(sourcePort),
    narrow(destinationPort),
    narrow(protocol),
  ];
  const value = {
    ...PATTERN.entry,
    match: values.map((bytes, index) => ({
      fieldId: PATTERN.fields[index] ?? 0,
      fieldMatchType: { $case: 'exact' as const, value: { value: bytes } },
    })),
    action:
      server === undefined
        ? undefined
        : {
            type: {
              $case: 'action' as const,
              value: {
                actionId: PATTERN.action,
                params: [{ paramId: PATTERN.param, value: narrow(server) }],
              },
            },
          },
    idleTimeoutNs: idleTimeout === undefined ? 0n : BigInt(Math.round(idleTimeout * 1e9)),
  };
  return { entity: { $case: 'tableEntry', value } };
}

/** The ids of the table, its fields in their order, its action and that one's parameter. */
const PATTERN = (() => {
  const { entity } = tables.flows.entry({
    key: { source: 0n, destination: 0n, source_port: 0, destination_port: 0, protocol: 0 },
    action: { name: 'set_server', params: { server: 0 } },
  });
  const type = entity?.$case === 'tableEntry' ? entity.value.action?.type : undefined;
  if (entity?.$case !== 'tableEntry' || type?.$case !== 'action')
    throw new Error('flows is a table with an action');
  return {
    entry: entity.value,
    fields: entity.value.match.map(({ fieldId }) => fieldId),
    action: type.value.actionId,
    param: type.value.params[0]?.paramId ?? 0,
  };
})();

/** Bytes as short as can be (P4Runtime, "Bytestrings"). */
function wide(value: bigint): Uint8Array {
  const text = value.toString(16);
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex');
}

function narrow(value: number): Uint8Array {
  return value < 256 ? Uint8Array.of(value) : Uint8Array.of(value >>> 8, value & 255);
}

/** A flow that the switch has; undefined for other entities. */
export function readFlow(
  entity: Entity,
): (FlowKey & { readonly server: number; readonly sinceLastHitNs: bigint | undefined }) | undefined {
  const entry = entity.entity?.$case === 'tableEntry' ? entity.entity.value : undefined;
  if (entry?.tableId !== PATTERN.entry.tableId || entry.isDefaultAction) return undefined;
  const values = PATTERN.fields.map((id, index) => {
    const there = entry.match[index];
    const field = there?.fieldId === id ? there : entry.match.find(({ fieldId }) => fieldId === id);
    return field?.fieldMatchType?.$case === 'exact' ? field.fieldMatchType.value.value : undefined;
  });
  const [source, destination, sourcePort, destinationPort, protocol] = values;
  if (source === undefined || destination === undefined) return undefined;
  const { action } = entry;
  const call = action?.type?.$case === 'action' ? action.type.value : undefined;
  return {
    source: unsigned(source),
    destination: unsigned(destination),
    sourcePort: small(sourcePort),
    destinationPort: small(destinationPort),
    protocol: small(protocol),
    server: call?.actionId === PATTERN.action ? small(call.params[0]?.value) : 0,
    sinceLastHitNs: entry.timeSinceLastHit?.elapsedNs,
  };
}

/**
 * The reports of a list; undefined for a list of something else. Read without the schema, as `flowEntity` writes; what is no report is
 * left out.
 */
export function readReports({ digestId, data }: DigestList): readonly FlowReport[] | undefined {
  if (digestId !== REPORT.id) return undefined;
  const reports: FlowReport[] = [];
  for (const { data: one } of data) {
    if (one?.$case !== 'struct') continue;
    const { members } = one.value;
    const event = EVENTS.get(small(bytesOf(members[REPORT.event])));
    if (event === undefined || members.length !== REPORT.members) continue;
    reports.push({
      source: unsigned(bytesOf(members[REPORT.source])),
      destination: unsigned(bytesOf(members[REPORT.destination])),
      sourcePort: small(bytesOf(members[REPORT.sourcePort])),
      destinationPort: small(bytesOf(members[REPORT.destinationPort])),
      protocol: small(bytesOf(members[REPORT.protocol])),
      event,
      service: small(bytesOf(members[REPORT.service])),
      server: small(bytesOf(members[REPORT.server])),
    });
  }
  return reports;
}

/** The id of the digest, and the places of its fields. */
const REPORT = (() => {
  const { id, type } = digests.flow_digest_t.info;
  const names = type.kind === 'struct' ? type.fields.map(({ name }) => name) : [];
  const place = (name: string) => {
    const index = names.indexOf(name);
    if (index < 0) throw new Error(`flow_digest_t has a ${name}`);
    return index;
  };
  return {
    id,
    members: names.length,
    source: place('source'),
    destination: place('destination'),
    sourcePort: place('source_port'),
    destinationPort: place('destination_port'),
    protocol: place('protocol'),
    event: place('event'),
    service: place('service'),
    server: place('server'),
  };
})();

const NO_BYTES = new Uint8Array();

/** What a member of a struct is. */
function bytesOf(member: P4Data | undefined): Uint8Array {
  const data = member?.data;
  return data?.$case === 'bitstring' ? data.value : NO_BYTES;
}

/** The number that a few bytes are. */
function small(bytes: Uint8Array | undefined): number {
  let value = 0;
  for (const byte of bytes ?? NO_BYTES) value = value * 256 + byte;
  return value;
}

/** `event_t` of p4/include/ids.p4: P4Info does not have it, for a digest that BMv2 takes has plain numbers. */
export const EVENTS: ReadonlyMap<number, FlowReport['event']> = new Map([
  [1, 'learned'],
  [2, 'opened'],
  [3, 'closed'],
]);
