/** How an interface sends: by AF_XDP where that does the same in less time, and by AF_PACKET otherwise. */

import { fstatSync } from 'node:fs';
import type { WordMemory } from '../../wasm/index.ts';
import { PortError } from '../port.ts';
import { type Bystanders, type LinkFacts, readBystanders, readLinkFacts } from './link-facts.ts';
import { SendQueue } from './send-queue.ts';
import { SystemCallError } from './system-calls.ts';
import { XDP_LONGEST, XdpQueue } from './xdp-queue.ts';

/** How frames are to be sent: `auto` chooses, again and again. */
export type SendBy = 'auto' | 'xdp' | 'packet';

const ETHERNET_BYTES = 14;
/** So many looks after a queue could not be opened, it is tried again: somebody else may have had it. */
const LOOKS_UNTIL_RETRY = 10;

/** What an interface sends through. */
export class Sender {
  readonly #name: string;
  readonly #index: number;
  readonly #by: SendBy;
  /** The socket that frames come in by, which is no capturer. */
  readonly #receiver: number;
  readonly #packet: SendQueue;
  #xdp: XdpQueue | undefined;
  #usesXdp = false;
  #facts: LinkFacts | undefined;
  /** Longer frames go by AF_PACKET, which knows what to say of them. */
  #longest = 0;
  #looksUntilOpen = 0;
  /** Of queues that were closed. */
  #drops = 0;
  #dropBytes = 0;
  /** Why it is not AF_XDP. */
  reason: string | undefined;

  /**
   * @param receiver The socket that frames come in by.
   * @param sender A socket that is bound to the interface.
   * @throws PortError when it is to be AF_XDP, and cannot.
   */
  constructor(name: string, index: number, receiver: number, sender: number, by: SendBy) {
    this.#name = name;
    this.#index = index;
    this.#by = by;
    this.#receiver = fstatSync(receiver).ino;
    this.#packet = new SendQueue(sender);
    try {
      this.look(by === 'auto' ? readBystanders() : undefined, true);
      if (by !== 'xdp' || this.#usesXdp) return;
      throw new PortError('environment', `interface ${name} cannot send by AF_XDP: ${this.reason}`);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** By what frames are sent at the moment. */
  get by(): 'xdp' | 'packet' {
    return this.#usesXdp ? 'xdp' : 'packet';
  }

  get drops(): number {
    return this.#drops + this.#packet.drops + (this.#xdp?.drops ?? 0);
  }

  get dropBytes(): number {
    return this.#dropBytes + this.#packet.dropBytes + (this.#xdp?.dropBytes ?? 0);
  }

  /**
   * Looks at the interface again.
   * @param bystanders Undefined where nobody knows.
   * @param isChanged Whether the interface may be another one than it was.
   */
  look(bystanders: Bystanders | undefined, isChanged: boolean): void {
    if (this.#by === 'packet') {
      this.reason = "'--send-by packet' asks for it";
      return;
    }
    // What there was no room for.
    if (this.#usesXdp) this.#flushXdp();
    if (isChanged) this.#facts = readLinkFacts(this.#index);
    this.#longest = Math.min(XDP_LONGEST, (this.#facts?.mtu ?? 0) + ETHERNET_BYTES);
    this.reason = this.#by === 'auto' ? this.#obstacle(this.#facts, bystanders) : undefined;
    if (this.reason === undefined) this.#open();
    this.#usesXdp = this.reason === undefined;
    if (this.#usesXdp) this.#packet.flush();
  }

  /** What AF_XDP would go around, or has not been seen with. */
  #obstacle(facts: LinkFacts | undefined, bystanders: Bystanders | undefined): string | undefined {
    if (facts === undefined || bystanders === undefined) return 'what stands before the link cannot be read';
    const { kind, discipline } = facts;
    if (kind !== 'veth') return `it is ${kind === '' ? 'no virtual interface' : `a ${kind}`}, not a veth`;
    if (discipline !== 'noqueue') return `it has a queueing discipline: ${discipline}`;
    if (bystanders.filtered.has(this.#index)) return 'it has filters of tc on the way out';
    const isCaptured = bystanders.capturers.some(
      ({ index, inode }) => (index === 0 || index === this.#index) && inode !== this.#receiver,
    );
    return isCaptured ? 'somebody captures its frames' : undefined;
  }

  #open(): void {
    if (this.#xdp !== undefined) return;
    if (this.#looksUntilOpen-- > 0) {
      this.reason = 'AF_XDP failed a moment ago';
      return;
    }
    try {
      this.#xdp = new XdpQueue(this.#index);
      this.#looksUntilOpen = 0;
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      this.#looksUntilOpen = LOOKS_UNTIL_RETRY;
      this.reason = explain(error);
    }
  }

  /** Sends a frame, at the latest with the next `flush`. The bytes are copied. */
  send(memory: WordMemory, start: number, length: number): void {
    if (!this.#usesXdp) this.#packet.send(memory, start, length);
    else if (length <= this.#longest && length >= ETHERNET_BYTES) {
      if (this.#xdp?.send(memory, start, length) === false) this.#leaveXdp();
    } else {
      this.#flushXdp();
      this.#packet.send(memory, start, length);
      this.#packet.flush();
    }
  }

  /** Sends what waits. Frames that the interface does not take are dropped. */
  flush(): void {
    if (this.#usesXdp) this.#flushXdp();
    else this.#packet.flush();
  }

  #flushXdp(): void {
    if (this.#xdp?.flush() === false) this.#leaveXdp();
  }

  /** The interface takes nothing any more: it went down, or is gone. */
  #leaveXdp(): void {
    const queue = this.#xdp;
    this.#xdp = undefined;
    this.#usesXdp = false;
    this.reason = `interface ${this.#name} took no frames`;
    if (queue === undefined) return;
    this.#drops += queue.drops;
    this.#dropBytes += queue.dropBytes;
    queue.close();
  }

  /** Gives the memory back; what waits is sent before. */
  close(): void {
    this.flush();
    this.#packet.close();
    this.#xdp?.close();
  }
}

function explain({ code, message }: SystemCallError): string {
  switch (code) {
    case 'EAFNOSUPPORT':
    case 'EOPNOTSUPP':
      return 'the kernel has no AF_XDP (CONFIG_XDP_SOCKETS)';
    case 'EPERM':
    case 'EACCES':
      return 'it takes CAP_NET_RAW';
    case 'ENOBUFS':
      return "there is not enough memory that may be locked: raise the limit ('ulimit -l')";
    case 'EBUSY':
      return 'another socket for AF_XDP is there';
    default:
      return message;
  }
}
