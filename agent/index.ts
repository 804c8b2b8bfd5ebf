/** The agent of a server. */

export { Agent, type AgentOptions } from './agent.ts';
export {
  AGENT_SCHEMA,
  type AgentConfig,
  AgentConfigError,
  loadAgentConfig,
  parseAgentConfig,
  parseDuration,
} from './config.ts';
export { type AgentStatus, askAgent, ControlError, type ControlRequest, controlSocket } from './control.ts';
export { MeasureError } from './measure/index.ts';
export { VipError, vipDown, vipUp } from './vip.ts';
