/** The pipeline as the controller writes it. */

export { readableAddress, tableAddress } from './addresses.ts';
export { counters, digests, enums, packets, schema, tables } from './bindings.ts';
export {
  admissionEntity,
  desiredEntities,
  type Numbers,
  numberAll,
  protocolNumber,
  rankOf,
  selectionEntity,
  selectionKey,
  serverKey,
  type Weights,
} from './desired.ts';
export { Identifiers, NO_IDENTIFIERS, type StoredIdentifiers } from './identifiers.ts';
