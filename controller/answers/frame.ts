/** A packet that the switch handed to the controller, read as far as answers need it. */

import {
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  type EthernetHeader,
  emitEthernet,
  type Ipv4Header,
  type Ipv6Packet,
  parseEthernet,
  parseIpv4,
  parseIpv6Packet,
} from '../../wire/index.ts';

/** A frame, as it came in. */
export type PuntedFrame = {
  /** The port of the switch. */
  readonly port: number;
  readonly bytes: Uint8Array;
};

/** A frame to send. */
export type FrameToSend = {
  readonly port: number;
  readonly bytes: Uint8Array;
  /** Through the pipeline, as if it had come in by the port. */
  readonly process?: boolean;
};

export type NetworkPacket =
  | {
      readonly family: 6;
      readonly packet: Ipv6Packet;
      readonly ethernet: EthernetHeader;
      readonly at: number;
    }
  | {
      readonly family: 4;
      readonly header: Ipv4Header;
      readonly payloadAt: number;
      readonly payloadEnd: number;
      readonly bytes: Uint8Array;
      readonly ethernet: EthernetHeader;
      readonly at: number;
    };

/** The IP packet of a frame; undefined where it is none that can be read. */
export function readNetworkPacket(bytes: Uint8Array): NetworkPacket | undefined {
  const ethernet = parseEthernet(bytes);
  if (!ethernet.ok) return undefined;
  const at = ethernet.end;
  if (ethernet.value.ethertype === ETHERTYPE_IPV6) {
    const packet = parseIpv6Packet(bytes, at);
    return packet.ok ? { family: 6, packet: packet.value, ethernet: ethernet.value, at } : undefined;
  }
  if (ethernet.value.ethertype !== ETHERTYPE_IPV4) return undefined;
  const header = parseIpv4(bytes, at);
  if (!header.ok) return undefined;
  return {
    family: 4,
    header: header.value,
    payloadAt: header.end,
    payloadEnd: at + header.value.totalLength,
    bytes,
    ethernet: ethernet.value,
    at,
  };
}

/** A frame back to where another one came from, with its tags. */
export function frameBack(
  to: EthernetHeader,
  own: Uint8Array,
  port: number,
  payload: Uint8Array,
  ethertype = to.ethertype,
): FrameToSend {
  const head = emitEthernet({ destination: to.source, source: own, tags: to.tags, ethertype });
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return { port, bytes };
}
