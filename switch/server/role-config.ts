/**
 * What a role may do. P4Runtime leaves the form of `Role.config` open; this switch takes the one of Stratum,
 * `stratum.P4RoleConfig`, and for roles without a config the annotation `@p4runtime_role("…")` on what a program
 * keeps for one role (as SONiC's P4 programs have it).
 */

import { BinaryReader } from '@bufbuild/protobuf/wire';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { MasterArbitrationUpdate, PacketMetadata } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';

/** stratum.P4RoleConfig. */
export type RoleConfig = {
  readonly exclusiveIds: ReadonlySet<number>;
  readonly sharedIds: ReadonlySet<number>;
  readonly packetInFilter: { readonly metadataId: number; readonly value: Uint8Array } | undefined;
  readonly receivesPacketIns: boolean;
  readonly canPushPipeline: boolean;
};

/** The last part of the type's URL in `google.protobuf.Any`. */
export const ROLE_CONFIG_TYPE = 'stratum.P4RoleConfig';

/**
 * The config of a role; undefined: it may do everything.
 * @throws EntityError INVALID_ARGUMENT for another type, or bytes that are none.
 */
export function parseRoleConfig(role: MasterArbitrationUpdate['role']): RoleConfig | undefined {
  const any = role?.config;
  if (any === undefined) return undefined;
  if (role?.name === undefined || role.name === '') {
    throw wrong('the default role may do everything and takes no config: name the role');
  }
  const type = any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1);
  if (type !== ROLE_CONFIG_TYPE) {
    throw wrong(
      `the type is '${any.typeUrl}', and this switch knows type.googleapis.com/${ROLE_CONFIG_TYPE}`,
    );
  }
  try {
    return decodeRoleConfig(any.value);
  } catch (problem) {
    throw wrong(`no ${ROLE_CONFIG_TYPE}: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
}

function wrong(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, `role.config: ${message}`);
}

// Field numbers of stratum/public/proto/p4_role_config.proto.
function decodeRoleConfig(bytes: Uint8Array): RoleConfig {
  const exclusiveIds = new Set<number>();
  const sharedIds = new Set<number>();
  let packetInFilter: RoleConfig['packetInFilter'];
  let receivesPacketIns = false;
  let canPushPipeline = false;
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1 || field === 2) {
      const ids = field === 1 ? exclusiveIds : sharedIds;
      if (wireType === 2) {
        const end = reader.uint32() + reader.pos;
        while (reader.pos < end) ids.add(reader.uint32());
      } else ids.add(reader.uint32());
    } else if (field === 3) {
      packetInFilter = decodeFilter(reader.bytes());
    } else if (field === 4) receivesPacketIns = reader.bool();
    else if (field === 5) canPushPipeline = reader.bool();
    else reader.skip(wireType, field);
  }
  return { exclusiveIds, sharedIds, packetInFilter, receivesPacketIns, canPushPipeline };
}

function decodeFilter(bytes: Uint8Array): RoleConfig['packetInFilter'] {
  let metadataId = 0;
  let value: Uint8Array = new Uint8Array();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) metadataId = reader.uint32();
    else if (field === 2) value = reader.bytes();
    else reader.skip(wireType, field);
  }
  return { metadataId, value };
}

/** What a role may touch: undefined is everything. */
export type Permission = (id: number) => boolean;

/** Which roles each object is kept for, by its annotations. */
export function annotatedRoles(schema: Schema): ReadonlyMap<number, string> {
  const roles = new Map<number, string>();
  const { p4info } = schema;
  const all = [
    ...p4info.tables,
    ...p4info.actionProfiles,
    ...p4info.counters,
    ...p4info.directCounters,
    ...p4info.meters,
    ...p4info.directMeters,
    ...p4info.registers,
    ...p4info.valueSets,
    ...p4info.digests,
  ];
  for (const { preamble } of all) {
    for (const annotation of preamble?.annotations ?? []) {
      const [, name] = /^@p4runtime_role\(\s*"([^"]*)"\s*\)$/.exec(annotation) ?? [];
      if (name !== undefined && preamble !== undefined) roles.set(preamble.id, name);
    }
  }
  return roles;
}

/**
 * Which objects of P4Info a role may write and read. The default role may everything; a role with a config what that
 * lists, and no role what another keeps for itself; a role without one all but what is annotated for others.
 */
export function permissionOf(
  role: string,
  config: RoleConfig | undefined,
  annotated: ReadonlyMap<number, string>,
): Permission {
  if (role === '') return () => true;
  if (config !== undefined) return (id) => config.exclusiveIds.has(id) || config.sharedIds.has(id);
  return (id) => (annotated.get(id) ?? role) === role;
}

/** Whether the primary of a role gets a packet. */
export function receivesPacket(config: RoleConfig | undefined, metadata: readonly PacketMetadata[]): boolean {
  if (config === undefined) return true;
  if (!config.receivesPacketIns) return false;
  const filter = config.packetInFilter;
  if (filter === undefined) return true;
  return metadata.some(
    ({ metadataId, value }) => metadataId === filter.metadataId && Buffer.from(value).equals(filter.value),
  );
}
