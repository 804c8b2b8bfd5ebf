/** docs/configuration.md: every setting of moor.yaml. */

import type { z } from 'zod';
import { configurationSchema } from '../../controller/config/index.ts';
import { CONFIGURATION_SETTINGS } from './configuration-settings.ts';
import { SETTINGS_HEAD, settingRows } from './settings-reference.ts';

export const CONFIGURATION_DOCUMENT = 'docs/configuration.md';

/** The reference, for people. */
export function configurationDocument(): string {
  const all: z.core.JSONSchema.BaseSchema = JSON.parse(configurationSchema());
  const simple: string[] = [];
  const sections: string[] = [];
  for (const [name, part] of Object.entries(all.properties ?? {})) {
    const own = { properties: { [name]: part }, required: all.required ?? [] };
    const [head = '', ...rows] = settingRows(own, CONFIGURATION_SETTINGS);
    if (rows.length === 0) simple.push(head);
    else sections.push(section(name, typeof part === 'object' ? part : {}, rows));
  }
  return `# moor.yaml

The settings of \`moor run\`. \`moor run --config moor.yaml --check\` says whether a file is right, with line and column;
[configuration.schema.json](configuration.schema.json) is the same for editors and generators. Both are made from the
settings themselves (\`npm run regenerate\`), and a test reads the examples as one file.

\`\`\`yaml
# moor.yaml
${EXAMPLE.trim()}
\`\`\`

A \`[]\` stands for each thing of a list. Times are \`500ms\`, \`30s\`, \`5m\` or \`1h\`; a number alone is in seconds. Examples are as JSON writes them, which YAML
takes too. Where the unit is *a name*, a number only tells one thing from others. Names of files are relative to the directory of the
moor.yaml that has them, wherever \`moor run\` is started.

${sections.join('\n')}
## The rest

${SETTINGS_HEAD}
${simple.join('\n')}
`;
}

function section(name: string, part: z.core.JSONSchema.BaseSchema, rows: readonly string[]): string {
  const what = [part.type === 'array' ? 'A list.' : '', part.description ?? ''].filter((text) => text !== '');
  const text = what.length === 0 ? '' : `${what.join(' ')}\n\n`;
  return `## \`${name}\`\n\n${text}${SETTINGS_HEAD}\n${rows.join('\n')}\n`;
}

const EXAMPLE = `
switches:
  - name: edge
    target: 127.0.0.1:9559
    ports:
      - { number: 1, role: uplink, link-address: 02:00:00:00:00:01 }
      - { number: 2, role: server, link-address: 02:00:00:00:00:01 }
      - { number: 3, role: server, link-address: 02:00:00:00:00:01 }
services:
  - { name: web, address: 2001:db8:100::1, protocol: tcp, port: 80, servers: [one, two] }
servers:
  - { name: one, port: 2, link-address: 02:00:00:00:01:01 }
  - { name: two, port: 3, link-address: 02:00:00:00:01:02, weight: 2 }
neighbors:
  - { name: router, port: 1, link-address: 02:00:00:00:00:fe }
routes:
  - { prefix: ::/0, via: router }
`;
