/** Reports of the data plane, so that a case can name what it expects. */

import { parseAddress } from '../../p4runtime/addresses.ts';
import type { DataType, Schema } from '../../p4runtime/schema/index.ts';
import type { CaseValue } from './case.ts';
import type { RawDigest } from './embedded.ts';

/** The fields of a digest in hexadecimal, by name. @throws Error for a digest that is no struct. */
export function digestFields(
  schema: Schema,
  { name, fields }: RawDigest,
): { readonly [field: string]: string } {
  const described = structOf(schema, name);
  return Object.fromEntries(
    described.map((field, index) => [field.name, Buffer.from(fields[index] ?? []).toString('hex')]),
  );
}

/** What a case expects, in the same form. */
export function expectedFields(
  schema: Schema,
  name: string,
  values: { readonly [field: string]: CaseValue },
): { readonly [field: string]: string } {
  const described = structOf(schema, name);
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => {
      const type = described.find((candidate) => candidate.name === field)?.type;
      if (type === undefined || !('width' in type))
        throw new Error(`digest '${name}' has no field '${field}'`);
      const number =
        typeof value === 'number' ? BigInt(value) : parseAddress(value, type.width, `${name}.${field}`);
      return [field, number.toString(16).padStart(Math.ceil(type.width / 8) * 2, '0')];
    }),
  );
}

function structOf(
  schema: Schema,
  name: string,
): readonly { readonly name: string; readonly type: DataType }[] {
  const { type } = schema.digests.get(name);
  if (type.kind !== 'struct') throw new Error(`digest '${name}' is no struct`);
  return type.fields;
}
