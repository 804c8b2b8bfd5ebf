/**
 * A mobile node between its kernel and the switch:
 *
 *     kernel ── TUN ── here ──┬─ from the care-of address with a Home Address option ──▶ switch     (RFC 6275, 11.3.1)
 *                             └─ from the home address, as a home agent sends it on ──▶ switch
 *     kernel ◀─ TUN ── here ◀─── to the care-of address with a routing header, or to the home address ── switch
 *
 * At a handover it is reached at both care-of addresses for a while, as with two radios.
 */

import { MobileNode, readMessage } from '../../controller/mobility/test-harness.ts';
import { withHomeAddress, withoutRouting2 } from '../../lab/packets.ts';
import { LinuxPorts } from '../../switch/ports/index.ts';
import {
  addressKey,
  concatBytes,
  ETHERTYPE_IPV6,
  emitEthernet,
  type MobilityMessage,
  PROTOCOL_MOBILITY,
  parseEthernet,
  parseIpv6,
  parseIpv6Packet,
  sameBytes,
} from '../../wire/index.ts';
import { openTun, type Tun } from './tun.ts';

export type MobileHostOptions = {
  readonly home: Uint8Array;
  readonly careOf: Uint8Array;
  readonly virtual: Uint8Array;
  readonly tun: string;
  /** The far end of the switch's uplink. */
  readonly uplink: string;
  readonly ownLink: Uint8Array;
  readonly switchLink: Uint8Array;
};

/** How the kernel's packets go out. */
export type Way = 'home' | 'care-of';

/** What came of a Binding Update. */
export type Registration = ReturnType<MobileNode['read']>;

export type HandoverOptions = {
  /** Which way packets go between Binding Update and acknowledgement: RFC 6275 leaves both to the node. */
  readonly meanwhile?: Way;
  /** Acknowledgements that get lost on their way. */
  readonly loses?: number;
  readonly lifetime?: number;
};

const ANSWER_MS = 10_000;

export class MobileHost extends MobileNode {
  readonly #options: MobileHostOptions;
  readonly #ports = new LinuxPorts();
  readonly #tun: Tun;
  /** Care-of addresses at which it can be reached now. */
  readonly #attached = new Set<string>();
  readonly #waiting: { kind: MobilityMessage['kind']; take: (packet: Uint8Array) => void }[] = [];
  way: Way = 'home';
  sequence = 0;
  /** Packets from the switch by how they came, and by what was wrong with them. */
  readonly counts = { routed: 0, byHome: 0, strayed: 0, refreshRequests: 0, bindingErrors: 0, unexpected: 0 };
  onRefreshRequest: () => void = () => {};

  private constructor(options: MobileHostOptions) {
    super(options.home, options.careOf, options.virtual);
    this.#options = options;
    this.attach(options.careOf);
    this.#tun = openTun(options.tun, (packet) => this.#fromKernel(packet));
  }

  static async open(options: MobileHostOptions): Promise<MobileHost> {
    const host = new MobileHost(options);
    host.#ports.add(0, options.uplink);
    const drain = () => {
      while (host.#ports.receive(64, (_, frame) => host.#fromSwitch(frame)) > 0);
    };
    host.#ports.listen({ frames: drain });
    return host;
  }

  attach(careOf: Uint8Array): void {
    this.#attached.add(addressKey(careOf));
  }

  detach(careOf: Uint8Array): void {
    this.#attached.delete(addressKey(careOf));
  }

  /** Frames and packets that were lost here, and so by the test itself. */
  get drops(): number {
    const [port] = this.#ports.ports();
    return this.#tun.drops() + (port?.counters.receiveDrops ?? 0) + (port?.counters.sendDrops ?? 0);
  }

  async close(): Promise<void> {
    this.#tun.close();
    await this.#ports.close();
  }

  // ---- Packets ----

  #fromKernel(packet: Uint8Array): void {
    const ip = parseIpv6(packet);
    // What a kernel tells its neighbours by itself is of no interest.
    if (!ip.ok || !sameBytes(ip.value.source, this.home)) return;
    if (this.way === 'home' || !sameBytes(ip.value.destination, this.correspondent)) {
      this.transmit(packet);
      return;
    }
    this.transmit(withHomeAddress(packet, this.careOf));
  }

  transmit(packet: Uint8Array): void {
    const { switchLink, ownLink } = this.#options;
    const head = emitEthernet({
      destination: switchLink,
      source: ownLink,
      tags: [],
      ethertype: ETHERTYPE_IPV6,
    });
    this.#ports.send(0, concatBytes(head, packet));
    this.#ports.flush();
  }

  #fromSwitch(frame: Uint8Array): void {
    const ethernet = parseEthernet(frame);
    if (!ethernet.ok || ethernet.value.ethertype !== ETHERTYPE_IPV6) return;
    const bytes = frame.subarray(ethernet.end);
    const found = parseIpv6Packet(bytes);
    if (!found.ok) {
      this.counts.unexpected++;
      return;
    }
    const { header, routing2, protocol, payloadEnd } = found.value;
    if (protocol === PROTOCOL_MOBILITY) {
      this.#fromAgent(bytes.slice());
      return;
    }
    if (sameBytes(header.destination, this.home)) {
      this.counts.byHome++;
      this.#tun.write(bytes.subarray(0, payloadEnd));
      return;
    }
    if (!this.#attached.has(addressKey(header.destination))) {
      this.counts.strayed++;
      return;
    }
    const inner = withoutRouting2(found.value);
    if (inner === undefined || routing2 === undefined || !sameBytes(routing2, this.home)) {
      this.counts.unexpected++;
      return;
    }
    this.counts.routed++;
    this.#tun.write(inner);
  }

  // ---- Mobility ----

  #fromAgent(packet: Uint8Array): void {
    const { kind } = readMessage(packet).message;
    if (kind === 'bindingError') this.counts.bindingErrors++;
    if (kind === 'bindingRefreshRequest') {
      this.counts.refreshRequests++;
      this.onRefreshRequest();
      return;
    }
    const index = this.#waiting.findIndex((one) => one.kind === kind);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    waiting?.take(packet);
  }

  /** Sends a packet, and gives the answer of a kind; waits for it, and no longer than it may take. */
  ask(packet: Uint8Array, kind: MobilityMessage['kind'], milliseconds = ANSWER_MS): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const timeout = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(new Error(`no ${kind} within ${milliseconds} ms`));
      }, milliseconds);
      const waiting = {
        kind,
        take: (answer: Uint8Array) => {
          clearTimeout(timeout);
          resolve(answer);
        },
      };
      this.#waiting.push(waiting);
      this.transmit(packet);
    });
  }

  /** Return routability: tokens for where it is. */
  async getTokens(isAtHome = false): Promise<void> {
    this.take(await this.ask(this.homeTestInit(), 'homeTest'));
    if (!isAtHome) this.take(await this.ask(this.careOfTestInit(), 'careOfTest'));
  }

  /** A Binding Update with the tokens that it has, and what came of it. */
  async update1(options: Pick<HandoverOptions, 'loses' | 'lifetime'> = {}): Promise<Registration> {
    const { loses = 0, lifetime = 100 } = options;
    for (let lost = 0; lost < loses; lost++) {
      await this.ask(this.update({ sequence: ++this.sequence, lifetime }), 'bindingAcknowledgement');
      // It never came, as far as the node knows, and it sends the next one (11.8).
    }
    const update = this.update({ sequence: ++this.sequence, lifetime });
    return this.read(await this.ask(update, 'bindingAcknowledgement'));
  }

  /** Registers where it is, and sends by its care-of address from then on. */
  async register(options: Pick<HandoverOptions, 'loses' | 'lifetime'> = {}): Promise<Registration> {
    await this.getTokens();
    const answer = await this.update1(options);
    this.way = 'care-of';
    return answer;
  }

  /** Moves: reached at both places until the acknowledgement is there. */
  async handover(to: Uint8Array, options: HandoverOptions = {}): Promise<Registration> {
    const before = this.careOf;
    this.attach(to);
    // The test of the new place, while packets go by the old one.
    const probe = new MobileNode(this.home, to, this.correspondent);
    probe.take(await this.ask(this.homeTestInit(), 'homeTest'));
    probe.take(await this.ask(probe.careOfTestInit(), 'careOfTest'));
    this.homeToken = probe.homeToken;
    this.careOfToken = probe.careOfToken;
    this.indices = probe.indices;
    this.way = options.meanwhile ?? 'home';
    this.careOf = to;
    const answer = await this.update1(options);
    this.way = 'care-of';
    this.detach(before);
    return answer;
  }

  /** Home again: the binding goes, packets come by the home address as those of anybody. */
  async returnHome(): Promise<Registration> {
    await this.getTokens(true);
    this.way = 'home';
    const update = this.update({ sequence: ++this.sequence, lifetime: 0, isAtHome: true });
    return this.read(await this.ask(update, 'bindingAcknowledgement'), this.home, this.key(true));
  }
}
