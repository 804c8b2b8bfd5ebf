/** The pipeline as the controller writes it. */

export { addressBytes, addressText, readableAddress, tableAddress, wholeIpv6 } from './addresses.ts';
export { counters, digests, enums, packets, schema, tables } from './bindings.ts';
export {
  bindingEntity,
  bindingUseRequest,
  type NodeBinding,
  readBindingUse,
} from './bindings-of-nodes.ts';
export { CPU_PORT, cpuSession } from './cpu-session.ts';
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
export { type FlowCollisions, flowCollisions } from './flow-collisions.ts';
export { type FlowKey, type FlowReport, flowEntity, readFlow, readReports } from './flows.ts';
export { IdentifierError, Identifiers, NO_IDENTIFIERS, type StoredIdentifiers } from './identifiers.ts';
