/** The pipeline as the controller writes it. */

export { addressBytes, addressText, readableAddress, tableAddress, wholeIpv6 } from './addresses.ts';
export { announcedFlowEntity } from './announced-flows.ts';
export { counters, digests, enums, packets, schema, tables } from './bindings.ts';
export {
  bindingEntity,
  bindingUseRequest,
  type NodeBinding,
  readBindingUse,
} from './bindings-of-nodes.ts';
export { CPU_PORT, cpuSession } from './cpu-session.ts';
export {
  type Decisions,
  decidedEntities,
  type Refusal,
  serverEntities,
  type WeightedServer,
} from './decided.ts';
export { desiredEntities, rankOf } from './desired.ts';
export { type FlowCollisions, flowCollisions } from './flow-collisions.ts';
export { type FlowKey, type FlowReport, flowEntity, readFlow, readReports } from './flows.ts';
export { IdentifierError, Identifiers, NO_IDENTIFIERS, type StoredIdentifiers } from './identifiers.ts';
export { type MediaService, mediaServices } from './media-services.ts';
export {
  adoptNumbers,
  copyNumbers,
  type Numbers,
  numberAll,
  protocolNumber,
  serverKey,
  serverOfKey,
  storedNumbers,
} from './numbers.ts';
export { signallingSessionEntity } from './signalling-sessions.ts';
