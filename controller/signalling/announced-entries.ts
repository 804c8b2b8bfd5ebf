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

/** All entries, by a text that is one entry's own. */
export function announcedEntries(flows: readonly ExpectedFlow[]): ReadonlyMap<string, AnnouncedEntry> {
  const entries = new Map<string, AnnouncedEntry>();
  const add = (entry: AnnouncedEntry) => entries.set(entryKey(entry), entry);
  const known = new Set(flows.map(textOf));
  for (const flow of flows) {
    // The even one of a pair stands for both.
    const odd = neighbour(flow, 1);
    const even = neighbour(flow, -1);
    if (even !== undefined && isEven(even) && known.has(textOf(even))) continue;
    const isPair = isEven(flow) && odd !== undefined && known.has(textOf(odd));
    const mask = isPair ? PAIR : WHOLE;
    const match = (port: number | undefined) => (port === undefined ? undefined : { value: port, mask });
    const { protocol, clientAddress, clientPort, virtualAddress, virtualPort } = flow;
    const entry = {
      protocol,
      source: clientAddress,
      sourcePort: match(clientPort),
      destination: virtualAddress,
      destinationPort: match(virtualPort),
    };
    add({ ...entry, priority: priorityOf(clientPort, virtualPort) });
  }
  return entries;
}

/** A text that is one entry's own. */
export function entryKey(entry: AnnouncedEntry): string {
  const port = (one: PortMatch | undefined) => (one === undefined ? '*' : `${one.value}/${one.mask}`);
  const { protocol, source, sourcePort, destination, destinationPort, priority } = entry;
  const ends = `${source?.toString(36) ?? '*'},${port(sourcePort)},${destination.toString(36)},${port(destinationPort)}`;
  return `${protocol},${ends},${priority}`;
}

function priorityOf(clientPort: number | undefined, virtualPort: number | undefined): number {
  if (virtualPort === undefined) return TO_ANY_PORT;
  return clientPort === undefined ? FROM_ANY_PORT : EXACT;
}

function isEven({ clientPort, virtualPort }: ExpectedFlow): boolean {
  return (clientPort ?? 0) % 2 === 0 && (virtualPort ?? 0) % 2 === 0;
}

/** The same flow with both ports so many further; undefined where no port is known, or there is none such. */
function neighbour(flow: ExpectedFlow, by: number): ExpectedFlow | undefined {
  if (flow.clientPort === undefined && flow.virtualPort === undefined) return undefined;
  const moved = (port: number | undefined) => (port === undefined ? undefined : port + by);
  const other = { ...flow, clientPort: moved(flow.clientPort), virtualPort: moved(flow.virtualPort) };
  const isPort = (port: number | undefined) => port === undefined || (port > 0 && port < 65_536);
  return isPort(other.clientPort) && isPort(other.virtualPort) ? other : undefined;
}

function textOf({ protocol, clientAddress, clientPort, virtualAddress, virtualPort }: ExpectedFlow): string {
  return [protocol, clientAddress, clientPort, virtualAddress, virtualPort].map(String).join();
}
