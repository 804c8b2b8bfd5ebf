/**
 * A network interface as raw frames: a receive ring shared with the kernel (packet(7), TPACKET_V2), and sending many
 * frames in one call. Runs on a thread of its own.
 *
 * A slot of the ring: u32 status, u32 length, u32 captured length, u16 offset of the frame, u16 offset of its network
 * header, u32 seconds, u32 nanoseconds, u16 VLAN tag, u16 type of the tag, 4 unused; a link-level address at 32.
 */

import { PortError } from '../port.ts';
import { completeFrame, insertTag, OFFLOAD_HEADER_BYTES } from './offload.ts';
import {
  call,
  int32,
  lastError,
  type Mapping,
  mapMemory,
  SystemCallError,
  tryCall,
  unmapMemory,
} from './system-calls.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_SNDBUF = 7;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_RX_RING = 5;
const PACKET_STATISTICS = 6;
const PACKET_COPY_THRESH = 7;
const PACKET_VERSION = 10;
const PACKET_VNET_HDR = 15;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
const TPACKET_V2 = 1;
const ETH_P_ALL = 3;
const MSG_DONTWAIT = 0x40;
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFINDEX = 0x8933;
const IFF_UP = 1;
const IFF_RUNNING = 0x40;

const STATUS_USER = 1;
const STATUS_COPY = 2;
const STATUS_VLAN_VALID = 0x10;
const STATUS_VLAN_TPID_VALID = 0x40;
const PACKET_OUTGOING = 4;
/** In a slot: where the kind of the packet stands in the link-level address. */
const SLOT_PACKET_KIND = 32 + 10;

const BLOCK_BYTES = 1 << 18;
const BLOCKS = 32;
const SLOT_BYTES = 2048;
const SLOTS = (BLOCK_BYTES / SLOT_BYTES) * BLOCKS;
/** Frames of several segments, which do not fit into a slot. */
const LARGEST_FRAME = 65_536 + 256;

const SEND_FRAMES = 64;
const SEND_BYTES = 1 << 19;
const MESSAGE_BYTES = 64;
const VECTOR_BYTES = 16;

function interfaceRequest(name: string): Uint8Array {
  const request = new Uint8Array(40);
  request.set(new TextEncoder().encode(name).subarray(0, 15));
  return request;
}

function linkAddress(index: number, protocol: number): Uint8Array {
  const address = new Uint8Array(20);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(2, protocol, false);
  view.setInt32(4, index, true);
  return address;
}

/** Takes a frame that came in; its bytes are valid during the call. */
export type FrameSink = (frame: Uint8Array, time: bigint) => void;

/** One interface. */
export class PacketSocket {
  readonly name: string;
  /** For `poll`. */
  readonly descriptor: number;
  readonly #sender: number;
  readonly #ring: Mapping;
  readonly #view: DataView;
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #large: Mapping;
  readonly #tagged = new Uint8Array(LARGEST_FRAME + 4);
  readonly #sending: Mapping;
  readonly #sendView: DataView;
  #slot = 0;
  #waiting = 0;
  #waitingBytes = 0;
  /** Frames that the kernel had no slot for, or that could not be completed. */
  receiveDrops = 0;
  /** Frames that could not be sent. */
  sendDrops = 0;

  /** @throws PortError when the interface is not there, or opening it is not allowed. */
  constructor(name: string) {
    this.name = name;
    const opened: number[] = [];
    try {
      const open = (): number => {
        const descriptor = call('socket', AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        opened.push(descriptor);
        return descriptor;
      };
      this.descriptor = open();
      this.#sender = open();
      const index = interfaceIndex(this.descriptor, name);
      this.#ring = this.#openRing(index);
      call('setsockopt', this.#sender, SOL_SOCKET, SO_SNDBUF, int32(SEND_BYTES * 4), 4);
      call('bind', this.#sender, linkAddress(index, 0), 20);
    } catch (error) {
      for (const descriptor of opened) tryCall('close', descriptor);
      throw explain(error, name);
    }
    this.#view = new DataView(this.#ring.bytes.buffer);
    this.#words = new Int32Array(this.#ring.bytes.buffer);
    this.#large = mapMemory(LARGEST_FRAME);
    this.#sending = mapMemory(SEND_BYTES + SEND_FRAMES * (MESSAGE_BYTES + VECTOR_BYTES));
    this.#sendView = new DataView(this.#sending.bytes.buffer);
    this.#prepareMessages();
  }

  #option(option: number, ...values: readonly number[]): void {
    call('setsockopt', this.descriptor, SOL_PACKET, option, int32(...values), 4 * values.length);
  }

  #openRing(index: number): Mapping {
    this.#option(PACKET_VERSION, TPACKET_V2);
    this.#option(PACKET_VNET_HDR, 1);
    this.#option(PACKET_COPY_THRESH, 1);
    this.#option(PACKET_RX_RING, BLOCK_BYTES, BLOCKS, SLOT_BYTES, SLOTS);
    // Since Linux 4.20; before, frames that go out are recognized by their kind.
    tryCall('setsockopt', this.descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, int32(1), 4);
    const ring = mapMemory(BLOCK_BYTES * BLOCKS, this.descriptor);
    // Frames for others come too.
    this.#option(PACKET_ADD_MEMBERSHIP, index, PACKET_MR_PROMISC, 0, 0);
    call('bind', this.descriptor, linkAddress(index, ETH_P_ALL), 20);
    return ring;
  }

  /** A message for each frame of a batch: no address, one vector. */
  #prepareMessages(): void {
    for (let index = 0; index < SEND_FRAMES; index++) {
      const message = SEND_BYTES + index * MESSAGE_BYTES;
      const vector = SEND_BYTES + SEND_FRAMES * MESSAGE_BYTES + index * VECTOR_BYTES;
      this.#sendView.setBigUint64(message + 16, this.#sending.address + BigInt(vector), true);
      this.#sendView.setBigUint64(message + 24, 1n, true);
    }
  }

  /** Takes frames that came in. @returns How many slots there were. */
  receive(limit: number, take: FrameSink): number {
    let count = 0;
    for (; count < limit; count++) {
      const at = this.#slot * SLOT_BYTES;
      const status = Atomics.load(this.#words, at >>> 2);
      if ((status & STATUS_USER) === 0) break;
      this.#takeSlot(at, status, take);
      Atomics.store(this.#words, at >>> 2, 0);
      this.#slot = (this.#slot + 1) % SLOTS;
    }
    return count;
  }

  #takeSlot(at: number, status: number, take: FrameSink): void {
    const view = this.#view;
    const start = at + view.getUint16(at + 12, true);
    const captured = view.getUint32(at + 8, true);
    let header = this.#ring.bytes.subarray(start - OFFLOAD_HEADER_BYTES, start);
    let frame = this.#ring.bytes.subarray(start, start + captured);
    if ((status & STATUS_COPY) !== 0) {
      const got = tryCall('recv', this.descriptor, this.#large.address, LARGEST_FRAME, MSG_DONTWAIT);
      if (got <= OFFLOAD_HEADER_BYTES) {
        this.receiveDrops++;
        return;
      }
      header = this.#large.bytes.subarray(0, OFFLOAD_HEADER_BYTES);
      frame = this.#large.bytes.subarray(OFFLOAD_HEADER_BYTES, got);
    } else if (captured < view.getUint32(at + 4, true)) {
      // Too long for a slot, and the kernel had no memory for a copy.
      this.receiveDrops++;
      return;
    }
    if (this.#ring.bytes[at + SLOT_PACKET_KIND] === PACKET_OUTGOING) return;
    const time =
      BigInt(view.getUint32(at + 16, true)) * 1_000_000_000n + BigInt(view.getUint32(at + 20, true));
    // Most frames need nothing done: no checksum to complete, one segment, no tag.
    if (header[0] === 0 && header[1] === 0 && (status & STATUS_VLAN_VALID) === 0) {
      take(frame, time);
      return;
    }
    const frames = completeFrame(header, frame);
    if (frames === undefined) this.receiveDrops++;
    for (const one of frames ?? []) take(this.#withTag(one, at, status), time);
  }

  #withTag(frame: Uint8Array, at: number, status: number): Uint8Array {
    if ((status & STATUS_VLAN_VALID) === 0) return frame;
    const type = (status & STATUS_VLAN_TPID_VALID) === 0 ? 0 : this.#view.getUint16(at + 26, true);
    const tagged = this.#tagged.subarray(0, frame.length + 4);
    insertTag(tagged, frame, type, this.#view.getUint16(at + 24, true));
    return tagged;
  }

  /** Sends a frame with the next batch. */
  send(frame: Uint8Array): void {
    if (frame.length > SEND_BYTES) {
      this.sendDrops++;
      return;
    }
    if (this.#waiting === SEND_FRAMES || this.#waitingBytes + frame.length > SEND_BYTES) this.flush();
    this.#sending.bytes.set(frame, this.#waitingBytes);
    const vector = SEND_BYTES + SEND_FRAMES * MESSAGE_BYTES + this.#waiting * VECTOR_BYTES;
    this.#sendView.setBigUint64(vector, this.#sending.address + BigInt(this.#waitingBytes), true);
    this.#sendView.setBigUint64(vector + 8, BigInt(frame.length), true);
    this.#waitingBytes += frame.length;
    this.#waiting++;
  }

  /** Sends the batch. Frames that the interface does not take are dropped: too long, no room, no link. */
  flush(): void {
    let sent = 0;
    let retries = 0;
    while (sent < this.#waiting) {
      const messages = this.#sending.address + BigInt(SEND_BYTES + sent * MESSAGE_BYTES);
      const count = tryCall('sendmmsg', this.#sender, messages, this.#waiting - sent, MSG_DONTWAIT);
      if (count > 0) {
        sent += count;
        continue;
      }
      const code = lastError();
      // No room at the moment: once more, as a card with a full ring would have us wait.
      if ((code === 'EAGAIN' || code === 'ENOBUFS' || code === 'EINTR') && retries < 3) {
        retries++;
        tryCall('poll', pollRequest(this.#sender, 4), 1, 1);
        continue;
      }
      this.sendDrops++;
      sent++;
    }
    this.#waiting = 0;
    this.#waitingBytes = 0;
  }

  /** Whether the link is up; nothing when the interface is gone. Also adds up what the kernel dropped. */
  state(): 'up' | 'down' | undefined {
    const statistics = new Uint8Array(8);
    if (tryCall('getsockopt', this.descriptor, SOL_PACKET, PACKET_STATISTICS, statistics, int32(8)) === 0) {
      this.receiveDrops += new DataView(statistics.buffer).getUint32(4, true);
    }
    // An error that stays there, as of a link that went down, would end every poll at once.
    tryCall('getsockopt', this.descriptor, SOL_SOCKET, SO_ERROR, new Uint8Array(4), int32(4));
    const request = interfaceRequest(this.name);
    if (tryCall('ioctl', this.descriptor, SIOCGIFFLAGS, request) === -1) return undefined;
    const flags = new DataView(request.buffer).getUint16(16, true);
    return (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0 ? 'up' : 'down';
  }

  close(): void {
    this.flush();
    unmapMemory(this.#ring);
    unmapMemory(this.#large);
    unmapMemory(this.#sending);
    tryCall('close', this.descriptor);
    tryCall('close', this.#sender);
  }
}

/** A `struct pollfd`. */
function pollRequest(descriptor: number, events: number): Uint8Array {
  const request = new Uint8Array(8);
  const view = new DataView(request.buffer);
  view.setInt32(0, descriptor, true);
  view.setInt16(4, events, true);
  return request;
}

function interfaceIndex(descriptor: number, name: string): number {
  if (name.length === 0 || new TextEncoder().encode(name).length > 15) {
    throw new PortError('invalid', `'${name}' is no name of an interface: they have 1 to 15 bytes`);
  }
  const request = interfaceRequest(name);
  call('ioctl', descriptor, SIOCGIFINDEX, request);
  return new DataView(request.buffer).getInt32(16, true);
}

function explain(error: unknown, name: string): unknown {
  if (!(error instanceof SystemCallError)) return error;
  switch (error.code) {
    case 'EPERM':
    case 'EACCES':
      return new PortError(
        'forbidden',
        `interface ${name} cannot be opened without the capability CAP_NET_RAW: run as root, or give it to node ` +
          `with 'setcap cap_net_raw+ep ${process.execPath}'`,
      );
    case 'ENODEV':
      return new PortError('missing', `there is no interface ${name}: 'ip link' shows which there are`);
    default:
      return new PortError('environment', `interface ${name} cannot be opened: ${error.message}`);
  }
}
