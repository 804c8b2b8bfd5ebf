/** A client of the ports of a moor switch: `p4runtime/proto/moor/v1/ports.proto`. */

import { Code } from '../gen/google/rpc/code.ts';
import {
  AddPortRequest,
  AddPortResponse,
  ListPortsRequest,
  ListPortsResponse,
  type Port,
  RemovePortRequest,
  RemovePortResponse,
} from '../gen/moor/v1/ports.ts';
import { callOnce, type Method } from './calls.ts';
import { type ClientTls, Connection } from './connection.ts';
import { RpcError } from './errors.ts';

export type PortsClientOptions = {
  /** HOST:PORT. */
  readonly target: string;
  readonly deviceId: bigint;
  readonly tls?: ClientTls;
  /** How long a call may take; milliseconds. */
  readonly timeoutMs?: number;
};

const DEFAULT_TIMEOUT_MS = 30_000;

const LIST_PORTS: Method<ListPortsResponse> = {
  path: '/moor.v1.Ports/ListPorts',
  decode: (bytes) => ListPortsResponse.decode(bytes),
};
const ADD_PORT: Method<AddPortResponse> = {
  path: '/moor.v1.Ports/AddPort',
  decode: (bytes) => AddPortResponse.decode(bytes),
};
const REMOVE_PORT: Method<RemovePortResponse> = {
  path: '/moor.v1.Ports/RemovePort',
  decode: (bytes) => RemovePortResponse.decode(bytes),
};

/** Shows, adds and removes ports. All calls throw RpcError. */
export class PortsClient {
  readonly #options: PortsClientOptions;
  readonly #connection: Connection;

  /** Connects when the first call is made. */
  constructor(options: PortsClientOptions) {
    this.#options = options;
    this.#connection = new Connection(options.target, options.tls);
  }

  /** The ports that there are, by number. */
  async list(): Promise<readonly Port[]> {
    const { deviceId } = this.#options;
    const { ports } = await this.#call(LIST_PORTS, ListPortsRequest.encode({ deviceId }).finish());
    return ports;
  }

  /** Adds a port over an interface of the switch's machine. */
  async add(number: number, name: string): Promise<Port> {
    const request = { deviceId: this.#options.deviceId, number, interface: name };
    const { port } = await this.#call(ADD_PORT, AddPortRequest.encode(request).finish());
    if (port === undefined) throw new RpcError(Code.INTERNAL, 'the switch does not say what it added');
    return port;
  }

  /** Removes a port. */
  async remove(number: number): Promise<void> {
    const request = { deviceId: this.#options.deviceId, number };
    await this.#call(REMOVE_PORT, RemovePortRequest.encode(request).finish());
  }

  #call<Response>(method: Method<Response>, request: Uint8Array): Promise<Response> {
    const timeoutMs = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return callOnce(this.#connection, method, request, { timeoutMs });
  }

  close(): void {
    this.#connection.close();
  }
}
