/**
 * The types of values in generated bindings. A value knows the P4 type that it has, so that one of another type, or of
 * another width, is a type error where it does not belong; plain numbers go everywhere and are checked when they are
 * encoded.
 */

import { parseAddress } from '../addresses.ts';

/** Only types have it: no value carries anything with it. */
declare const P4_TYPE: unique symbol;

/** A value that is known to be of P4 type `T`. */
type Of<T extends string> = { readonly [P4_TYPE]: T };

/** Not known to be of another P4 type than `T`. `valueOf` is what all numbers have. */
type NotOther<T extends string, Base> = { readonly [P4_TYPE]?: T; valueOf(): Base };

/** `bit<W>`, as it is read, up to 32 bits. */
export type Bit<W extends number> = number & Of<`bit<${W}>`>;

/** `bit<W>`, as it is read, above 32 bits. */
export type WideBit<W extends number> = bigint & Of<`bit<${W}>`>;

/** `int<W>`, as it is read, up to 32 bits. */
export type Int<W extends number> = number & Of<`int<${W}>`>;

/** `int<W>`, as it is read, above 32 bits. */
export type WideInt<W extends number> = bigint & Of<`int<${W}>`>;

/** `00:1b:21:3c:9d:f8` */
export type MacText = `${string}:${string}:${string}:${string}:${string}:${string}`;

/** `192.0.2.1` */
export type Ipv4Text = `${number}.${number}.${number}.${number}`;

/** `2001:db8::1` */
export type Ipv6Text = `${string}:${string}:${string}`;

/** A field with `@format(MAC_ADDRESS)`, as it is read. */
export type Mac = MacText & Of<'bit<48>'>;

/** A field with `@format(IPV4_ADDRESS)`, as it is read. */
export type Ipv4 = Ipv4Text & Of<'bit<32>'>;

/** A field with `@format(IPV6_ADDRESS)`, as it is read. */
export type Ipv6 = Ipv6Text & Of<'bit<128>'>;

/** A number that may be given for P4 type `T`. */
type NumberFor<T extends string> = (number & NotOther<T, number>) | (bigint & NotOther<T, bigint>);

/** What may be given where `T` is read: numbers of the same type, and text for addresses. */
export type Given<T> = T extends Mac
  ? MacText | NumberFor<'bit<48>'>
  : T extends Ipv4
    ? Ipv4Text | NumberFor<'bit<32>'>
    : T extends Ipv6
      ? Ipv6Text | NumberFor<'bit<128>'>
      : T extends Of<infer P4Type>
        ? NumberFor<P4Type>
        : T extends Uint8Array
          ? T
          : T extends object
            ? { [Field in keyof T]: Given<T[Field]> }
            : T;

/** The number of a MAC address, for fields without `@format`. @throws EntityError for what is none. */
export function mac(text: MacText): WideBit<48> {
  return known(parseAddress(text, 48, 'mac()'));
}

/** The number of an IPv4 address, for fields without `@format`. @throws EntityError for what is none. */
export function ipv4(text: Ipv4Text): Bit<32> {
  return known(Number(parseAddress(text, 32, 'ipv4()')));
}

/** The number of an IPv6 address, for fields without `@format`. @throws EntityError for what is none. */
export function ipv6(text: Ipv6Text): WideBit<128> {
  return known(parseAddress(text, 128, 'ipv6()'));
}

/**
 * A value whose type is known from the P4Info that it was decoded by, which is the one that the bindings were generated
 * from. TypeScript cannot see that; this is the only place where it is told.
 */
export function known<T>(value: unknown): T;
export function known(value: unknown): unknown {
  return value;
}
