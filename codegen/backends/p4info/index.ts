export {
  encodeP4Info,
  encodeWriteRequest,
  MESSAGE_ENDINGS,
  type MessageFormat,
  messageFormat,
} from '../../../p4runtime/text/index.ts';
export { type ControlPlane, makeP4Info, type P4InfoInput } from './make-p4info.ts';
