export { BatchError, codeName, type Failure, RpcError } from './errors.ts';
export {
  type ClientOptions,
  type ClientTls,
  type Mastership,
  type RequestOptions,
  SwitchClient,
  toUint128,
  type WriteOptions,
} from './switch-client.ts';
