/** A network interface as raw frames: a ring shared with the kernel for those that come in, and a queue of those to send. */

import type { WordMemory } from '../../wasm/index.ts';
import { PortError, type Sending } from '../port.ts';
import type { Bystanders } from './link-facts.ts';
import { type FrameSink, ReceiveRing } from './receive-ring.ts';
import { SEND_BUFFER_BYTES } from './send-queue.ts';
import { type SendBy, Sender } from './sender.ts';
import { call, int32, SystemCallError, tryCall } from './system-calls.ts';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_SNDBUF = 7;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_STATISTICS = 6;
const PACKET_IGNORE_OUTGOING = 23;
const PACKET_MR_PROMISC = 1;
const ETH_P_ALL = 3;
const SIOCGIFFLAGS = 0x8913;
const SIOCGIFINDEX = 0x8933;
const IFF_UP = 1;
const IFF_RUNNING = 0x40;

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

/** One interface. */
export class PacketSocket {
  readonly name: string;
  /** Readable when frames are there. */
  readonly descriptor: number;
  readonly #sendDescriptor: number;
  /** What the kernel calls the interface: another one may get its name. */
  readonly #index: number;
  readonly #ring: ReceiveRing;
  readonly #sender: Sender;
  /** Frames that the kernel had no slot for. */
  #missed = 0;

  /** @throws PortError when the interface is not there, opening it is not allowed, or it cannot send that way. */
  constructor(name: string, sendBy: SendBy = 'auto') {
    this.name = name;
    const opened: number[] = [];
    let ring: ReceiveRing | undefined;
    try {
      const open = (): number => {
        const descriptor = call('socket', AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
        opened.push(descriptor);
        return descriptor;
      };
      this.descriptor = open();
      this.#sendDescriptor = open();
      const index = interfaceIndex(this.descriptor, name);
      this.#index = index;
      ring = new ReceiveRing(this.descriptor);
      this.#ring = ring;
      this.#listen(index);
      call('setsockopt', this.#sendDescriptor, SOL_SOCKET, SO_SNDBUF, int32(SEND_BUFFER_BYTES), 4);
      call('bind', this.#sendDescriptor, linkAddress(index, 0), 20);
      this.#sender = new Sender(name, index, this.descriptor, this.#sendDescriptor, sendBy);
    } catch (error) {
      ring?.close();
      for (const descriptor of opened) tryCall('close', descriptor);
      throw explain(error, name);
    }
  }

  /** From now on, frames come into the ring. */
  #listen(index: number): void {
    // Since Linux 4.20; before, frames that go out are recognized by their kind.
    tryCall('setsockopt', this.descriptor, SOL_PACKET, PACKET_IGNORE_OUTGOING, int32(1), 4);
    // Frames for others come too.
    const promiscuous = int32(index, PACKET_MR_PROMISC, 0, 0);
    call('setsockopt', this.descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, promiscuous, promiscuous.length);
    call('bind', this.descriptor, linkAddress(index, ETH_P_ALL), 20);
  }

  /** Frames that came in and were lost: there was no slot, or they could not be completed. */
  get receiveDrops(): number {
    return this.#missed + this.#ring.drops;
  }

  /** Frames that could not be sent. */
  get sendDrops(): number {
    return this.#sender.drops;
  }

  get sendDropBytes(): number {
    return this.#sender.dropBytes;
  }

  /** Takes frames that came in. @returns How many there were. */
  receive(limit: number, take: FrameSink): number {
    return this.#ring.receive(limit, take);
  }

  /** Sends a frame, at the latest with the next `flush`. */
  send(memory: WordMemory, start: number, length: number): void {
    this.#sender.send(memory, start, length);
  }

  /** Sends what waits. Frames that the interface does not take are dropped. */
  flush(): void {
    this.#sender.flush();
  }

  /** Whether the link is up; nothing when the interface is gone, even if another one has its name. Also adds up what the kernel dropped. */
  state(): 'up' | 'down' | undefined {
    const statistics = new Uint8Array(8);
    if (tryCall('getsockopt', this.descriptor, SOL_PACKET, PACKET_STATISTICS, statistics, int32(8)) === 0) {
      this.#missed += new DataView(statistics.buffer).getUint32(4, true);
    }
    // An error that stays there, as of a link that went down, would end every poll at once.
    tryCall('getsockopt', this.descriptor, SOL_SOCKET, SO_ERROR, new Uint8Array(4), int32(4));
    const there = interfaceRequest(this.name);
    if (tryCall('ioctl', this.descriptor, SIOCGIFINDEX, there) === -1) return undefined;
    if (new DataView(there.buffer).getInt32(16, true) !== this.#index) return undefined;
    const request = interfaceRequest(this.name);
    if (tryCall('ioctl', this.descriptor, SIOCGIFFLAGS, request) === -1) return undefined;
    const flags = new DataView(request.buffer).getUint16(16, true);
    return (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0 ? 'up' : 'down';
  }

  /** Looks again at what frames are best sent by. */
  reviewSending(bystanders: Bystanders | undefined, isChanged: boolean): void {
    this.#sender.look(bystanders, isChanged);
  }

  /** What frames are sent by at the moment, and why it is not AF_XDP. */
  get sending(): Sending {
    return { by: this.#sender.by, reason: this.#sender.reason };
  }

  /** Ends; what waits is sent before. */
  close(): void {
    this.#sender.close();
    this.#ring.close();
    tryCall('close', this.descriptor);
    tryCall('close', this.#sendDescriptor);
  }
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
