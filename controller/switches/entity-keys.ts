/** What tells an entity of a switch from the others, and what it holds: two strings to compare entities by. */

import { Buffer } from 'node:buffer';
import {
  CloneSessionEntry,
  DigestEntry,
  type Entity,
  type FieldMatch,
  MeterConfig,
  MulticastGroupEntry,
  type TableAction,
  type TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';

/** Where an entity belongs: the kind and, for those that have one, the id of its table, meter or digest. */
export type EntityGroup = string;

export type EntityIdentity = { readonly group: EntityGroup; readonly key: string };

/**
 * The group and the key of an entity; undefined for kinds that a controller does not keep, such as counters.
 * Two entities with the same group and key cannot be in a switch at once.
 */
export function identify({ entity }: Entity): EntityIdentity | undefined {
  switch (entity?.$case) {
    case 'tableEntry': {
      const { tableId, priority, isDefaultAction, match } = entity.value;
      const group = `table ${tableId}`;
      if (isDefaultAction) return { group, key: `${group} default` };
      // Joined, and not added up: engines keep the parts of a sum, and there may be a million.
      return { group, key: [group, ' ', String(priority), ' ', ...matchParts(match)].join('') };
    }
    case 'meterEntry': {
      const group = `meter ${entity.value.meterId}`;
      return { group, key: `${group} ${entity.value.index?.index ?? 0n}` };
    }
    case 'digestEntry':
      return { group: 'digests', key: `digest ${entity.value.digestId}` };
    case 'packetReplicationEngineEntry': {
      const { type } = entity.value;
      if (type?.$case === 'cloneSessionEntry')
        return { group: 'clones', key: `clone ${type.value.sessionId}` };
      if (type?.$case === 'multicastGroupEntry')
        return { group: 'multicast', key: `multicast ${type.value.multicastGroupId}` };
      return undefined;
    }
    default:
      return undefined;
  }
}

/** The group of a key that `identify` made. */
export function groupOfKey(key: string): EntityGroup {
  const [kind = '', id = ''] = key.split(' ', 2);
  switch (kind) {
    case 'digest':
      return 'digests';
    case 'clone':
      return 'clones';
    case 'multicast':
      return 'multicast';
    default:
      return `${kind} ${id}`;
  }
}

/** What an entity holds, beside what identifies it and what a switch counts. Equal text: nothing to write. */
export function contents({ entity }: Entity): string {
  switch (entity?.$case) {
    case 'tableEntry':
      return entryContents(entity.value);
    case 'meterEntry':
      return entity.value.config === undefined
        ? ''
        : text(MeterConfig.encode(MeterConfig.fromPartial(entity.value.config)).finish());
    case 'digestEntry':
      return text(DigestEntry.encode(entity.value).finish());
    case 'packetReplicationEngineEntry': {
      const { type } = entity.value;
      if (type?.$case === 'cloneSessionEntry') {
        return replicated(
          type.value.replicas,
          text(CloneSessionEntry.encode({ ...type.value, replicas: [] }).finish()),
        );
      }
      if (type?.$case === 'multicastGroupEntry') {
        return replicated(
          type.value.replicas,
          text(MulticastGroupEntry.encode({ ...type.value, replicas: [] }).finish()),
        );
      }
      return '';
    }
    default:
      return '';
  }
}

/** The fields in the order of their ids, each with its bytes in canonical form: switches may give them otherwise. */
function matchParts(match: readonly FieldMatch[]): string[] {
  const sorted = match.length < 2 ? match : [...match].sort((left, right) => left.fieldId - right.fieldId);
  const parts: string[] = [];
  for (const { fieldId, fieldMatchType: type } of sorted) {
    switch (type?.$case) {
      case 'exact':
      case 'optional':
        parts.push(String(fieldId), '=', canonical(type.value.value), ';');
        break;
      case 'lpm':
        parts.push(`${fieldId}/${type.value.prefixLen}=`, canonical(type.value.value), ';');
        break;
      case 'ternary':
        parts.push(`${fieldId}&`, canonical(type.value.mask), '=', canonical(type.value.value), ';');
        break;
      case 'range':
        parts.push(`${fieldId}-`, canonical(type.value.low), '=', canonical(type.value.high), ';');
        break;
      default:
        break;
    }
  }
  return parts;
}

function entryContents({ action, idleTimeoutNs, metadata }: TableEntry): string {
  const more = `${idleTimeoutNs === 0n ? '' : idleTimeoutNs};${metadata.length === 0 ? '' : text(metadata)}`;
  return `${actionContents(action)};${more}`;
}

function actionContents(action: TableAction | undefined): string {
  const type = action?.type;
  switch (type?.$case) {
    case 'action': {
      let made = `a${type.value.actionId}`;
      for (const { paramId, value } of type.value.params) made += `,${paramId}=${canonical(value)}`;
      return made;
    }
    case 'actionProfileMemberId':
      return `m${type.value}`;
    case 'actionProfileGroupId':
      return `g${type.value}`;
    case 'actionProfileActionSet': {
      // A set has no order.
      const parts = type.value.actionProfileActions.map(({ action: one, weight, watchKind }) => {
        const call = actionContents(
          one === undefined ? undefined : { type: { $case: 'action', value: one } },
        );
        const watch =
          watchKind === undefined
            ? ''
            : watchKind.$case === 'watchPort'
              ? canonical(watchKind.value)
              : String(watchKind.value);
        return `${call}*${weight}@${watch}`;
      });
      return `s${parts.sort().join('|')}`;
    }
    default:
      return '';
  }
}

/** Replicas have no order either, and their ports two forms. */
function replicated(replicas: CloneSessionEntry['replicas'], rest: string): string {
  const parts = replicas.map(({ portKind, instance }) => {
    const port =
      portKind?.$case === 'port'
        ? canonical(portKind.value)
        : portKind?.$case === 'egressPort'
          ? numberText(portKind.value)
          : '';
    return `${port}#${instance}`;
  });
  return `${parts.sort().join('|')};${rest}`;
}

function numberText(value: number): string {
  return canonical(Buffer.from([value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]));
}

/** Bytes without leading zeros, one character each (P4Runtime, "Bytestrings"). */
function canonical(bytes: Uint8Array): string {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return text(start === 0 ? bytes : bytes.subarray(start));
}

function text(bytes: Uint8Array): string {
  // Ports and the like, most of what there is.
  if (bytes.length === 1) return String.fromCharCode(bytes[0] ?? 0);
  if (bytes.length === 2) return String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (Buffer.isBuffer(bytes)) return bytes.toString('latin1');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
