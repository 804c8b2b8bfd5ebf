/** A packet as the model sees it: what stands in it, and where. */

/** What an IP header carries in the end. */
export type Upper =
  | {
      readonly kind: 'tcp';
      readonly sourcePort: number;
      readonly destinationPort: number;
      readonly flags: number;
    }
  | { readonly kind: 'udp'; readonly sourcePort: number; readonly destinationPort: number }
  | { readonly kind: 'icmp'; readonly type: number }
  | { readonly kind: 'mobility'; readonly type: number }
  /** Another protocol, a later fragment, or nothing that could be read. */
  | { readonly kind: 'none' };

/** An extension header: the number that the one in front names it by, and its bytes. */
export type Extension = { readonly number: number; readonly bytes: Uint8Array };

/** Where a Home Address option stands that can be taken out. */
export type HomeAddress = { readonly extension: number; readonly offset: number; readonly address: bigint };

export type Fragment = { readonly first: boolean; readonly identification: number };

export type IpPacket = {
  readonly kind: 'ip';
  readonly family: 4 | 6;
  /** Addresses of IPv4 as ::ffff:a.b.c.d. */
  readonly source: bigint;
  readonly destination: bigint;
  readonly hopLimit: number;
  /** As the IP header says, with that header. */
  readonly length: number;
  /** The fixed header of IPv6, or that of IPv4 with its options. */
  readonly header: Uint8Array;
  readonly extensions: readonly Extension[];
  /** What the last header of those names. */
  readonly protocol: number;
  /** Undefined: a whole packet. */
  readonly fragment: Fragment | undefined;
  readonly upper: Upper;
  /** From the upper header on. */
  readonly rest: Uint8Array;
  readonly malformed: boolean;
  /** A Home Address option that cannot be taken out. */
  readonly unplaced: boolean;
  readonly homeAddress: HomeAddress | undefined;
  /** Of the IPv4 header. */
  readonly checksumRight: boolean;
};

export type Frame = {
  readonly destination: bigint;
  readonly source: bigint;
  /** The bytes behind the two link-layer addresses, up to the network header. */
  readonly tags: Uint8Array;
  readonly network: IpPacket | { readonly kind: 'arp' } | { readonly kind: 'other' };
};
