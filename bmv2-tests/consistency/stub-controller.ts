/** As much of a controller as sessions need: late entries for flows, answers to taken slots, members that come and go. */

import { insert, modify, remove } from '../../p4runtime/entities/index.ts';
import type { Update } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { CaseEntry } from '../harness/case.ts';
import type { EmbeddedSwitch } from '../harness/embedded.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import type { Random } from '../oracle/random.ts';
import { FIRST_SERVER_PORT, type Left, SWITCH_MAC, sentBack, VIRTUAL } from './frames.ts';

const LEARNED = 1;
const CLOSED = 3;
const SLOT_TAKEN = 16;

export type Member = { readonly server: number; readonly weight: number };

type Planned = {
  readonly due: number;
  readonly key: string;
  readonly server: number;
  readonly install: boolean;
};

export class StubController {
  members: readonly Member[] = [];
  /** Flows that it has written. */
  readonly installed = new Map<string, number>();
  readonly #switch: EmbeddedSwitch;
  readonly #random: Random;
  /** Seconds that an entry comes late at most. */
  readonly #latest: number;
  #planned: Planned[] = [];
  #hasSelection = false;

  constructor(device: EmbeddedSwitch, random: Random, latest: number) {
    this.#switch = device;
    this.#random = random;
    this.#latest = latest;
  }

  /** What does not change: the ports, the virtual address and its service. */
  async configure(): Promise<void> {
    const entries: readonly CaseEntry[] = [
      { table: 'ports', match: { port: 1 }, action: 'set_role', data: { role: 1, address: SWITCH_MAC } },
      { table: 'local_addresses', match: { address: VIRTUAL }, action: 'set_virtual', data: { number: 1 } },
      {
        table: 'services',
        match: { address: VIRTUAL, protocol: 6, port: 80 },
        action: 'set_service',
        data: { service: 1 },
        priority: 1,
      },
    ];
    await this.#switch.client.write(entries.map((entry) => insert(this.#encode(entry))));
  }

  async addServer(server: number): Promise<void> {
    await this.#switch.client.write([insert(this.#encode(serverEntry(server)))]);
  }

  async removeServer(server: number): Promise<void> {
    await this.#switch.client.write([remove(this.#encode(serverEntry(server)))]);
  }

  /** Publishes who takes new sessions. */
  async select(members: readonly Member[]): Promise<void> {
    const entry: CaseEntry = {
      table: 'selection',
      match: { service: 1 },
      set: members.map(({ server, weight }) => ({ action: 'set_candidate', data: { server }, weight })),
    };
    await this.#switch.client.write([(this.#hasSelection ? modify : insert)(this.#encode(entry))]);
    this.#hasSelection = true;
    this.members = members;
  }

  /** Hears what the data plane tells; entries follow later. */
  listen(now: number): void {
    for (const { fields } of this.#switch.takeDigests()) {
      const [source, , sourcePort, , , event, , server] = fields;
      if (source === undefined || sourcePort === undefined) continue;
      const key = Buffer.concat([source, sourcePort]).toString('hex');
      const install = event?.[0] === LEARNED;
      if (!install && event?.[0] !== CLOSED) continue;
      const due = now + (this.#random.below(1000) / 1000) * this.#latest;
      this.#planned.push({ due, key, server: number16(server), install });
    }
  }

  /** Writes the entries that are due, and takes those away whose flows have ended. */
  async work(now: number): Promise<void> {
    const due = this.#planned.filter((planned) => planned.due <= now);
    this.#planned = this.#planned.filter((planned) => planned.due > now);
    const updates: Update[] = [];
    for (const { key, server, install } of due) {
      const known = this.installed.get(key);
      if (install && known === undefined) {
        updates.push(insert(this.#encode(flowEntry(key, server))));
        this.installed.set(key, server);
      } else if (!install && known !== undefined) {
        updates.push(remove(this.#encode(flowEntry(key, known))));
        this.installed.delete(key);
      }
    }
    if (updates.length > 0) await this.#switch.client.write(updates);
  }

  /** Ends a flow that has been idle. */
  expire(key: string, now: number): void {
    this.#planned.push({ due: now, key, server: 0, install: false });
  }

  /** A packet whose slot another flow has: its flow gets an entry now, and the packet goes back. */
  async settle(punted: readonly (Left & { readonly kind: 'punted' })[]): Promise<readonly Uint8Array[]> {
    const taken = punted.filter(({ reason }) => reason === SLOT_TAKEN);
    const updates: Update[] = [];
    for (const { key } of taken) {
      if (this.installed.has(key)) continue;
      const { server } = this.#random.pick(this.members);
      updates.push(insert(this.#encode(flowEntry(key, server))));
      this.installed.set(key, server);
    }
    if (updates.length > 0) await this.#switch.client.write(updates);
    return taken.map(({ frame }) => sentBack(frame).bytes);
  }

  #encode(entry: CaseEntry): ReturnType<typeof encodeCaseEntry> {
    return encodeCaseEntry(this.#switch.schema, entry);
  }
}

function number16(bytes: Uint8Array | undefined): number {
  return ((bytes?.[0] ?? 0) << 8) | (bytes?.[1] ?? 0);
}

function serverEntry(server: number): CaseEntry {
  const data = { destination: SWITCH_MAC, source: SWITCH_MAC, port: FIRST_SERVER_PORT + server, mtu: 0 };
  return { table: 'servers', match: { server }, action: 'to_server', data };
}

function flowEntry(key: string, server: number): CaseEntry {
  return {
    table: 'flows',
    match: {
      source: key.slice(0, 32).replaceAll(/(.{4})(?=.)/g, '$1:'),
      destination: VIRTUAL,
      source_port: Number.parseInt(key.slice(32), 16),
      destination_port: 80,
      protocol: 6,
    },
    action: 'set_server',
    data: { server },
  };
}
