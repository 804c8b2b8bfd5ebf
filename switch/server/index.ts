export {
  type Device,
  DeviceError,
  type DeviceMatch,
  type DevicePipeline,
  type DeviceTable,
} from './device.ts';
export { type EngineDevice, type EngineDeviceOptions, makeEngineDevice } from './engine-device.ts';
export { OfflineSwitch } from './offline.ts';
export type { PortAdministration } from './port-service.ts';
export { type RunningServer, type ServerOptions, type ServerTls, startServer } from './server.ts';
export type { Outcome } from './status.ts';
export { type NumberedSource, type PortSource, type ShownPort, SwitchPorts } from './switch-ports.ts';
