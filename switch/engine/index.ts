/** The engine: programs of BMv2 JSON as WebAssembly. */

export {
  actionDataBytes,
  decodeActionData,
  encodeActionData,
  putParameter,
  takeParameter,
} from './compile/actions.ts';
export { Bmv2JsonError, readProgram } from './json/index.ts';
export { PacketRings } from './rings.ts';
export {
  createSwitch,
  type Digest,
  type PortPacket,
  Switch,
  type SwitchOptions,
} from './switch.ts';
export { type PacketTrace, type TracePalette, traceText } from './trace/index.ts';
