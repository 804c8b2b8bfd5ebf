/** Messages of SIP, as far as sessions need them (RFC 3261, sections 7 and 20). */

import { type MediaDescription, parseDescription } from './sdp.ts';
import {
  contentLength,
  field,
  parseTextMessage,
  splitOutsideQuotes,
  type TextMessage,
} from './text-message.ts';

export type SipMessage = {
  /** The method: of a request, or the one that a reply is about. */
  readonly method: string;
  /** Undefined for requests. */
  readonly status: number | undefined;
  readonly callId: string;
  readonly fromTag: string;
  /** Empty while there is none. */
  readonly toTag: string;
  readonly sequence: number;
  /** Seconds (RFC 4028). */
  readonly expires: number | undefined;
  readonly media: readonly MediaDescription[] | undefined;
};

/** RFC 3261, section 7.3.3, and the registry of header fields. */
const LONG_NAMES: ReadonlyMap<string, string> = new Map([
  ['i', 'call-id'],
  ['f', 'from'],
  ['t', 'to'],
  ['l', 'content-length'],
  ['c', 'content-type'],
  ['e', 'content-encoding'],
  ['x', 'session-expires'],
]);

const LONGEST_ID = 512;
const DEEPEST = 4;
const MOST_PARTS = 32;

/** Reads a message; undefined for what is none, or none that can belong to a call. */
export function parseSip(bytes: Uint8Array): SipMessage | undefined {
  const message = parseTextMessage(bytes, (name) => LONG_NAMES.get(name) ?? name);
  if (message === undefined) return undefined;
  const reply = /^SIP\/2\.0 ([1-6]\d\d)(?: |$)/i.exec(message.start);
  const request = reply === null ? /^([A-Za-z0-9\-.!%*_+`'~]+) \S.* SIP\/2\.0$/i.exec(message.start) : null;
  const [, digits, method] = /^(\d{1,10})\s+(\S+)$/.exec(field(message, 'cseq') ?? '') ?? [];
  const callId = field(message, 'call-id');
  const from = field(message, 'from');
  const to = field(message, 'to');
  if ((reply === null && request === null) || digits === undefined || method === undefined) return undefined;
  if (callId === undefined || callId === '' || callId.length > LONGEST_ID) return undefined;
  if (from === undefined || to === undefined) return undefined;
  // RFC 3261, section 8.1.1.5; what differs was not made by a user agent.
  if (request !== null && request[1] !== method) return undefined;
  return {
    method,
    status: reply === null ? undefined : Number(reply[1]),
    callId,
    fromTag: tagOf(from),
    toTag: tagOf(to),
    sequence: Number(digits),
    expires: contentLength(/^\d+/.exec(field(message, 'session-expires') ?? '')?.[0]),
    media: descriptionOf(message, 0),
  };
}

/** The tag of From or To: a parameter of the field, not of the URI in it. */
function tagOf(value: string): string {
  for (const parameter of splitOutsideQuotes(value, ';').slice(1)) {
    const tag = /^tag\s*=\s*(\S+)$/i.exec(parameter)?.[1];
    if (tag !== undefined) return tag.slice(0, LONGEST_ID);
  }
  return '';
}

/** The session description in a body, or in a part of it (RFC 3261, section 7.4; RFC 5621). */
function descriptionOf(message: TextMessage, depth: number): readonly MediaDescription[] | undefined {
  if (message.body === '' || field(message, 'content-encoding') !== undefined) return undefined;
  const type = field(message, 'content-type') ?? (message.body.startsWith('v=0') ? 'application/sdp' : '');
  const [media = '', ...parameters] = splitOutsideQuotes(type, ';');
  const kind = media.replaceAll(/\s/g, '').toLowerCase();
  if (kind === 'application/sdp') return parseDescription(message.body);
  if (!kind.startsWith('multipart/') || depth >= DEEPEST) return undefined;
  const boundary = parameters
    .map((one) => /^boundary\s*=\s*(.*)$/i.exec(one)?.[1]?.replace(/^"(.*)"$/, '$1'))
    .find((one) => one !== undefined && one !== '');
  if (boundary === undefined) return undefined;
  const parts = `\r\n${message.body}`.split(`\r\n--${boundary}`).slice(1, MOST_PARTS + 1);
  for (const part of parts) {
    if (part.startsWith('--')) break;
    const found = partOf(part);
    const description = found === undefined ? undefined : descriptionOf(found, depth + 1);
    if (description !== undefined) return description;
  }
  return undefined;
}

/** A part is a message without a start line (RFC 2046, section 5.1). */
function partOf(text: string): TextMessage | undefined {
  return parseTextMessage(Buffer.from(`part${text}`, 'latin1'), (name) => LONG_NAMES.get(name) ?? name);
}
