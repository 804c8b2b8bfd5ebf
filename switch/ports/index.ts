/** Where the switch's frames come from and go to. */

export type { SendBy } from './linux/sender.ts';
export { LinuxPorts } from './linux-ports.ts';
export { MemoryPorts, type PortFrame } from './memory-ports.ts';
export { type Capture, type CapturedPacket, captureHeader, captureRecord, readCapture } from './pcap.ts';
export { PcapPorts } from './pcap-ports.ts';
export {
  type FrameTaker,
  type PortCounters,
  PortError,
  type PortInfo,
  type PortListener,
  type PortProblem,
  type PortSet,
  type PortState,
  type Sending,
} from './port.ts';
