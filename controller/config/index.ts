/** The configuration of the controller: moor.yaml. */

export { configurationSchema } from './document.ts';
export {
  type AdmissionSettings,
  admissionSettings,
  failurePolicy,
  healthSettings,
  loadSettings,
  selectionSettings,
} from './engines.ts';
export { ConfigError, loadConfig, parseConfig } from './load.ts';
export type { ConfigProblem } from './references.ts';
export {
  CONFIG_SCHEMA,
  type Config,
  type ServerConfig,
  type ServiceConfig,
  type SwitchConfig,
} from './schema.ts';
