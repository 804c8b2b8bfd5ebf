/** What rtnetlink(7) and proc(5) say of an interface: what it is, and what stands between a socket and the link. */

import { readFileSync } from 'node:fs';
import { lastError, tryCall } from './system-calls.ts';

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const NLM_F_REQUEST = 1;
const NLM_F_DUMP = 0x300;
const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_NEWQDISC = 36;
const RTM_GETQDISC = 38;
const IFLA_MTU = 4;
const IFLA_QDISC = 6;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const TCA_KIND = 1;
const TC_H_CLSACT = 0xffff_fff1;
/** Groups of what is told to everybody: links, and queueing disciplines. */
const RTMGRP_LINK_AND_TC = 1 | 8;
const NLMSG_DONE = 3;
/** `struct nlmsghdr`, `struct ifinfomsg`, `struct tcmsg`. */
const MESSAGE_BYTES = 16;
const LINK_BYTES = 16;
const DISCIPLINE_BYTES = 20;
/** What one answer has at most. */
const ANSWER_BYTES = 32_768;
const ETH_P_ALL = '0003';
/** How many changes are taken at once; more are there the next time. */
const MOST_CHANGES = 100;

/** What an interface is. */
export type LinkFacts = {
  /** The kind of a virtual interface, as `ip -d link` shows it: `veth`; empty for cards. */
  readonly kind: string;
  readonly mtu: number;
  /** Its queueing discipline: `noqueue` where there is none. */
  readonly discipline: string;
};

/** A packet socket that gets every frame of an interface, as those of tcpdump do. */
export type Capturer = {
  /** What the kernel calls the interface; 0 is all. */
  readonly index: number;
  readonly inode: number;
};

/** What stands by, and sees or changes what goes out. */
export type Bystanders = {
  readonly capturers: readonly Capturer[];
  /** Interfaces with a place for filters of tc on the way out (tc-bpf(8), clsact). */
  readonly filtered: ReadonlySet<number>;
};

type Attributes = ReadonlyMap<number, Uint8Array>;

function attributesOf(bytes: Uint8Array, start: number, end: number): Attributes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Map<number, Uint8Array>();
  for (let at = start; at + 4 <= end; ) {
    const length = view.getUint16(at, true);
    if (length < 4 || at + length > end) break;
    // The upper two bits say how the value is to be read.
    found.set(view.getUint16(at + 2, true) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes).replace(/\0.*$/, '');

/** One thing that was answered: what stands behind the header. */
type Answer = { readonly type: number; readonly body: DataView };

const bytesOf = ({ buffer, byteOffset, byteLength }: DataView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Asks the kernel. @returns All that it answers; nothing where it does not. */
function ask(type: number, flags: number, body: DataView): readonly Answer[] | undefined {
  const descriptor = tryCall('socket', AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (descriptor === -1) return undefined;
  try {
    const request = new Uint8Array(MESSAGE_BYTES + body.byteLength);
    const view = new DataView(request.buffer);
    view.setUint32(0, request.length, true);
    view.setUint16(4, type, true);
    view.setUint16(6, NLM_F_REQUEST | flags, true);
    request.set(bytesOf(body), MESSAGE_BYTES);
    if (tryCall('sendto', descriptor, request, request.length, 0, null, 0) !== request.length)
      return undefined;
    const answers: Answer[] = [];
    for (;;) {
      const bytes = new Uint8Array(ANSWER_BYTES);
      // The answer is there, or its next part is made as soon as this one is taken.
      const got = tryCall('recv', descriptor, bytes, bytes.length, MSG_DONTWAIT);
      if (got <= 0) return undefined;
      for (const one of messagesOf(new DataView(bytes.buffer, 0, got))) {
        if (one.type === NLMSG_DONE) return answers;
        answers.push(one);
      }
      if ((flags & NLM_F_DUMP) === 0) return answers;
    }
  } finally {
    tryCall('close', descriptor);
  }
}

function* messagesOf(view: DataView): Generator<Answer> {
  for (let at = 0; at + MESSAGE_BYTES <= view.byteLength; ) {
    const length = view.getUint32(at, true);
    if (length < MESSAGE_BYTES || at + length > view.byteLength) return;
    const body = new DataView(view.buffer, view.byteOffset + at + MESSAGE_BYTES, length - MESSAGE_BYTES);
    yield { type: view.getUint16(at + 4, true), body };
    at += (length + 3) & ~3;
  }
}

/** Reads what an interface is. @returns Nothing where that cannot be read. */
export function readLinkFacts(index: number): LinkFacts | undefined {
  const request = new DataView(new ArrayBuffer(LINK_BYTES));
  request.setInt32(4, index, true);
  const [answer] = ask(RTM_GETLINK, 0, request) ?? [];
  if (answer?.type !== RTM_NEWLINK) return undefined;
  const bytes = bytesOf(answer.body);
  const facts = attributesOf(bytes, LINK_BYTES, bytes.length);
  const mtu = facts.get(IFLA_MTU);
  const info = facts.get(IFLA_LINKINFO) ?? new Uint8Array(0);
  if (mtu === undefined) return undefined;
  return {
    kind: text(attributesOf(info, 0, info.length).get(IFLA_INFO_KIND)),
    mtu: new DataView(mtu.buffer, mtu.byteOffset).getUint32(0, true),
    discipline: text(facts.get(IFLA_QDISC)),
  };
}

/** Reads who stands by in this network namespace. @returns Nothing where that cannot be read. */
export function readBystanders(): Bystanders | undefined {
  const capturers = readCapturers();
  const filtered = readFiltered();
  return capturers === undefined || filtered === undefined ? undefined : { capturers, filtered };
}

/** The packet sockets that get every frame. */
export function readCapturers(): readonly Capturer[] | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync('/proc/net/packet', 'utf8').trim().split('\n').slice(1);
  } catch {
    return undefined;
  }
  return lines.flatMap((line) => {
    const [, , , protocol, index, , , , inode] = line.trim().split(/\s+/);
    return protocol === ETH_P_ALL ? [{ index: Number(index), inode: Number(inode) }] : [];
  });
}

function readFiltered(): ReadonlySet<number> | undefined {
  const answers = ask(RTM_GETQDISC, NLM_F_DUMP, new DataView(new ArrayBuffer(DISCIPLINE_BYTES)));
  if (answers === undefined) return undefined;
  const filtered = new Set<number>();
  for (const { type, body } of answers) {
    if (type !== RTM_NEWQDISC || body.byteLength < DISCIPLINE_BYTES) continue;
    const bytes = bytesOf(body);
    // What is there for frames that come in only has the same place.
    const isFilter =
      body.getUint32(12, true) === TC_H_CLSACT &&
      text(attributesOf(bytes, DISCIPLINE_BYTES, bytes.length).get(TCA_KIND)) === 'clsact';
    if (isFilter) filtered.add(body.getInt32(4, true));
  }
  return filtered;
}

/** Hears of links and queueing disciplines that change, so that they need not be read again and again. */
export class LinkChanges {
  readonly #descriptor = tryCall('socket', AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  readonly #isBound: boolean;
  readonly #bytes = new Uint8Array(ANSWER_BYTES);

  constructor() {
    const address = new DataView(new ArrayBuffer(12));
    address.setUint16(0, AF_NETLINK, true);
    address.setUint32(8, RTMGRP_LINK_AND_TC, true);
    this.#isBound = tryCall('bind', this.#descriptor, bytesOf(address), 12) === 0;
  }

  /** Whether something changed since it was asked before; also where nothing can be heard. */
  take(): boolean {
    if (!this.#isBound) return true;
    let isChanged = false;
    // What does not fit was lost, and that is an error, once.
    for (let turn = 0; turn < MOST_CHANGES; turn++) {
      const got = tryCall('recv', this.#descriptor, this.#bytes, this.#bytes.length, MSG_DONTWAIT);
      if (got === -1 && ['EAGAIN', 'EWOULDBLOCK'].includes(lastError())) return isChanged;
      isChanged = true;
    }
    return isChanged;
  }

  close(): void {
    tryCall('close', this.#descriptor);
  }
}
