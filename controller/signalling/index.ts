/** Which flows belong to a session, by what its ends say to each other. */

export { type AnnouncedEntry, entryKey, type PortMatch } from './announced-entries.ts';
export { FTP } from './ftp.ts';
export type { ExpectedFlow, SignallingProtocol } from './protocol.ts';
export { RTSP } from './rtsp.ts';
export {
  SessionIdentifier,
  type SessionIdentifierOptions,
  type SignallingCounts,
  type SignallingEffect,
  type SignallingSession,
  type TappedPacket,
} from './session-identifier.ts';
export { SIP } from './sip.ts';
