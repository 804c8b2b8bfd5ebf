/** Which flows belong to a session, by what its ends say to each other. */

export { type AnnouncedEntry, entryKey, type PortMatch } from './announced-entries.ts';
export type { ExpectedFlow, SignallingProtocol } from './protocol.ts';
export { PROTOCOLS } from './protocols.ts';
export { formatSession, parseSession, type SavedSession } from './saved-session.ts';
export {
  SessionIdentifier,
  type SessionIdentifierOptions,
  type SignallingCounts,
  type SignallingEffect,
  type SignallingSession,
  type TappedPacket,
} from './session-identifier.ts';
export type { FlowEnds, NumberChange } from './session-numbers.ts';
