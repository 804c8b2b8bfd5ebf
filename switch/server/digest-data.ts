/** Digests from the data plane as P4Data: the fields come one after the other, in the order of their type. */

import { encodeSigned } from '../../p4runtime/codec/index.ts';
import type { P4BitstringLikeTypeSpec, P4DataTypeSpec } from '../../p4runtime/gen/p4/config/v1/p4types.ts';
import type { P4Data } from '../../p4runtime/gen/p4/v1/p4data.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import { invalid } from './entity-handler.ts';
import { shortest, toInteger } from './numbers.ts';
import type { Translations } from './translation.ts';

/** The next field of a digest. */
type Next = () => Uint8Array;

/** Makes P4Data of the fields of a digest. */
export type DigestEncoder = (fields: readonly Uint8Array[]) => P4Data;

/**
 * How a digest of a type is encoded.
 * @throws EntityError INVALID_ARGUMENT for a type that digests of v1model cannot have.
 */
export function digestEncoder(
  spec: P4DataTypeSpec | undefined,
  schema: Schema,
  translations: Translations,
  what: string,
): DigestEncoder {
  const types = schema.p4info.typeInfo;
  const encode = (type: P4DataTypeSpec | undefined): ((next: Next) => P4Data) => {
    const { typeSpec } = type ?? {};
    switch (typeSpec?.$case) {
      case 'bitstring': {
        const bits = bitstring(typeSpec.value);
        return (next) => ({ data: { $case: 'bitstring', value: bits(next()) } });
      }
      case 'bool':
        return (next) => ({ data: { $case: 'bool', value: toInteger(next()) !== 0 } });
      case 'tuple':
        return members('tuple', typeSpec.value.members);
      case 'struct':
        return members(
          'struct',
          types?.structs[typeSpec.value.name]?.members.map((member) => member.typeSpec) ?? [],
        );
      case 'header': {
        const fields = (types?.headers[typeSpec.value.name]?.members ?? []).map((member) =>
          bitstring(member.typeSpec),
        );
        return (next) => ({
          data: {
            $case: 'header',
            value: { isValid: true, bitstrings: fields.map((field) => field(next())) },
          },
        });
      }
      case 'serializableEnum':
        return (next) => ({ data: { $case: 'enumValue', value: shortest(next()) } });
      case 'enum': {
        const names = types?.enums[typeSpec.value.name]?.members.map(({ name }) => name) ?? [];
        return (next) => ({ data: { $case: 'enum', value: names[toInteger(next())] ?? '' } });
      }
      case 'error': {
        const names = types?.error?.members ?? [];
        return (next) => ({ data: { $case: 'error', value: names[toInteger(next())] ?? '' } });
      }
      case 'newType': {
        const { name } = typeSpec.value;
        const translator = translations.of(typeSpec.value);
        if (translator !== undefined) {
          return (next) => ({
            data: { $case: 'bitstring', value: translator.toControl(shortest(next())) },
          });
        }
        const representation = types?.newTypes[name]?.representation;
        return encode(representation?.$case === 'originalType' ? representation.value : undefined);
      }
      default:
        throw invalid(
          `${what}: its type is ${typeSpec?.$case ?? 'not set'}, which digests of v1model cannot carry`,
        );
    }
  };
  const members = (kind: 'tuple' | 'struct', all: readonly (P4DataTypeSpec | undefined)[]) => {
    const encoders = all.map(encode);
    return (next: Next): P4Data => ({
      data: { $case: kind, value: { members: encoders.map((encoder) => encoder(next)) } },
    });
  };
  const encoder = encode(spec);
  return (fields) => {
    let index = 0;
    return encoder(() => fields[index++] ?? new Uint8Array(1));
  };
}

function bitstring(spec: P4BitstringLikeTypeSpec | undefined): (bytes: Uint8Array) => Uint8Array {
  if (spec?.typeSpec?.$case !== 'int') return shortest;
  const { bitwidth } = spec.typeSpec.value;
  return (bytes) =>
    encodeSigned(
      BigInt.asIntN(bitwidth, BigInt(`0x${Buffer.from(bytes).toString('hex')}`)),
      bitwidth,
      'digest',
    );
}
