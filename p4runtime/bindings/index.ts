/** What generated bindings import. */

import { P4Info } from '../gen/p4/config/v1/p4info.ts';
import { buildSchema, type Schema } from '../schema/index.ts';

export type { ActionSelection, Counts, GroupData, MeterRates } from '../entities/index.ts';
export { insert, modify, remove } from '../entities/index.ts';
export * from './objects.ts';
export type {
  Bit,
  Given,
  Int,
  Ipv4,
  Ipv4Text,
  Ipv6,
  Ipv6Text,
  Mac,
  MacText,
  WideBit,
  WideInt,
} from './values.ts';
export { ipv4, ipv6, mac } from './values.ts';

/** The index of the P4Info that bindings carry as base64. */
export function openSchema(p4info: string): Schema {
  return buildSchema(P4Info.decode(Buffer.from(p4info, 'base64')));
}
