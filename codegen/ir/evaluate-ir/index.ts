/** The evaluator's public surface. */

export type * from './environment.ts';
export { Machine, type Outcome } from './machine.ts';
export { PacketReader, PacketWriter } from './packet.ts';
export { copyValue, defaultValue, sameValue, type Value } from './values.ts';
