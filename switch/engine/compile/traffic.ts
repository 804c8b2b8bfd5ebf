/**
 * What happens to packets outside of parsers, pipelines and deparsers, as simple_switch does it: copies, replication,
 * resubmitting, recirculating, dropping. Each packet runs to its end before the next one starts; copies wait in a
 * queue, first come, first served. How many passes one packet may cause is limited.
 * Longer than most: the ways of one packet, which lead into each other.
 */

import type { FunctionBuilder, I32, I64, Label, ModuleBuilder } from '../../wasm/index.ts';
import { i32, i64, select32 } from '../../wasm/index.ts';
import type { Field, FieldList, LearnList } from '../json/index.ts';
import { storePadded } from './bits.ts';
import { emitVerify } from './calculations.ts';
import { loadField } from './expressions.ts';
import { Frame, type Machine } from './frame.ts';
import { CLONE_WANTED, UNTRUNCATED } from './packet-state.ts';
import { clearBytes, fixed, Place } from './place.ts';
import { staticField } from './references.ts';
import { storeField } from './stores.ts';
import {
  DESCRIPTOR,
  DIGEST_CAPACITY,
  ITEM,
  type Statistic,
  type SwitchMemory,
  TX_CAPACITY,
} from './switch-memory.ts';

/** `standard_metadata.instance_type`, as simple_switch numbers it. */
export const INSTANCE_TYPE = {
  normal: 0,
  ingressClone: 1,
  egressClone: 2,
  recirculated: 4,
  replicated: 5,
  resubmitted: 6,
} as const;

const INGRESS = 0;
const EGRESS = 1;

/** What the traffic manager calls, and what limits it. */
export type TrafficOptions = {
  readonly parser: string | undefined;
  readonly ingressPipeline: string;
  readonly egressPipeline: string;
  readonly deparser: string | undefined;
  /** `(group i32) → address of its replicas, or 0`. */
  readonly group: string;
  /** `(session i32) → address of what it does, or 0`. */
  readonly session: string;
  readonly memory: SwitchMemory;
  /** Priorities that packets may have; others are dropped. */
  readonly priorityQueues: number;
  /** Passes that a packet may cause. */
  readonly maximumPasses: number;
  /** How often a packet is resubmitted, recirculated or copied again at most. */
  readonly maximumGenerations: number;
  readonly maximumPacketBytes: number;
};

/** Functions of the host that are called when it is needed. */
export const HOST = {
  /** Takes the packets and digests that wait. */
  flush: 'flush',
  /** Gives the address of a new buffer, or 0. */
  grow: 'grow',
} as const;

/** Writes the traffic manager. One for each module. */
export class TrafficManager {
  readonly #m: ModuleBuilder;
  readonly #machine: Machine;
  readonly #options: TrafficOptions;
  readonly #free;
  readonly #head;
  readonly #tail;

  constructor(m: ModuleBuilder, machine: Machine, options: TrafficOptions) {
    this.#m = m;
    this.#machine = machine;
    this.#options = options;
    this.#free = m.global32('freeBuffers');
    this.#head = m.global32('queueHead');
    this.#tail = m.global32('queueTail');
  }

  /** Adds all functions; `run` and `recycle` are exported. */
  add(): void {
    this.#m.import(HOST.flush, []);
    this.#m.import(HOST.grow, [], 'i32');
    this.#addBuffers();
    this.#addEnqueue();
    this.#addFieldLists();
    this.#addDigest();
    this.#addReplicate();
    this.#addTransmit();
    this.#addClones();
    this.#addAgain();
    this.#addEgress();
    this.#addIngress();
    this.#addRun();
  }

  #count(f: FunctionBuilder, name: Statistic): void {
    const place = fixed(this.#options.memory.statistic(name));
    place.store64(f, place.load64().add(1n));
  }

  #set(frame: Frame, name: string, value: I64): void {
    const field = this.#machine.program.field(name);
    if (field !== undefined) storeField(frame, staticField(frame, field), [value]);
  }

  #get(frame: Frame, name: string): I32 | undefined {
    const field = this.#machine.program.field(name);
    if (field === undefined) return undefined;
    return loadField(frame, staticField(frame, field))[0]?.to32();
  }

  #microseconds(): I64 {
    return this.#machine.packet.now.divU(1000n);
  }

  #addBuffers(): void {
    const m = this.#m;
    m.function('takeBuffer', {}, 'i32', (f) => {
      const found = f.let32(this.#free);
      f.if(
        found.ne(0),
        () => f.set(this.#free, found.load32(ITEM.next)),
        () => f.set(found, f.call32(HOST.grow)),
      );
      f.if(found.eqz(), () => this.#count(f, 'droppedBuffers'));
      f.return(found);
    });
    m.function('releaseBuffer', { buffer: 'i32' }, undefined, (f, { buffer }) => {
      f.if(buffer.ne(0), () => {
        f.store32(buffer, this.#free, ITEM.next);
        f.set(this.#free, buffer);
      });
    });
    m.export('releaseBuffer');
    m.function('recycle', {}, undefined, (f) => {
      const { memory } = this.#options;
      const index = f.local32();
      f.for(index, 0, fixed(memory.txCount).load32(), () => {
        f.call('releaseBuffer', index.mul(DESCRIPTOR).load32(memory.tx + 12));
      });
      fixed(memory.txCount).store32(f, 0);
      fixed(memory.digestCount).store32(f, 0);
    });
    m.export('recycle');
  }

  /** `(kind, port, from, length, generation)`: copies the packet with its headers and metadata, and lets it wait. */
  #addEnqueue(): void {
    const parameters = {
      kind: 'i32',
      port: 'i32',
      from: 'i32',
      length: 'i32',
      generation: 'i32',
    } as const;
    const { packet, layout } = this.#machine;
    const { memory, maximumPacketBytes, maximumGenerations } = this.#options;
    this.#m.function('enqueue', parameters, undefined, (f, { kind, port, from, length, generation }) => {
      const tooMany = packet.passesLeft.eqz().or(generation.gtU(maximumGenerations));
      f.if(tooMany.or(length.gtU(maximumPacketBytes)), () => {
        this.#count(f, 'droppedPasses');
        this.#machine.trace?.event(new Frame(f, this.#machine), 'droppedPasses', []);
        f.return();
      });
      f.set(packet.passesLeft, packet.passesLeft.sub(1));
      const item = f.let32(f.call32('takeBuffer'));
      f.if(item.eqz(), () => f.return());
      const start = f.let32(item.add(memory.dataOffset));
      f.copy(start, from, length);
      f.copy(item.add(ITEM.copy), layout.base, layout.bytes);
      f.store32(item, 0, ITEM.next);
      f.store32(item, kind, ITEM.kind);
      f.store32(item, start, ITEM.start);
      f.store32(item, start.add(length), ITEM.end);
      f.store32(item, port, ITEM.port);
      f.store32(item, packet.ingressLength, ITEM.ingressLength);
      f.store32(item, packet.packetLength, ITEM.packetLength);
      f.store32(item, packet.truncated, ITEM.truncated);
      f.store32(item, packet.recirculate, ITEM.recirculate);
      f.store32(item, generation, ITEM.generation);
      f.if(
        this.#head.eqz(),
        () => f.set(this.#head, item),
        () => f.store32(this.#tail, item, ITEM.next),
      );
      f.set(this.#tail, item);
      this.#machine.trace?.event(new Frame(f, this.#machine), 'enqueue', [kind, port]);
    });
  }

  /** `keepFields(list)`: copies the fields of a list from the saved packet to the current one. */
  #addFieldLists(): void {
    const { program, layout } = this.#machine;
    const delta = this.#options.memory.saved - layout.base;
    this.#m.function('keepFields', { list: 'i32' }, undefined, (f, { list }) => {
      const frame = new Frame(f, this.#machine);
      const keep = ({ fields }: FieldList) => {
        for (const field of fields) {
          if (field.type.variable) continue;
          const to = staticField(frame, field);
          if (to.kind === 'local') continue;
          storeField(frame, to, loadField(frame, { ...to, place: to.place.at(delta) }));
        }
        f.return();
      };
      for (const one of program.fieldLists) f.if(list.eq(one.id), () => keep(one));
    });
  }

  #save(f: FunctionBuilder): void {
    const { layout } = this.#machine;
    f.copy(this.#options.memory.saved, layout.base, layout.bytes);
  }

  #restore(f: FunctionBuilder): void {
    const { layout } = this.#machine;
    f.copy(layout.base, this.#options.memory.saved, layout.bytes);
  }

  #clear(f: FunctionBuilder): void {
    const { layout } = this.#machine;
    clearBytes(f, fixed(layout.base), layout.bytes);
  }

  /** What a packet's parser and pipelines may read before they write it. */
  #clearFirst(f: FunctionBuilder): void {
    for (const { address, bytes } of this.#machine.layout.first) clearBytes(f, fixed(address), bytes);
  }

  #clearMetadata(f: FunctionBuilder): void {
    const { layout } = this.#machine;
    clearBytes(f, fixed(layout.base), layout.headersStart - layout.base);
  }

  /** `learn()`: writes the digest that was asked for. */
  #addDigest(): void {
    const { program, packet } = this.#machine;
    const { memory } = this.#options;
    this.#m.function('learn', {}, undefined, (f) => {
      const frame = new Frame(f, this.#machine);
      const write = (list: LearnList) => {
        f.if(fixed(memory.digestCount).load32().geU(DIGEST_CAPACITY), () => f.call(HOST.flush));
        const count = f.let32(fixed(memory.digestCount).load32());
        const record = f.let32(count.mul(memory.digestStride).add(memory.digests));
        f.store32(record, list.id);
        f.store32(
          record,
          list.fields.reduce((bytes, { type }) => bytes + Math.ceil(type.bits / 8), 0),
          4,
        );
        let offset = 8;
        for (const field of list.fields) {
          const limbs = loadField(frame, staticField(frame, field));
          storePadded(f, new Place(record, offset), field.type.bits, limbs);
          offset += Math.ceil(field.type.bits / 8);
        }
        fixed(memory.digestCount).store32(f, count.add(1));
        this.#count(f, 'digests');
        f.return();
      };
      for (const list of program.learnLists) f.if(packet.learn.eq(list.id), () => write(list));
    });
  }

  /** Whether the priority of the packet is one that there is; sets what is known when a packet is queued. */
  #admit(frame: Frame, refuse: () => void): void {
    const { f } = frame;
    const priority = this.#get(frame, 'intrinsic_metadata.priority');
    if (priority !== undefined) {
      f.if(priority.geU(this.#options.priorityQueues), () => {
        this.#count(f, 'droppedPriority');
        this.#machine.trace?.event(frame, 'droppedPriority', []);
        refuse();
      });
    }
    this.#set(frame, 'queueing_metadata.enq_timestamp', this.#microseconds());
    this.#set(frame, 'queueing_metadata.enq_qdepth', i64(0n));
  }

  /** `replicate(list, generation)`: lets a copy of the packet wait for each replica: count, then ports and ids. */
  #addReplicate(): void {
    const { packet } = this.#machine;
    this.#m.function(
      'replicate',
      { list: 'i32', generation: 'i32' },
      undefined,
      (f, { list, generation }) => {
        const frame = new Frame(f, this.#machine);
        const count = f.let32(list.load32());
        const index = f.local32();
        f.for(index, 0, count, () => {
          f.block((skip) => {
            const replica = f.let32(list.add(index.shl(3)));
            this.#set(frame, 'intrinsic_metadata.egress_rid', replica.load32To64(8));
            this.#admit(frame, () => f.branch(skip));
            const rest = packet.end.sub(packet.payload);
            f.call('enqueue', EGRESS, replica.load32(4), packet.payload, rest, generation);
            this.#count(f, 'replicated');
          });
        });
      },
    );
  }

  /** `transmit(port)`: the packet leaves. */
  #addTransmit(): void {
    const { packet } = this.#machine;
    const { memory } = this.#options;
    this.#m.function('transmit', { port: 'i32' }, undefined, (f, { port }) => {
      f.if(fixed(memory.txCount).load32().geU(TX_CAPACITY), () => f.call(HOST.flush));
      const count = f.let32(fixed(memory.txCount).load32());
      const descriptor = f.let32(count.mul(DESCRIPTOR).add(memory.tx));
      const length = f.let32(packet.end.sub(packet.payload));
      f.store32(descriptor, packet.payload);
      f.store32(descriptor, select32(packet.truncated.ltU(length), packet.truncated, length), 4);
      f.store32(descriptor, port, 8);
      f.store32(descriptor, packet.buffer, 12);
      fixed(memory.txCount).store32(f, count.add(1));
      this.#count(f, 'transmitted');
      this.#machine.trace?.event(new Frame(f, this.#machine), 'output', [port]);
    });
  }

  /** Copies for a session: `list` is where its replicas stand, behind the length to truncate to. */
  #copies(frame: Frame, session: I32): void {
    const { f } = frame;
    const { packet } = this.#machine;
    const truncation = f.let32(session.load32());
    f.set(packet.truncated, select32(truncation.eqz(), UNTRUNCATED, truncation));
    f.set(packet.recirculate, 0);
    f.call('replicate', session.add(4), packet.generation.add(1));
  }

  #addClones(): void {
    const { packet } = this.#machine;
    const { session, parser } = this.#options;
    const clone = (name: string, whenFound: (frame: Frame, found: I32, fields: I32) => void) => {
      this.#m.function(name, {}, undefined, (f) => {
        const frame = new Frame(f, this.#machine);
        const number = f.let32(packet.clone.and(CLONE_WANTED - 1));
        const fields = f.let32(packet.cloneFields);
        f.set(packet.clone, 0);
        f.set(packet.cloneFields, 0);
        const found = f.let32(f.call32(session, number));
        this.#machine.trace?.event(frame, 'clone', [number, found]);
        f.if(found.eqz(), () => f.return());
        this.#count(f, 'cloned');
        const truncated = f.let32(packet.truncated);
        const recirculate = f.let32(packet.recirculate);
        const payload = f.let32(packet.payload);
        const packetLength = f.let32(packet.packetLength);
        this.#save(f);
        whenFound(frame, found, fields);
        this.#restore(f);
        this.#machine.trace?.event(frame, 'cloned', []);
        f.set(packet.truncated, truncated);
        f.set(packet.recirculate, recirculate);
        f.set(packet.payload, payload);
        f.set(packet.packetLength, packetLength);
      });
    };
    clone('cloneIngress', (frame, found, fields) => {
      const { f } = frame;
      // The copy is the packet as it came, parsed again: the parser sees the port it came from, and no other metadata.
      const port = this.#get(frame, 'standard_metadata.ingress_port');
      const kept = f.let32(port ?? i32(0));
      this.#clear(f);
      this.#set(frame, 'standard_metadata.ingress_port', kept.toU64());
      f.set(packet.packetLength, packet.end.sub(packet.start));
      // A request that the parser makes for the copy is none of the packet's.
      if (parser !== undefined) f.drop(f.call32(parser));
      else f.set(packet.payload, packet.start);
      this.#clearMetadata(f);
      f.call('keepFields', fields);
      this.#set(frame, 'standard_metadata.instance_type', i64(BigInt(INSTANCE_TYPE.ingressClone)));
      this.#copies(frame, found);
    });
    clone('cloneEgress', (frame, found, fields) => {
      const { f } = frame;
      this.#clearMetadata(f);
      f.call('keepFields', fields);
      this.#set(frame, 'standard_metadata.instance_type', i64(BigInt(INSTANCE_TYPE.egressClone)));
      this.#copies(frame, found);
    });
  }

  /** `resubmit()` and `recirculate()`: the packet starts again, and nothing is left of it here. */
  #addAgain(): void {
    const { packet } = this.#machine;
    const again = (
      name: 'resubmitted' | 'recirculated',
      list: typeof packet.resubmit,
      from: typeof packet.start,
    ) => {
      this.#m.function(name, {}, undefined, (f) => {
        const frame = new Frame(f, this.#machine);
        const length = f.let32(packet.end.sub(from));
        this.#machine.trace?.event(frame, name, [list]);
        this.#save(f);
        this.#clear(f);
        f.call('keepFields', list);
        this.#set(frame, 'standard_metadata.instance_type', i64(BigInt(INSTANCE_TYPE[name])));
        this.#set(frame, 'standard_metadata.packet_length', length.toU64());
        if (name === 'recirculated') f.set(packet.ingressLength, length);
        f.call('enqueue', INGRESS, 0, from, length, packet.generation.add(1));
        this.#count(f, name);
      });
    };
    again('resubmitted', packet.resubmit, packet.start);
    again('recirculated', packet.recirculate, packet.payload);
  }

  #drop(f: FunctionBuilder, reason: Statistic): void {
    this.#count(f, reason);
    this.#machine.trace?.event(new Frame(f, this.#machine), reason, []);
    f.call('releaseBuffer', this.#machine.packet.buffer);
    f.return();
  }

  /** `egress(port)`. */
  #addEgress(): void {
    const { packet, dropPort } = this.#machine;
    const { egressPipeline, deparser } = this.#options;
    this.#m.function('egress', { port: 'i32' }, undefined, (f, { port }) => {
      const frame = new Frame(f, this.#machine);
      this.#machine.trace?.event(frame, 'egress', [port]);
      this.#set(frame, 'intrinsic_metadata.egress_global_timestamp', this.#microseconds());
      this.#set(frame, 'queueing_metadata.deq_timedelta', i64(0n));
      this.#set(frame, 'queueing_metadata.deq_qdepth', i64(0n));
      const priority = this.#get(frame, 'intrinsic_metadata.priority');
      if (priority !== undefined) this.#set(frame, 'queueing_metadata.qid', priority.toU64());
      this.#set(frame, 'standard_metadata.egress_port', port.toU64());
      // Not the port to drop to, whatever the field's width makes of it.
      this.#set(frame, 'standard_metadata.egress_spec', i64(BigInt(dropPort + 1)));
      this.#set(frame, 'standard_metadata.packet_length', packet.packetLength.toU64());
      f.call(egressPipeline);
      f.if(packet.failed, () => this.#drop(f, 'droppedAssertions'));
      f.if(packet.clone, () => f.call('cloneEgress'));
      const spec = this.#get(frame, 'standard_metadata.egress_spec');
      if (spec !== undefined) f.if(spec.eq(dropPort), () => this.#drop(f, 'droppedEgress'));
      if (deparser !== undefined) f.call(deparser);
      f.if(packet.recirculate, () => {
        f.call('recirculated');
        f.call('releaseBuffer', packet.buffer);
        f.return();
      });
      f.call('transmit', port);
    });
  }

  /** `ingress()`. */
  #addIngress(): void {
    const { packet, dropPort, program } = this.#machine;
    const { parser, ingressPipeline, group } = this.#options;
    this.#m.function('ingress', {}, undefined, (f) => {
      const frame = new Frame(f, this.#machine);
      if (parser === undefined) f.set(packet.payload, packet.start);
      else {
        const error = f.let32(f.call32(parser));
        const none = program.errors.get('NoError') ?? 0;
        f.if(error.ne(none), () => this.#count(f, 'parserErrors'));
        this.#machine.trace?.event(frame, 'parsed', [error, packet.payload.sub(packet.start)]);
        this.#set(frame, 'standard_metadata.parser_error', error.toU64());
      }
      const wrong = emitVerify(frame, program.checksums);
      this.#set(frame, 'standard_metadata.checksum_error', wrong.toU64());
      f.if(packet.failed.eqz(), () => f.call(ingressPipeline));
      f.if(packet.failed, () => this.#drop(f, 'droppedAssertions'));
      f.set(packet.exit, 0);
      f.if(packet.clone, () => f.call('cloneIngress'));
      f.if(packet.learn, () => f.call('learn'));
      const done = () => {
        f.call('releaseBuffer', packet.buffer);
        f.return();
      };
      f.if(packet.resubmit, () => {
        f.call('resubmitted');
        done();
      });
      const mgid = this.#get(frame, 'intrinsic_metadata.mcast_grp');
      if (mgid !== undefined) {
        const number = f.let32(mgid);
        f.if(number.ne(0), () => {
          this.#set(frame, 'standard_metadata.instance_type', i64(BigInt(INSTANCE_TYPE.replicated)));
          f.set(packet.truncated, UNTRUNCATED);
          f.set(packet.recirculate, 0);
          const found = f.let32(f.call32(group, number));
          this.#machine.trace?.event(frame, 'multicast', [number, found]);
          f.if(found.ne(0), () => f.call('replicate', found, packet.generation));
          done();
        });
      }
      const port = f.let32(this.#get(frame, 'standard_metadata.egress_spec') ?? i32(0));
      f.if(port.eq(dropPort), () => this.#drop(f, 'droppedIngress'));
      this.#set(frame, 'standard_metadata.instance_type', i64(BigInt(INSTANCE_TYPE.normal)));
      this.#admit(frame, done);
      f.if(
        this.#head.eqz(),
        () => f.call('egress', port),
        () => {
          // Its clones wait, and go first.
          f.call('enqueue', EGRESS, port, packet.payload, packet.end.sub(packet.payload), packet.generation);
          f.call('releaseBuffer', packet.buffer);
        },
      );
    });
  }

  /** Packets that wait, until there are none. */
  #drain(f: FunctionBuilder, item: ReturnType<FunctionBuilder['local32']>): void {
    const { packet, layout } = this.#machine;
    f.while(this.#head.ne(0), (_next: Label) => {
      f.set(item, this.#head);
      f.set(this.#head, item.load32(ITEM.next));
      this.#machine.trace?.event(new Frame(f, this.#machine), 'dequeue', []);
      f.copy(layout.base, item.add(ITEM.copy), layout.bytes);
      packet.clearRequests(f);
      f.set(packet.buffer, item);
      f.set(packet.start, item.load32(ITEM.start));
      f.set(packet.payload, item.load32(ITEM.start));
      f.set(packet.end, item.load32(ITEM.end));
      f.set(packet.ingressLength, item.load32(ITEM.ingressLength));
      f.set(packet.generation, item.load32(ITEM.generation));
      f.if(
        item.load32(ITEM.kind),
        () => {
          f.set(packet.packetLength, item.load32(ITEM.packetLength));
          f.set(packet.truncated, item.load32(ITEM.truncated));
          f.set(packet.recirculate, item.load32(ITEM.recirculate));
          f.call('egress', item.load32(ITEM.port));
        },
        () => {
          f.set(packet.packetLength, packet.end.sub(packet.start));
          f.call('ingress');
        },
      );
    });
  }

  /** `run(count, now)`: processes the packets that the host put into its ring. */
  #addRun(): void {
    const { packet } = this.#machine;
    const { memory, maximumPasses } = this.#options;
    this.#m.function('run', { count: 'i32', now: 'i64' }, undefined, (f, { count, now }) => {
      const frame = new Frame(f, this.#machine);
      const item = f.local32();
      f.call('recycle');
      f.set(packet.now, now);
      const index = f.local32();
      f.for(index, 0, count, () => {
        const descriptor = f.let32(index.mul(DESCRIPTOR).add(memory.rx));
        const length = f.let32(descriptor.load32(4));
        f.set(packet.start, descriptor.load32());
        f.set(packet.end, packet.start.add(length));
        f.set(packet.ingressLength, length);
        f.set(packet.packetLength, length);
        f.set(packet.buffer, 0);
        f.set(packet.generation, 0);
        f.set(packet.passesLeft, maximumPasses);
        packet.clearRequests(f);
        this.#clearFirst(f);
        this.#count(f, 'received');
        this.#set(frame, 'standard_metadata.ingress_port', descriptor.load32To64(8));
        this.#set(frame, 'standard_metadata.packet_length', length.toU64());
        this.#set(frame, 'intrinsic_metadata.ingress_global_timestamp', this.#microseconds());
        f.call('ingress');
        this.#drain(f, item);
      });
    });
    this.#m.export('run');
  }
}

/** Bytes of the longest digest. */
export function longestDigest(lists: readonly LearnList[]): number {
  const bytesOf = (fields: readonly Field[]) =>
    fields.reduce((bytes, { type }) => bytes + Math.ceil(type.bits / 8), 0);
  return Math.max(0, ...lists.map(({ fields }) => bytesOf(fields)));
}
