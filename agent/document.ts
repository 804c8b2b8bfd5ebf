/** docs/agent.schema.json, made from the settings themselves. */

import { z } from 'zod';
import { AGENT_SCHEMA } from './config.ts';

/** The JSON schema of agent.yaml, for editors and generators: what is written, before defaults, and times as text. */
export function agentSchema(): string {
  const schema = z.toJSONSchema(AGENT_SCHEMA, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
