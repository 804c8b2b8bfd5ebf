/** A client of the ports of a moor switch: `p4runtime/proto/moor/v1/ports.proto`. */

import { type CallOptions, Metadata, type ServiceError } from '@grpc/grpc-js';
import { Code } from '../gen/google/rpc/code.ts';
import type { Port } from '../gen/moor/v1/ports.ts';
import { PortsClient as PortsRpc } from '../gen/moor/v1/ports-service.ts';
import { type ClientTls, channelCredentials, channelOptions } from './channel.ts';
import { RpcError, toRpcError } from './errors.ts';

export type PortsClientOptions = {
  /** HOST:PORT. */
  readonly target: string;
  readonly deviceId: bigint;
  readonly tls?: ClientTls;
  /** How long a call may take; milliseconds. */
  readonly timeoutMs?: number;
};

const DEFAULT_TIMEOUT_MS = 30_000;

/** Shows, adds and removes ports. All calls throw RpcError. */
export class PortsClient {
  readonly #options: PortsClientOptions;
  readonly #rpc: PortsRpc;

  /** Connects when the first call is made. */
  constructor(options: PortsClientOptions) {
    this.#options = options;
    this.#rpc = new PortsRpc(options.target, channelCredentials(options.tls), channelOptions(options.tls));
  }

  /** The ports that there are, by number. */
  async list(): Promise<readonly Port[]> {
    const { deviceId } = this.#options;
    const answer = await this.#call<{ readonly ports: readonly Port[] }>((metadata, options, done) =>
      this.#rpc.listPorts({ deviceId }, metadata, options, done),
    );
    return answer.ports;
  }

  /** Adds a port over an interface of the switch's machine. */
  async add(number: number, name: string): Promise<Port> {
    const request = { deviceId: this.#options.deviceId, number, interface: name };
    const { port } = await this.#call<{ readonly port: Port | undefined }>((metadata, options, done) =>
      this.#rpc.addPort(request, metadata, options, done),
    );
    if (port === undefined) throw new RpcError(Code.INTERNAL, 'the switch does not say what it added');
    return port;
  }

  /** Removes a port. */
  async remove(number: number): Promise<void> {
    const request = { deviceId: this.#options.deviceId, number };
    await this.#call<unknown>((metadata, options, done) =>
      this.#rpc.removePort(request, metadata, options, done),
    );
  }

  async #call<T>(
    start: (
      metadata: Metadata,
      options: Partial<CallOptions>,
      done: (problem: ServiceError | null, response: T) => void,
    ) => unknown,
  ): Promise<T> {
    const deadline = Date.now() + (this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return new Promise((resolve, reject) => {
      start(new Metadata(), { deadline }, (problem, response) => {
        if (problem === null) resolve(response);
        else reject(toRpcError(problem));
      });
    });
  }

  close(): void {
    this.#rpc.close();
  }
}
