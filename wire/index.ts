/** Packet formats. Parsers give a value and where it ends, or what is wrong; they throw for nothing that bytes say. */

export * from './address.ts';
export * from './arp.ts';
export * from './bytes.ts';
export * from './checksum.ts';
export * from './ethernet.ts';
export * from './extension-headers.ts';
export * from './header-problems.ts';
export * from './icmpv4.ts';
export * from './icmpv6.ts';
export * from './ipv4.ts';
export * from './ipv6.ts';
export * from './ipv6-options.ts';
export * from './mobility.ts';
export * from './mobility-options.ts';
export * from './neighbor-discovery.ts';
export * from './numbers.ts';
export * from './parsed.ts';
export * from './take-home-address.ts';
export * from './tcp.ts';
export * from './udp.ts';
