/** The load of servers, from the vectors of their agents. */

export { COMBINE_DEFAULTS, type CombineConfig, combineLoads } from './combine.ts';
export {
  LOAD_DEFAULTS,
  type LoadConfig,
  type LoadView,
  loadStep,
  loadView,
  type ServerLoad,
  startLoad,
} from './manager.ts';
