export type { ClientTls } from './channel.ts';
export { BatchError, codeName, type Failure, RpcError } from './errors.ts';
export {
  type ConnectionExplanation,
  explainConnection,
  type TlsSettings,
} from './explain-connection.ts';
export { PortsClient, type PortsClientOptions } from './ports-client.ts';
export {
  type ClientOptions,
  type Mastership,
  type RequestOptions,
  SwitchClient,
  toUint128,
  type WriteOptions,
} from './switch-client.ts';
