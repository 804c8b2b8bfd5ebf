/**
 * A P4Runtime client of one switch and role: arbitration, batches, reads, and the stream as async iterables. It works
 * against any P4Runtime target.
 */

import type { Any } from '../gen/google/protobuf/any.ts';
import { Code } from '../gen/google/rpc/code.ts';
import {
  CapabilitiesRequest,
  CapabilitiesResponse,
  type DigestList,
  type Entity,
  type ForwardingPipelineConfig,
  GetForwardingPipelineConfigRequest,
  type GetForwardingPipelineConfigRequest_ResponseType,
  GetForwardingPipelineConfigResponse,
  type IdleTimeoutNotification,
  type MasterArbitrationUpdate,
  type PacketIn,
  type PacketOut,
  ReadRequest,
  ReadResponse,
  SetForwardingPipelineConfigRequest,
  type SetForwardingPipelineConfigRequest_Action,
  SetForwardingPipelineConfigResponse,
  type StreamError,
  StreamMessageRequest,
  StreamMessageResponse,
  type Uint128,
  type Update,
  WriteRequest,
  WriteRequest_Atomicity,
  WriteResponse,
} from '../gen/p4/v1/p4runtime.ts';
import { Broadcast } from './broadcast.ts';
import { Call } from './call.ts';
import { callMany, callOnce, type Method } from './calls.ts';
import { type ClientTls, Connection } from './connection.ts';
import { BatchError, type Failure, RpcError, toBatchError } from './errors.ts';

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

const SERVICE = '/p4.v1.P4Runtime';
const STREAM = `${SERVICE}/StreamChannel`;
const WRITE: Method<WriteResponse> = {
  path: `${SERVICE}/Write`,
  decode: (bytes) => WriteResponse.decode(bytes),
};
const READ: Method<ReadResponse> = { path: `${SERVICE}/Read`, decode: (bytes) => ReadResponse.decode(bytes) };
const SET_PIPELINE: Method<SetForwardingPipelineConfigResponse> = {
  path: `${SERVICE}/SetForwardingPipelineConfig`,
  decode: (bytes) => SetForwardingPipelineConfigResponse.decode(bytes),
};
const GET_PIPELINE: Method<GetForwardingPipelineConfigResponse> = {
  path: `${SERVICE}/GetForwardingPipelineConfig`,
  decode: (bytes) => GetForwardingPipelineConfigResponse.decode(bytes),
};
const CAPABILITIES: Method<CapabilitiesResponse> = {
  path: `${SERVICE}/Capabilities`,
  decode: (bytes) => CapabilitiesResponse.decode(bytes),
};

/** An election id as P4Runtime writes it. */
export function toUint128(value: bigint): Uint128 {
  return { high: value >> 64n, low: BigInt.asUintN(64, value) };
}

export class SwitchClient {
  readonly #options: ClientOptions;
  readonly #connection: Connection;
  #stream: Call | undefined;
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
    this.#connection = new Connection(options.target, options.tls);
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
    this.#stream ??= this.#open();
    this.#electionId = electionId;
    const arbitration: MasterArbitrationUpdate = {
      deviceId,
      role: role === undefined ? undefined : { id: 0n, name: role, config: roleConfig },
      electionId: electionId === undefined ? undefined : toUint128(electionId),
      status: undefined,
    };
    this.#send({ $case: 'arbitration', value: arbitration });
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

  #open(): Call {
    return new Call(this.#connection.open(STREAM), {
      onMessage: (bytes) => this.#receive(StreamMessageResponse.decode(bytes)),
      onEnd: (problem) => this.#endStream(problem),
    });
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
      default:
        break;
    }
  }

  #endStream(problem: Error | undefined): void {
    this.#standing = undefined;
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

  /** Sends a packet. The switch answers only when it is wrong, through `streamErrors`. */
  sendPacket(packet: PacketOut): void {
    this.#send({ $case: 'packet', value: packet });
  }

  acknowledge({ digestId, listId }: Pick<DigestList, 'digestId' | 'listId'>): void {
    this.#send({ $case: 'digestAck', value: { digestId, listId } });
  }

  #send(update: StreamMessageRequest['update']): void {
    if (this.#stream === undefined)
      throw new RpcError(Code.FAILED_PRECONDITION, 'no stream: call arbitrate first');
    this.#stream.send(StreamMessageRequest.encode({ update }).finish());
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
      await this.#call(WRITE, WriteRequest.encode(request).finish(), options);
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
    const request = ReadRequest.encode({ deviceId, entities, role: role ?? '' }).finish();
    const answers = callMany(this.#connection, READ, request, this.#withTimeout(options));
    try {
      for await (const response of answers) yield* response.entities;
    } catch (problem) {
      throw toBatchError(problem, entities);
    }
  }

  /** @throws RpcError. */
  async setPipeline(
    config: ForwardingPipelineConfig | undefined,
    action: SetForwardingPipelineConfigRequest_Action,
    options: RequestOptions = {},
  ): Promise<void> {
    const request = { ...this.#identity(), action, config };
    await this.#call(SET_PIPELINE, SetForwardingPipelineConfigRequest.encode(request).finish(), options);
  }

  /** The switch's configuration; undefined: it has none yet. @throws RpcError. */
  async getPipeline(
    responseType: GetForwardingPipelineConfigRequest_ResponseType,
    options: RequestOptions = {},
  ): Promise<ForwardingPipelineConfig | undefined> {
    const request = { deviceId: this.#options.deviceId, responseType };
    const bytes = GetForwardingPipelineConfigRequest.encode(request).finish();
    const { config } = await this.#call(GET_PIPELINE, bytes, options);
    return config;
  }

  /** The version of P4Runtime that the switch speaks. @throws RpcError. */
  async apiVersion(options: RequestOptions = {}): Promise<string> {
    const request = CapabilitiesRequest.encode({}).finish();
    const { p4runtimeApiVersion } = await this.#call(CAPABILITIES, request, options);
    return p4runtimeApiVersion;
  }

  /** Ends the stream and the connection. */
  close(): void {
    this.#stream?.finishAndCancel();
    this.#endStream(undefined);
    this.#connection.close();
  }

  #identity() {
    const { deviceId, role } = this.#options;
    const electionId = this.#electionId === undefined ? undefined : toUint128(this.#electionId);
    return { deviceId, roleId: 0n, role: role ?? '', electionId };
  }

  #withTimeout({ signal, timeoutMs }: RequestOptions): RequestOptions & { readonly timeoutMs: number } {
    const own = timeoutMs ?? this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return { timeoutMs: own, ...(signal === undefined ? {} : { signal }) };
  }

  #call<Response>(method: Method<Response>, request: Uint8Array, options: RequestOptions): Promise<Response> {
    return callOnce(this.#connection, method, request, this.#withTimeout(options));
  }
}

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
