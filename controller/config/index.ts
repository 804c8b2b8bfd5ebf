/** The configuration of the controller: moor.yaml. */

export { ConfigError, loadConfig, parseConfig } from './load.ts';
export {
  CONFIG_SCHEMA,
  type Config,
  type ServerConfig,
  type ServiceConfig,
  type SwitchConfig,
} from './schema.ts';
