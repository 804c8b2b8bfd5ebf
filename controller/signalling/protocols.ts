/** The protocols that there are, by the names that a configuration has for them. */

import { FTP } from './ftp.ts';
import type { SignallingProtocol } from './protocol.ts';
import { RTSP } from './rtsp.ts';
import { SIP } from './sip.ts';

export const PROTOCOLS = { rtsp: RTSP, sip: SIP, ftp: FTP } as const satisfies Record<
  string,
  SignallingProtocol
>;
