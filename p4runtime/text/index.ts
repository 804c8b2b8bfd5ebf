export {
  decodeP4Info,
  decodeWriteRequest,
  encodeP4Info,
  encodeWriteRequest,
  MESSAGE_ENDINGS,
  type MessageFormat,
  messageFormat,
} from './message-files.ts';
export { parseText } from './parse-text.ts';
export { printText } from './print-text.ts';
export { TextFormatError } from './text-tokens.ts';
