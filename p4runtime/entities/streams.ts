/** What goes through the stream: digests, packets in and out (P4Runtime, "P4Runtime Stream Messages"); and value sets. */

import { decodeData, decodeValue, encodeValue } from '../codec/index.ts';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { DigestList, Entity, PacketIn, PacketOut } from '../gen/p4/v1/p4runtime.ts';
import { type DigestInfo, missing, type PacketHeaderInfo, type ValueSetInfo } from '../schema/index.ts';
import { decodeMatches, encodeMatches, type Key } from './matches.ts';
import { type Data, fromDataValue, fromFieldValue, toFieldValue, type ValueData } from './values.ts';

/** When a list of digests is sent: full, or its oldest has waited so long. */
export type DigestSettings = {
  readonly maxTimeoutNs: bigint;
  readonly maxListSize: number;
  readonly ackTimeoutNs: bigint;
};

/** Switches a digest on; without settings, as it is named to delete or read it. */
export function encodeDigestEntry(digest: DigestInfo, settings?: DigestSettings): Entity {
  return { entity: { $case: 'digestEntry', value: { digestId: digest.id, config: settings } } };
}

/** Reads the digests of a list; undefined for a list of another. @throws EntityError for data of another type. */
export function decodeDigestList(digest: DigestInfo, list: DigestList): readonly Data[] | undefined {
  if (list.digestId !== digest.id) return undefined;
  const what = `digest '${digest.name}'`;
  return list.data.map((data) => fromDataValue(digest.type, decodeData(digest.type, data, what)));
}

/** Values of the fields of a packet header, by name. */
export type PacketFields = { readonly [field: string]: ValueData };

/** A packet to send. @throws EntityError for a missing or unknown field, and as encodeValue does. */
export function encodePacketOut(
  header: PacketHeaderInfo | undefined,
  payload: Uint8Array,
  fields: PacketFields,
): PacketOut {
  const all = header?.fields ?? [];
  for (const name of Object.keys(fields)) {
    if (!all.some((field) => field.name === name)) {
      const names = all.map((field) => field.name);
      throw new EntityError(Code.INVALID_ARGUMENT, `packet_out: ${missing('field', name, names)}`);
    }
  }
  const metadata = all.map(({ id, name, type }) => {
    const what = `packet_out: field '${name}'`;
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) throw new EntityError(Code.INVALID_ARGUMENT, `${what} is missing`);
    return { metadataId: id, value: encodeValue(type, toFieldValue(type, value, what), what) };
  });
  return { payload, metadata };
}

/** Reads the fields of a packet that came. @throws EntityError for a missing field, and as decodeValue does. */
export function decodePacketIn(header: PacketHeaderInfo | undefined, { metadata }: PacketIn): PacketFields {
  const made: { [field: string]: ValueData } = {};
  for (const [index, field] of (header?.fields ?? []).entries()) {
    const there = metadata[index];
    const bytes =
      there?.metadataId === field.id
        ? there.value
        : metadata.find(({ metadataId }) => metadataId === field.id)?.value;
    const what = `packet_in: field '${field.name}'`;
    if (bytes === undefined) throw new EntityError(Code.INVALID_ARGUMENT, `${what} is missing`);
    made[field.name] = fromFieldValue(field, decodeValue(field.type, bytes, what));
  }
  return made;
}

/** All members of a value set, which replace those that it has; without them, to read it. */
export function encodeValueSet(valueSet: ValueSetInfo, members: readonly Key[] = []): Entity {
  const what = `value set '${valueSet.name}'`;
  if (members.length > valueSet.size) {
    throw new EntityError(Code.RESOURCE_EXHAUSTED, `${what} holds at most ${valueSet.size} members`);
  }
  const value = {
    valueSetId: valueSet.id,
    members: members.map((key) => ({ match: encodeMatches(what, valueSet.fields, key) })),
  };
  return { entity: { $case: 'valueSetEntry', value } };
}

/** Reads the members of a value set; undefined for an entity that is not of it. */
export function decodeValueSet(valueSet: ValueSetInfo, { entity }: Entity): readonly Key[] | undefined {
  if (entity?.$case !== 'valueSetEntry' || entity.value.valueSetId !== valueSet.id) return undefined;
  const what = `value set '${valueSet.name}'`;
  return entity.value.members.map(({ match }) => decodeMatches(what, valueSet.fields, match));
}
