/**
 * Entries of `announced_flows` for flows that are expected. Streams go in pairs, RTP at an even port and RTCP at the next
 * (RFC 3550, section 11): one entry takes both. What comes from elsewhere than was said is looked at when it comes
 * (`SessionIdentifier.admit`): an entry for all ports of a client would take the media of its other sessions.
 */

import type { ExpectedFlow } from './protocol.ts';

/** A port, and which of its bits count. */
export type PortMatch = { readonly value: number; readonly mask: number };

export type AnnouncedEntry = {
  readonly protocol: number;
  readonly source: bigint | undefined;
  readonly sourcePort: PortMatch | undefined;
  readonly destination: bigint;
  readonly destinationPort: PortMatch | undefined;
  /** The greatest wins. */
  readonly priority: number;
};

const WHOLE = 0xffff;
const PAIR = 0xfffe;

const EXACT = 40;
const FROM_ANY_PORT = 30;
const TO_ANY_PORT = 20;

/** More flows than this are looked up by a text; a few are found sooner by looking at all. */
const FEW = 16;

/** All entries, by a text that is one entry's own. */
export function announcedEntries(flows: readonly ExpectedFlow[]): ReadonlyMap<string, AnnouncedEntry> {
  const entries = new Map<string, AnnouncedEntry>();
  const known = flows.length > FEW ? new Set(flows.map((flow) => textOf(flow, 0))) : undefined;
  for (const flow of flows) {
    // The even one of a pair stands for both.
    if (isEven(flow, -1) && isThere(flow, -1, flows, known)) continue;
    const isPair = isEven(flow, 0) && isThere(flow, 1, flows, known);
    const mask = isPair ? PAIR : WHOLE;
    const { protocol, clientAddress, clientPort, virtualAddress, virtualPort } = flow;
    const entry = {
      protocol,
      source: clientAddress,
      sourcePort: clientPort === undefined ? undefined : { value: clientPort, mask },
      destination: virtualAddress,
      destinationPort: virtualPort === undefined ? undefined : { value: virtualPort, mask },
      priority: priorityOf(clientPort, virtualPort),
    };
    entries.set(entryKey(entry), entry);
  }
  return entries;
}

/** A text that is one entry's own. */
export function entryKey(entry: AnnouncedEntry): string {
  const { protocol, source, sourcePort, destination, destinationPort, priority } = entry;
  // A base that is a power of two: others take twice the time.
  const from = source?.toString(32) ?? '*';
  return `${protocol},${from},${portKey(sourcePort)},${destination.toString(32)},${portKey(destinationPort)},${priority}`;
}

function portKey(port: PortMatch | undefined): string {
  return port === undefined ? '*' : `${port.value}/${port.mask}`;
}

function priorityOf(clientPort: number | undefined, virtualPort: number | undefined): number {
  if (virtualPort === undefined) return TO_ANY_PORT;
  return clientPort === undefined ? FROM_ANY_PORT : EXACT;
}

/** Whether both ports, so many further, are even. */
function isEven({ clientPort, virtualPort }: ExpectedFlow, by: number): boolean {
  return (
    (clientPort === undefined || isEvenNumber(clientPort + by)) &&
    (virtualPort === undefined || isEvenNumber(virtualPort + by))
  );
}

function isEvenNumber(value: number): boolean {
  return value % 2 === 0;
}

/** Whether the same flow with both ports so many further is expected, too. */
function isThere(
  flow: ExpectedFlow,
  by: number,
  flows: readonly ExpectedFlow[],
  known: ReadonlySet<string> | undefined,
): boolean {
  const { protocol, clientAddress, clientPort, virtualAddress, virtualPort } = flow;
  if (clientPort === undefined && virtualPort === undefined) return false;
  if (!isPort(clientPort, by) || !isPort(virtualPort, by)) return false;
  if (known !== undefined) return known.has(textOf(flow, by));
  const near = clientPort === undefined ? undefined : clientPort + by;
  const far = virtualPort === undefined ? undefined : virtualPort + by;
  for (const other of flows) {
    if (other.clientPort !== near || other.virtualPort !== far || other.protocol !== protocol) continue;
    if (other.clientAddress === clientAddress && other.virtualAddress === virtualAddress) return true;
  }
  return false;
}

function isPort(port: number | undefined, by: number): boolean {
  return port === undefined || (port + by > 0 && port + by < 65_536);
}

function textOf(flow: ExpectedFlow, by: number): string {
  const { protocol, clientAddress, clientPort = Number.NaN, virtualAddress, virtualPort = Number.NaN } = flow;
  const from = clientAddress?.toString(32) ?? '*';
  return `${protocol},${from},${clientPort + by},${virtualAddress.toString(32)},${virtualPort + by}`;
}
