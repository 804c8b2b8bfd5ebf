/**
 * A P4Runtime client of one switch and role: arbitration, batches, reads, and the stream as async iterables. It works
 * against any P4Runtime target.
 */

import { type CallOptions, type ClientDuplexStream, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { Any } from '../gen/google/protobuf/any.ts';
import { Code } from '../gen/google/rpc/code.ts';
import {
  type DigestList,
  type Entity,
  type ForwardingPipelineConfig,
  type GetForwardingPipelineConfigRequest_ResponseType,
  type IdleTimeoutNotification,
  type MasterArbitrationUpdate,
  type PacketIn,
  type PacketOut,
  type SetForwardingPipelineConfigRequest_Action,
  type StreamError,
  type StreamMessageRequest,
  type StreamMessageResponse,
  type Uint128,
  type Update,
  WriteRequest_Atomicity,
} from '../gen/p4/v1/p4runtime.ts';
import { P4RuntimeClient } from '../gen/p4/v1/p4runtime-service.ts';
import { BATCHES_KEY, BATCHES_VALUE, packetBatches, readPacketBatch } from '../packet-batches.ts';
import { Broadcast } from './broadcast.ts';
import { type ClientTls, channelCredentials, channelOptions } from './channel.ts';
import { BatchError, type Failure, RpcError, toBatchError, toRpcError } from './errors.ts';

export type ClientOptions = {
  /** HOST:PORT. */
  readonly target: string;
  readonly deviceId: bigint;
  /** Without it, the default role, which may everything. */
  readonly role?: string;
  readonly roleConfig?: Any;
  readonly tls?: ClientTls;
  /** How long a call may take, unless it says otherwise; milliseconds. */
  readonly timeoutMs?: number;
};

export type RequestOptions = { readonly signal?: AbortSignal; readonly timeoutMs?: number };

/** Where this controller stands among those of its role. */
export type Mastership = {
  readonly standing: 'primary' | 'backup' | 'no-primary';
  /** The highest election id that the switch has seen; undefined: none yet. */
  readonly electionId: bigint | undefined;
};

export type WriteOptions = RequestOptions & { readonly atomicity?: WriteRequest_Atomicity };

/**
 * The status of each update has to fit into a trailer of 64 KiB: "gRPC Metadata Maximum Size" of the specification.
 */
const LARGEST_BATCH = 1000;

const DEFAULT_TIMEOUT_MS = 30_000;

/** An election id as P4Runtime writes it. */
export function toUint128(value: bigint): Uint128 {
  return { high: value >> 64n, low: BigInt.asUintN(64, value) };
}

export class SwitchClient {
  readonly #options: ClientOptions;
  readonly #rpc: P4RuntimeClient;
  #stream: ClientDuplexStream<StreamMessageRequest, StreamMessageResponse> | undefined;
  /** Whether the switch has said that it reads several packets in one message. */
  #batchesPackets = false;
  /** Packets that go with the next message. */
  #outgoing: PacketOut[] = [];
  #electionId: bigint | undefined;
  #standing: Mastership | undefined;
  readonly #masterships = new Broadcast<Mastership>();
  readonly #packets = new Broadcast<PacketIn>();
  readonly #digests = new Broadcast<DigestList>();
  readonly #idleTimeouts = new Broadcast<IdleTimeoutNotification>();
  readonly #errors = new Broadcast<StreamError>();

  /** Connects when the first call is made. */
  constructor(options: ClientOptions) {
    this.#options = options;
    const { target, tls } = options;
    this.#rpc = new P4RuntimeClient(target, channelCredentials(tls), channelOptions(tls));
  }

  get deviceId(): bigint {
    return this.#options.deviceId;
  }

  // ---- Arbitration ----

  /** Where this controller stood when the switch last said so; undefined: not arbitrated yet. */
  get mastership(): Mastership | undefined {
    return this.#standing;
  }

  /**
   * Opens the stream if it is not, and asks for the place that an election id gives; without one, to stand by.
   * @returns What the switch answers first.
   * @throws RpcError when it refuses.
   */
  async arbitrate(electionId: bigint | undefined, options: RequestOptions = {}): Promise<Mastership> {
    const { role, roleConfig, deviceId } = this.#options;
    const answers = this.#masterships.subscribe(options.signal);
    const stream = this.#open();
    this.#electionId = electionId;
    const arbitration: MasterArbitrationUpdate = {
      deviceId,
      role: role === undefined ? undefined : { id: 0n, name: role, config: roleConfig },
      electionId: electionId === undefined ? undefined : toUint128(electionId),
      status: undefined,
    };
    stream.write({ update: { $case: 'arbitration', value: arbitration } });
    const timeout = setTimeout(
      () =>
        this.#endStream(new RpcError(Code.DEADLINE_EXCEEDED, 'the switch does not answer the arbitration')),
      options.timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    );
    try {
      const { value, done } = await answers.next();
      if (done === true) throw new RpcError(Code.CANCELLED, 'the stream ended before the switch answered');
      return value;
    } finally {
      clearTimeout(timeout);
      await answers.return?.();
    }
  }

  #open(): ClientDuplexStream<StreamMessageRequest, StreamMessageResponse> {
    if (this.#stream !== undefined) return this.#stream;
    const metadata = new Metadata();
    metadata.set(BATCHES_KEY, BATCHES_VALUE);
    const stream = this.#rpc.streamChannel(metadata);
    this.#stream = stream;
    stream.on('metadata', (answer) => {
      this.#batchesPackets = answer.get(BATCHES_KEY).includes(BATCHES_VALUE);
    });
    stream.on('data', (message: StreamMessageResponse) => this.#receive(message));
    stream.on('error', (problem) => this.#endStream(toRpcError(problem)));
    stream.on('end', () => this.#endStream(undefined));
    return stream;
  }

  #receive({ update }: StreamMessageResponse): void {
    switch (update?.$case) {
      case 'arbitration':
        this.#standing = mastershipOf(update.value);
        this.#masterships.publish(this.#standing);
        break;
      case 'packet':
        this.#packets.publish(update.value);
        break;
      case 'digest':
        this.#digests.publish(update.value);
        break;
      case 'idleTimeoutNotification':
        this.#idleTimeouts.publish(update.value);
        break;
      case 'error':
        this.#errors.publish(update.value);
        break;
      case 'other':
        this.#receiveBatch(update.value);
        break;
      default:
        break;
    }
  }

  #receiveBatch(other: Any): void {
    let packets: readonly PacketIn[] | undefined;
    try {
      packets = readPacketBatch(other);
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem);
      this.#endStream(new RpcError(Code.INTERNAL, `the switch sends no batch of packets: ${message}`));
      return;
    }
    for (const packet of packets ?? []) this.#packets.publish(packet);
  }

  #endStream(problem: Error | undefined): void {
    this.#standing = undefined;
    this.#outgoing = [];
    for (const one of [this.#masterships, this.#packets, this.#digests, this.#idleTimeouts, this.#errors]) {
      one.end(problem);
    }
    this.#stream?.cancel();
  }

  // ---- The stream ----

  /** Changes of who is primary, from now on. Ends with an RpcError when the stream breaks, as all below do. */
  masterships(signal?: AbortSignal): AsyncIterableIterator<Mastership> {
    return this.#masterships.subscribe(signal);
  }

  packets(signal?: AbortSignal): AsyncIterableIterator<PacketIn> {
    return this.#packets.subscribe(signal);
  }

  /** Gives each packet to a function as it comes, until the stream breaks. It must not throw. */
  onPacket(take: (packet: PacketIn) => void, signal: AbortSignal): void {
    this.#packets.listen(take, signal);
  }

  /** Lists of digests; `acknowledge` says that one has been dealt with. */
  digests(signal?: AbortSignal): AsyncIterableIterator<DigestList> {
    return this.#digests.subscribe(signal);
  }

  idleTimeouts(signal?: AbortSignal): AsyncIterableIterator<IdleTimeoutNotification> {
    return this.#idleTimeouts.subscribe(signal);
  }

  /** What the switch says about messages that it could not take. */
  streamErrors(signal?: AbortSignal): AsyncIterableIterator<StreamError> {
    return this.#errors.subscribe(signal);
  }

  /**
   * Sends a packet. The switch answers only when it is wrong, through `streamErrors`. To a switch that reads batches, what is sent
   * in one turn of the event loop goes in one message.
   */
  sendPacket(packet: PacketOut): void {
    const stream = this.#sent();
    if (!this.#batchesPackets) stream.write({ update: { $case: 'packet', value: packet } });
    else if (this.#outgoing.push(packet) === 1) setImmediate(() => this.#sendBatch());
  }

  #sendBatch(): void {
    const packets = this.#outgoing;
    this.#outgoing = [];
    for (const { any } of packetBatches(packets))
      this.#stream?.write({ update: { $case: 'other', value: any } });
  }

  acknowledge({ digestId, listId }: Pick<DigestList, 'digestId' | 'listId'>): void {
    this.#sent().write({ update: { $case: 'digestAck', value: { digestId, listId } } });
  }

  #sent(): ClientDuplexStream<StreamMessageRequest, StreamMessageResponse> {
    if (this.#stream === undefined)
      throw new RpcError(Code.FAILED_PRECONDITION, 'no stream: call arbitrate first');
    return this.#stream;
  }

  // ---- Calls ----

  /**
   * Writes a batch. A long one goes in several requests, unless all of it is to be atomic.
   * @throws BatchError with the updates that failed, RpcError when a whole request is refused: what was sent before
   *   it is done.
   */
  async write(updates: readonly Update[], options: WriteOptions = {}): Promise<void> {
    const { atomicity = WriteRequest_Atomicity.CONTINUE_ON_ERROR } = options;
    if (updates.length <= LARGEST_BATCH || atomicity !== WriteRequest_Atomicity.CONTINUE_ON_ERROR) {
      await this.#write(updates, atomicity, options);
      return;
    }
    const failures: Failure<Update>[] = [];
    for (let start = 0; start < updates.length; start += LARGEST_BATCH) {
      try {
        await this.#write(updates.slice(start, start + LARGEST_BATCH), atomicity, options);
      } catch (problem) {
        if (!isBatchError(problem)) throw problem;
        failures.push(...problem.failures.map((failure) => ({ ...failure, index: start + failure.index })));
      }
    }
    if (failures.length > 0) {
      const [first] = failures;
      throw new BatchError(
        `${failures.length} of ${updates.length} updates failed: ${first?.message ?? ''}`,
        failures,
      );
    }
  }

  async #write(
    updates: readonly Update[],
    atomicity: WriteRequest_Atomicity,
    options: RequestOptions,
  ): Promise<void> {
    const request = { ...this.#identity(), updates, atomicity };
    try {
      await this.#unary<unknown>(options, (metadata, call, done) =>
        this.#rpc.write(request, metadata, call, done),
      );
    } catch (problem) {
      throw toBatchError(problem, updates);
    }
  }

  /**
   * Reads what the requests select, as the answers come.
   * @throws BatchError with the requests that failed, after what the others gave; RpcError when all is refused.
   */
  async *read(entities: readonly Entity[], options: RequestOptions = {}): AsyncGenerator<Entity> {
    const { deviceId, role } = this.#options;
    const call = this.#rpc.read(
      { deviceId, entities, role: role ?? '' },
      new Metadata(),
      this.#callOptions(options),
    );
    const cancel = () => call.cancel();
    if (options.signal?.aborted === true) cancel();
    options.signal?.addEventListener('abort', cancel);
    try {
      const responses: AsyncIterable<{ readonly entities: readonly Entity[] }> = call;
      for await (const response of responses) yield* response.entities;
    } catch (problem) {
      throw toBatchError(problem, entities);
    } finally {
      options.signal?.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  /** @throws RpcError. */
  async setPipeline(
    config: ForwardingPipelineConfig | undefined,
    action: SetForwardingPipelineConfigRequest_Action,
    options: RequestOptions = {},
  ): Promise<void> {
    const request = { ...this.#identity(), action, config };
    await this.#answered<unknown>(options, (metadata, call, done) =>
      this.#rpc.setForwardingPipelineConfig(request, metadata, call, done),
    );
  }

  /** The switch's configuration; undefined: it has none yet. @throws RpcError. */
  async getPipeline(
    responseType: GetForwardingPipelineConfigRequest_ResponseType,
    options: RequestOptions = {},
  ): Promise<ForwardingPipelineConfig | undefined> {
    const request = { deviceId: this.#options.deviceId, responseType };
    const { config } = await this.#answered<{ readonly config: ForwardingPipelineConfig | undefined }>(
      options,
      (metadata, call, done) => this.#rpc.getForwardingPipelineConfig(request, metadata, call, done),
    );
    return config;
  }

  /** The version of P4Runtime that the switch speaks. @throws RpcError. */
  async apiVersion(options: RequestOptions = {}): Promise<string> {
    const { p4runtimeApiVersion } = await this.#answered<{ readonly p4runtimeApiVersion: string }>(
      options,
      (metadata, call, done) => this.#rpc.capabilities({}, metadata, call, done),
    );
    return p4runtimeApiVersion;
  }

  /** Ends the stream and the connection at once: what was sent in the same moment may be lost. */
  close(): void {
    this.#stream?.end();
    this.#endStream(undefined);
    this.#rpc.close();
  }

  #identity() {
    const { deviceId, role } = this.#options;
    const electionId = this.#electionId === undefined ? undefined : toUint128(this.#electionId);
    return { deviceId, roleId: 0n, role: role ?? '', electionId };
  }

  #callOptions({ timeoutMs }: RequestOptions): Partial<CallOptions> {
    return { deadline: Date.now() + (timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS) };
  }

  async #answered<T>(options: RequestOptions, start: Start<T>): Promise<T> {
    try {
      return await this.#unary(options, start);
    } catch (problem) {
      throw toRpcError(problem);
    }
  }

  #unary<T>(options: RequestOptions, start: Start<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const call = start(new Metadata(), this.#callOptions(options), (problem, response) => {
        options.signal?.removeEventListener('abort', cancel);
        if (problem === null) resolve(response);
        else reject(problem);
      });
      const cancel = () => call.cancel();
      if (options.signal?.aborted === true) cancel();
      options.signal?.addEventListener('abort', cancel);
    });
  }
}

type Start<T> = (
  metadata: Metadata,
  options: Partial<CallOptions>,
  done: (problem: ServiceError | null, response: T) => void,
) => { readonly cancel: () => void };

function isBatchError(problem: unknown): problem is BatchError<Update> {
  return problem instanceof BatchError;
}

function mastershipOf({ status, electionId }: MasterArbitrationUpdate): Mastership {
  const standing =
    status === undefined || status.code === Code.OK
      ? 'primary'
      : status.code === Code.NOT_FOUND
        ? 'no-primary'
        : 'backup';
  return {
    standing,
    electionId: electionId === undefined ? undefined : (electionId.high << 64n) | electionId.low,
  };
}
