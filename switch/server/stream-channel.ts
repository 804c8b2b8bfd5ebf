/** Controllers' streams: arbitration, packets in both directions, digests and idle timeouts ("P4Runtime Stream Messages"). */

import { EntityError } from '../../p4runtime/errors.ts';
import type { Any } from '../../p4runtime/gen/google/protobuf/any.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type {
  DigestListAck,
  PacketIn,
  PacketOut,
  StreamError,
  StreamMessageRequest,
  StreamMessageResponse,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { readPacketBatch } from '../../p4runtime/packet-batches.ts';
import { type ArbitrationResult, arbitrate, disconnect, type StreamId } from './arbitration.ts';
import { type Permission, permissionOf, receivesPacket } from './role-config.ts';
import { toServiceError } from './status.ts';
import type { SwitchState } from './switch-state.ts';

/** A controller's stream. */
export type ControllerStream = {
  readonly send: (message: StreamMessageResponse) => void;
  /** The controller does not take what is sent: what can be dropped is. */
  readonly isBusy: () => boolean;
  /** Something that was sent before has not been taken yet. */
  readonly hasWaiting: () => boolean;
  /** Ends it with an error. */
  readonly fail: (error: ReturnType<typeof toServiceError>) => void;
};

/** Entries looked at in one sweep for idle ones, so that no table keeps packets waiting. */
const SWEPT_AT_ONCE = 50_000;

/** Entries of one notification; as objects they take some kilobytes each. */
const TOLD_AT_ONCE = 4096;

/** How often idle entries are looked for. */
const SWEEP_MS = 50;

export class StreamChannels {
  readonly #state: SwitchState;
  readonly #streams = new Map<StreamId, ControllerStream>();
  readonly #sweeper: NodeJS.Timeout;
  #digestTimer: NodeJS.Timeout | undefined;
  /** Where the sweep of a table goes on. */
  #positions = new Map<number, number>();
  #next = 1;
  /** Messages that were not sent because a controller did not take them. */
  dropped = 0;

  constructor(state: SwitchState) {
    this.#state = state;
    state.device.listen({
      packetIn: (bytes) => this.#packetIn(bytes),
      digest: (name, fields) => this.#digest(name, fields),
    });
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
  }

  /** A controller has opened a stream. */
  open(stream: ControllerStream): StreamId {
    const id = this.#next++;
    this.#streams.set(id, stream);
    return id;
  }

  /** Its stream has ended. */
  close(id: StreamId): void {
    if (!this.#streams.delete(id)) return;
    this.#apply(disconnect(this.#state.arbitration, id));
  }

  /** No stream is served any more. */
  stop(error: ReturnType<typeof toServiceError>): void {
    clearInterval(this.#sweeper);
    clearTimeout(this.#digestTimer);
    const streams = [...this.#streams];
    this.#streams.clear();
    for (const [, stream] of streams) stream.fail(error);
  }

  /** A controller has sent a message. */
  receive(id: StreamId, { update }: StreamMessageRequest): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    if (update?.$case === 'arbitration') {
      // "Invalid MasterArbitrationUpdate messages cause the stream to be terminated."
      try {
        this.#apply(arbitrate(this.#state.arbitration, id, update.value));
      } catch (problem) {
        stream.fail(toServiceError(problem));
        this.close(id);
      }
      return;
    }
    try {
      if (update?.$case === 'packet') this.#packetOut(id, update.value);
      else if (update?.$case === 'other' && this.#packetBatch(id, stream, update.value)) return;
      else if (update?.$case === 'digestAck') this.#acknowledge(id, update.value);
      else {
        throw new EntityError(
          update === undefined ? Code.INVALID_ARGUMENT : Code.UNIMPLEMENTED,
          update === undefined ? 'update: it is not set' : 'other: this switch knows no other messages',
        );
      }
    } catch (problem) {
      this.#refuse(stream, problem, update);
    }
  }

  #refuse(stream: ControllerStream, problem: unknown, update: StreamMessageRequest['update']): void {
    if (stream.isBusy()) this.dropped++;
    else stream.send({ update: { $case: 'error', value: streamError(problem, update) } });
  }

  /** Several packets in one message; what is wrong with one is said of that one. @returns Whether it is such a message. */
  #packetBatch(id: StreamId, stream: ControllerStream, other: Any): boolean {
    const packets = readBatch(other);
    for (const value of packets ?? []) {
      try {
        this.#packetOut(id, value);
      } catch (problem) {
        this.#refuse(stream, problem, { $case: 'packet', value });
      }
    }
    return packets !== undefined;
  }

  #apply({ state, notifications }: ArbitrationResult): void {
    this.#state.arbitration = state;
    for (const { stream, update, afterWrites } of notifications) {
      const send = () => this.#streams.get(stream)?.send({ update: { $case: 'arbitration', value: update } });
      if (!afterWrites) send();
      else {
        // The new primary hears of it when the writes of the one before are done, and only if it still is primary.
        void this.#state.lock.write(() => {
          if (this.#state.arbitration.roles.get(update.role?.name ?? '')?.primary === stream) send();
        });
      }
    }
  }

  #isPrimary(id: StreamId): boolean {
    const controller = this.#state.arbitration.controllers.get(id);
    return controller !== undefined && this.#state.arbitration.roles.get(controller.role)?.primary === id;
  }

  #packetOut(id: StreamId, packet: PacketOut): void {
    if (!this.#isPrimary(id)) {
      throw new EntityError(
        Code.PERMISSION_DENIED,
        'packet: only the primary sends packets: become primary first',
      );
    }
    const { running, device } = this.#state;
    if (running === undefined) {
      throw new EntityError(Code.FAILED_PRECONDITION, 'packet: the switch has no program yet');
    }
    if (device.cpuPort === undefined) {
      throw new EntityError(
        Code.FAILED_PRECONDITION,
        'packet: the switch has no CPU port: start it with --cpu-port N',
      );
    }
    const header = running.packetOut;
    if (header === undefined) {
      if (packet.metadata.length > 0) {
        throw new EntityError(
          Code.INVALID_ARGUMENT,
          'packet.metadata: the program has no header with @controller_header("packet_out"): leave it out',
        );
      }
      device.packetOut(packet.payload);
      return;
    }
    device.packetOut(Buffer.concat([header.encode(packet.metadata), packet.payload]));
  }

  #acknowledge(id: StreamId, ack: DigestListAck): void {
    if (!this.#isPrimary(id)) {
      throw new EntityError(Code.PERMISSION_DENIED, 'digest_ack: only the primary acknowledges digests');
    }
    const { running } = this.#state;
    if (running === undefined) {
      throw new EntityError(Code.INVALID_ARGUMENT, 'digest_ack: the switch has no program yet');
    }
    running.digests.acknowledge(ack);
  }

  /** The primaries, with what they may see. */
  *#primaries() {
    const { running, arbitration } = this.#state;
    if (running === undefined) return;
    for (const [name, role] of arbitration.roles) {
      const stream = role.primary === undefined ? undefined : this.#streams.get(role.primary);
      if (stream === undefined) continue;
      const may: Permission = permissionOf(name, role.config, running.annotatedRoles);
      yield { stream, role, may };
    }
  }

  /** Sends what may be dropped. */
  #offer(stream: ControllerStream, message: StreamMessageResponse): void {
    if (stream.isBusy()) this.dropped++;
    else stream.send(message);
  }

  #packetIn(bytes: Uint8Array): void {
    const header = this.#state.running?.packetIn;
    const metadata = header === undefined ? [] : header.decode(bytes);
    // Shorter than the header: nobody could say what it means.
    if (metadata === undefined) return;
    const value: PacketIn = { payload: bytes.slice(header?.length ?? 0), metadata };
    for (const { stream, role } of this.#primaries()) {
      if (receivesPacket(role.config, metadata)) this.#offer(stream, { update: { $case: 'packet', value } });
    }
  }

  #digest(name: string, fields: readonly Uint8Array[]): void {
    const digests = this.#state.running?.digests;
    if (digests === undefined) return;
    const list = digests.add(name, fields, this.#state.device.now());
    if (list !== undefined) this.#sendDigests([list]);
    else if (this.#digestTimer === undefined) this.#awaitDigests();
  }

  #awaitDigests(): void {
    const dueAt = this.#state.running?.digests.dueAt;
    if (dueAt === undefined) return;
    const wait = Math.max(1, (dueAt - this.#state.device.now()) / 1e6);
    this.#digestTimer = setTimeout(
      () => {
        this.#digestTimer = undefined;
        this.#sendDigests(this.#state.running?.digests.due(this.#state.device.now()) ?? []);
        this.#awaitDigests();
        // Node's timers end at 2³¹ ms; a longer wait is looked at again then.
      },
      Math.min(wait, 60_000),
    );
    this.#digestTimer.unref();
  }

  #sendDigests(lists: ReturnType<NonNullable<SwitchState['running']>['digests']['due']>): void {
    for (const value of lists) {
      for (const { stream, may } of this.#primaries()) {
        if (may(value.digestId)) this.#offer(stream, { update: { $case: 'digest', value } });
      }
    }
  }

  /**
   * "Table Idle Timeout Notification". Entries wait while there is no primary to tell, or none that has taken what it was told before: a
   * million sessions may be idle at once.
   */
  #sweep(): void {
    const primaries = [...this.#primaries()].filter(({ stream }) => !stream.hasWaiting());
    const { running } = this.#state;
    if (running === undefined || primaries.length === 0) return;
    for (const table of running.tables.all) {
      if (!table.info.idleTimeout) continue;
      const told = primaries.filter(({ may }) => may(table.info.id));
      if (told.length === 0) continue;
      const from = this.#positions.get(table.info.id) ?? 0;
      const { handles, next } = table.device.expired(from, SWEPT_AT_ONCE);
      // Those that are told of are not expired any more, so that the others are found from there.
      this.#positions.set(table.info.id, handles.length > TOLD_AT_ONCE ? from : next);
      if (handles.length === 0) continue;
      const tableEntry = handles.slice(0, TOLD_AT_ONCE).flatMap((handle) => {
        const entry = table.entry(handle);
        table.device.touch(handle);
        return entry === undefined ? [] : [entry];
      });
      const value = { tableEntry, timestamp: BigInt(Date.now()) * 1_000_000n };
      for (const { stream } of told) {
        this.#offer(stream, { update: { $case: 'idleTimeoutNotification', value } });
      }
    }
  }
}

/** "Stream Error Reporting". */
function streamError(problem: unknown, update: StreamMessageRequest['update']): StreamError {
  const { code, details: message } = toServiceError(problem);
  const details: StreamError['details'] =
    update?.$case === 'packet'
      ? { $case: 'packetOut', value: { packetOut: update.value } }
      : update?.$case === 'digestAck'
        ? { $case: 'digestListAck', value: { digestListAck: update.value } }
        : { $case: 'other', value: { other: update?.$case === 'other' ? update.value : undefined } };
  return { canonicalCode: code, message, space: 'moor', code, details };
}

/** @throws EntityError for bytes that are no batch. */
function readBatch(other: Any): readonly PacketOut[] | undefined {
  try {
    return readPacketBatch(other);
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    throw new EntityError(Code.INVALID_ARGUMENT, `other: it is no moor.v1.PacketBatch: ${message}`);
  }
}
