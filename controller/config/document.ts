/** docs/configuration.schema.json, made from the settings themselves. */

import { z } from 'zod';
import { CONFIG_SCHEMA } from './schema.ts';

/** The JSON schema of moor.yaml, for editors and generators: what is written, before defaults, and times as text. */
export function configurationSchema(): string {
  const schema = z.toJSONSchema(CONFIG_SCHEMA, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}
