/** The Mobility Agent at work: its core, the switches that it writes to, the store that outlives it, and time. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Code } from '../p4runtime/gen/google/rpc/code.ts';
import {
  concatBytes,
  ETHERTYPE_IPV6,
  emitEthernet,
  fromHex,
  parseEthernet,
  parseLinkAddress,
  sameBytes,
} from '../wire/index.ts';
import { frameBack } from './answers/index.ts';
import type { Config, SwitchConfig } from './config/index.ts';
import { HandoverLog } from './handovers.ts';
import type { ManagedSwitch, Punt } from './managed-switch.ts';
import {
  bindingKey,
  bindingsToWatch,
  createMobilityState,
  DEFAULT_CONFIG,
  desiredBindings,
  type MobilityConfig,
  type MobilityEffect,
  type MobilityEvent,
  type MobilityState,
  type SavedChange,
  type SwitchBinding,
  step,
} from './mobility/index.ts';
import { type MobilityStore, openMobilityStore } from './mobility/store.ts';
import {
  addressBytes,
  bindingEntity,
  bindingUseRequest,
  enums,
  type Numbers,
  readBindingUse,
} from './pipeline/index.ts';
import type { Change, ChangeOutcome } from './switches/index.ts';

/** How often time passes for the core, and how often it is asked which bindings are in use. */
const TICK_MS = 500;
const USE_MS = 1000;

/** Bindings that are asked about in one request. */
const USE_BATCH = 500;

export type MobilityAgentOptions = {
  readonly config: Config;
  readonly log: Logger;
  readonly now: () => number;
  readonly switches: () => readonly ManagedSwitch[];
  readonly numbers: Numbers;
};

/** A binding as `moor bindings` shows it. */
export type BindingStatus = {
  readonly homeAddress: Uint8Array;
  readonly careOfAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
  readonly sequence: number;
  /** Seconds. */
  readonly expiresIn: number;
};

/** Where packets of our own begin their way through a switch. */
type Entrance = { readonly port: number; readonly head: Uint8Array };

/** Sends a packet back to where one came from; false where that cannot be reached. */
type SendBack = (packet: Uint8Array) => boolean;

/** What came of an event. */
type Outcome = { readonly effects: readonly MobilityEffect[]; readonly sendBack: SendBack | undefined };

type Install = MobilityEffect & { readonly kind: 'installBinding' };

export class MobilityAgent {
  readonly #state: MobilityState;
  readonly #store: MobilityStore;
  readonly #options: MobilityAgentOptions;
  readonly #timers: readonly NodeJS.Timeout[];
  readonly handovers = new HandoverLog();
  readonly #entrances = new WeakMap<SwitchConfig, Entrance>();
  #asking = false;
  /** What is to be saved, and what is done when it is. */
  #saves: SavedChange[] = [];
  #unsaved: Outcome[] = [];

  private constructor(state: MobilityState, store: MobilityStore, options: MobilityAgentOptions) {
    this.#state = state;
    this.#store = store;
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#take({ kind: 'tick' }), TICK_MS),
      setInterval(() => void this.#askForUse(), USE_MS),
    ];
  }

  /** Opens the store and goes on where an earlier agent ended. @throws Error where the store cannot be used. */
  static async open(options: MobilityAgentOptions): Promise<MobilityAgent> {
    const { config, now, log } = options;
    const { store, values, problems } = await openMobilityStore(join(config.state, 'mobility'), now());
    for (const problem of problems) log.warn(problem);
    const state = createMobilityState(mobilityConfig(config), (count) => randomBytes(count), now(), values);
    return new MobilityAgent(state, store, options);
  }

  /** What is counted, by reason. */
  get counters(): ReadonlyMap<string, number> {
    return this.#state.counters;
  }

  get size(): number {
    return this.#state.bindings.size;
  }

  *bindings(): Generator<BindingStatus> {
    const now = this.#options.now();
    for (const {
      homeAddress,
      careOfAddress,
      virtualAddress,
      sequence,
      expiresAt,
    } of this.#state.bindings.values()) {
      yield {
        homeAddress,
        careOfAddress,
        virtualAddress,
        sequence,
        expiresIn: Math.max(0, (expiresAt - now) / 1000),
      };
    }
  }

  /** Entries that a switch has to have; wanted before it is connected. */
  entities(): readonly Change[] {
    return [...desiredBindings(this.#state)].map((binding) => this.#entry('set', binding));
  }

  configure(config: Config): void {
    this.#take({ kind: 'configure', config: mobilityConfig(config) });
  }

  /** A packet that a switch handed over for mobility. */
  receive(from: ManagedSwitch, punt: Punt): void {
    const ethernet = parseEthernet(punt.bytes);
    if (!ethernet.ok || ethernet.value.ethertype !== ETHERTYPE_IPV6) return;
    const isUnplaced = punt.reason === enums.reason_t.unplaced_home_address;
    this.#take({ kind: 'packet', packet: punt.bytes.subarray(ethernet.end), isUnplaced }, (packet) => {
      const { port } = punt;
      const own = from.linkAddress(port);
      return own !== undefined && from.send(frameBack(ethernet.value, own, port, packet));
    });
  }

  /** Where a mobile node is that has a binding with a virtual address; undefined: it has none. */
  careOfAddress(homeAddress: Uint8Array, virtualAddress: Uint8Array): Uint8Array | undefined {
    return this.#state.bindings.get(bindingKey(homeAddress, virtualAddress))?.careOfAddress;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    // What waits for this turn's end.
    if (this.#unsaved.length > 0) this.#save();
    await this.#store.close();
  }

  /** `sendBack`: to where the packet of the event came from; false where that cannot be reached. */
  #take(event: MobilityEvent, sendBack?: SendBack): void {
    const effects = step(this.#state, event, this.#options.now());
    const before = this.#saves.length;
    for (const effect of effects) if (effect.kind === 'save') this.#saves.push(effect.change);
    if (this.#saves.length === before) {
      this.#perform([{ effects, sendBack }]);
      return;
    }
    if (this.#unsaved.push({ effects, sendBack }) === 1) queueMicrotask(() => this.#save());
  }

  /**
   * What is promised to a mobile node has to outlive a crash of the promise's giver: first the store, then the rest. Packets that
   * came together are saved together.
   */
  #save(): void {
    const outcomes = this.#unsaved;
    const saves = this.#saves;
    [this.#unsaved, this.#saves] = [[], []];
    this.#store.write(saves).then(
      () => this.#perform(outcomes),
      (problem: unknown) => {
        this.#options.log.error({ err: problem }, 'bindings cannot be stored; a restart will forget them');
        this.#perform(outcomes);
      },
    );
  }

  #perform(outcomes: readonly Outcome[]): void {
    const installs: Install[] = [];
    for (const { effects, sendBack } of outcomes) {
      for (const effect of effects) {
        switch (effect.kind) {
          case 'send':
            if (effect.isDirect && sendBack?.(effect.packet)) break;
            this.#inject(effect.packet, (one) => one.config.role !== 'dispatcher');
            break;
          case 'resubmit':
            this.#inject(effect.packet, (one) => one.isDispatcher);
            break;
          case 'installBinding':
            installs.push(effect);
            break;
          case 'removeBinding':
            void this.#remove(effect.ticket, effect.binding);
            break;
          case 'save':
            break;
        }
      }
    }
    if (installs.length > 0) void this.#install(installs);
  }

  /** Lets a switch route a packet, as if it had come in by a port towards clients. */
  #inject(packet: Uint8Array, may: (managed: ManagedSwitch) => boolean): void {
    for (const managed of this.#options.switches()) {
      if (!may(managed) || managed.keeper.standing.kind !== 'ready') continue;
      const entrance = this.#entranceOf(managed.config);
      if (entrance === undefined) continue;
      const { port, head } = entrance;
      if (managed.send({ port, bytes: concatBytes(head, packet), process: true })) return;
    }
  }

  /** The port towards clients, and the head of frames that come in by it; undefined where there is none. */
  #entranceOf(config: SwitchConfig): Entrance | undefined {
    const known = this.#entrances.get(config);
    if (known !== undefined) return known;
    const { ports } = config;
    const port = ports.find(({ role }) => role === 'uplink') ?? ports.find(({ role }) => role === 'both');
    const own = port === undefined ? undefined : parseLinkAddress(port['link-address']);
    if (port === undefined || own === undefined) return undefined;
    const head = emitEthernet({ destination: own, source: own, tags: [], ethertype: ETHERTYPE_IPV6 });
    const made = { port: port.number, head };
    this.#entrances.set(config, made);
    return made;
  }

  /** One change a binding on every switch, of both ways at once: no packet falls between. Those of one turn go together. */
  async #install(installs: readonly Install[]): Promise<void> {
    const begin = this.#options.now();
    const switches = this.#options.switches();
    const changes = installs.map(({ binding }) => this.#entry('set', binding));
    const answers = await Promise.all(switches.map(({ keeper }) => keeper.changeAll(changes)));
    for (const [index, install] of installs.entries()) {
      let failure: ChangeOutcome | undefined;
      for (const outcomes of answers) {
        const outcome = outcomes[index];
        if (outcome?.kind !== 'written') failure ??= outcome;
      }
      if (failure !== undefined || switches.length === 0) void this.#giveUp(install, failure);
      else this.#installed(install, begin);
    }
  }

  #installed({ ticket, binding, replaces }: Install, begin: number): void {
    if (replaces !== undefined && !sameBytes(replaces, binding.careOfAddress)) {
      const at = this.#options.now();
      // Copies: what came with a packet is a part of its buffer.
      this.handovers.add({
        at,
        homeAddress: Uint8Array.from(binding.homeAddress),
        virtualAddress: Uint8Array.from(binding.virtualAddress),
        from: Uint8Array.from(replaces),
        to: Uint8Array.from(binding.careOfAddress),
        milliseconds: at - begin,
      });
    }
    this.#take({ kind: 'done', ticket });
  }

  /** What one switch has and another not is of no use; the core says what there was before. */
  async #giveUp({ ticket, binding, replaces }: Install, failure: ChangeOutcome | undefined): Promise<void> {
    const switches = this.#options.switches();
    await Promise.all(switches.map((managed) => this.#takeBack(managed, binding, replaces)));
    this.#take({ kind: 'failed', ticket, isFull: isFull(failure) });
  }

  async #takeBack(
    managed: ManagedSwitch,
    binding: SwitchBinding,
    before: Uint8Array | undefined,
  ): Promise<void> {
    if (before !== undefined && sameBytes(before, binding.careOfAddress)) return;
    await managed.keeper.changeAll([
      before === undefined
        ? this.#entry('remove', binding)
        : this.#entry('set', { ...binding, careOfAddress: before }),
    ]);
  }

  async #remove(ticket: number, binding: SwitchBinding): Promise<void> {
    const outcomes = await Promise.all(
      this.#options.switches().map(({ keeper }) => keeper.changeAll([this.#entry('remove', binding)])),
    );
    const refused = outcomes.flat().find(({ kind }) => kind === 'refused');
    // A switch that cannot be reached loses the entry when it is; mobile nodes need not wait for it.
    this.#take(refused === undefined ? { kind: 'done', ticket } : { kind: 'failed', ticket, isFull: false });
  }

  /** Dispatchers and gateways have the same entry, and take the way that they are for. */
  #entry(kind: Change['kind'], binding: SwitchBinding): Change {
    return { kind, entity: bindingEntity(binding, this.#options.numbers) };
  }

  /** Asks the switches which of the bindings are in use of which that matters now. */
  async #askForUse(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    try {
      const { inUse } = this.#state.config;
      const watched = [...bindingsToWatch(this.#state, this.#options.now())];
      if (watched.length === 0) return;
      for (const managed of this.#options.switches()) {
        if (managed.keeper.standing.kind !== 'ready') continue;
        for (let start = 0; start < watched.length; start += USE_BATCH) {
          await this.#askOne(managed, watched.slice(start, start + USE_BATCH), inUse);
        }
      }
    } finally {
      this.#asking = false;
    }
  }

  async #askOne(managed: ManagedSwitch, bindings: readonly SwitchBinding[], inUse: number): Promise<void> {
    const { numbers } = this.#options;
    const requests = bindings.map((binding) => bindingUseRequest(binding, numbers));
    try {
      for await (const entity of managed.keeper.read(requests)) {
        const use = readBindingUse(entity, numbers);
        if (use === undefined || use.sinceLastHitNs > BigInt(inUse) * 1_000_000n) continue;
        const { homeAddress, virtualAddress } = use;
        this.#take({ kind: 'used', homeAddress, virtualAddress });
      }
    } catch {
      // Entries that have gone meanwhile, or a switch that has: the next time tells.
    }
  }
}

/** What the core is to do, of a configuration. */
export function mobilityConfig(config: Config): MobilityConfig {
  const { mobility } = config;
  const virtualAddresses = config.services
    .filter(({ address }) => address.includes(':'))
    .map(({ address }) => Uint8Array.from(addressBytes(address)));
  return {
    ...DEFAULT_CONFIG,
    isEnabled: mobility.enabled,
    virtualAddresses,
    maximumBindings: mobility['maximum-bindings'],
    maximumLifetime: mobility['maximum-lifetime'] * 1000,
    staticKeys: mobility.keys.map((key) => ({
      homeAddress: Uint8Array.from(addressBytes(key['home-address'])),
      key: fromHex(key.key) ?? new Uint8Array(20),
      homeNonce: fromHex(key['home-nonce']) ?? new Uint8Array(8),
      careOfNonce: fromHex(key['care-of-nonce']) ?? new Uint8Array(8),
    })),
  };
}

function isFull(outcome: ChangeOutcome | undefined): boolean {
  return outcome?.kind === 'refused' && outcome.code === Code.RESOURCE_EXHAUSTED;
}
