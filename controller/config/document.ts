/** docs/configuration.schema.json and docs/configuration.md, made from the settings themselves. */

import { z } from 'zod';
import { CONFIG_SCHEMA } from './schema.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** A part of a schema, which JSON schema lets be `true` or a list too. */
function partOf(part: Schema['items'] | boolean): Schema {
  return typeof part === 'object' && !Array.isArray(part) ? part : {};
}

function partsOf({ properties = {} }: Schema): readonly (readonly [string, Schema])[] {
  return Object.entries(properties).map(([name, part]) => [name, partOf(part)]);
}

/** What is written in a file: before defaults, and times as text. */
function schema(): Schema {
  return z.toJSONSchema(CONFIG_SCHEMA, { io: 'input', unrepresentable: 'any' });
}

/** The JSON schema, for editors and generators. */
export function configurationSchema(): string {
  return `${JSON.stringify(schema(), undefined, 2)}\n`;
}

/** The reference, for people. */
export function configurationDocument(): string {
  const all = schema();
  const parts = partsOf(all).map(([name, part]) =>
    section(name, part, all.required?.includes(name) === true),
  );
  return `# moor.yaml

The settings of \`moor run\`. \`moor run --config moor.yaml --check\` says whether a file is right, with line and column;
[configuration.schema.json](configuration.schema.json) is the same for editors and generators. Both are made from the
settings themselves (\`npm run regenerate\`).

\`\`\`yaml
# moor.yaml
${EXAMPLE.trim()}
\`\`\`

${parts.join('\n')}`;
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

function section(name: string, part: Schema, isRequired: boolean): string {
  const inner = part.type === 'array' ? partOf(part.items) : part;
  const what = part.description === undefined ? '' : `${part.description}\n\n`;
  const kind = part.type === 'array' ? 'A list. ' : '';
  if (inner.properties === undefined) {
    const told = [kind.trim(), describeType(inner), describeDefault(part), isRequired ? 'Required.' : '']
      .filter((text) => text !== '')
      .join(' ');
    return `## \`${name}\`\n\n${what}${told}\n`;
  }
  return `## \`${name}\`\n\n${what}${kind}\n\n| Setting | Value | |\n|---|---|---|\n${rows('', inner).join('\n')}\n`.replaceAll(
    /\n{3,}/g,
    '\n\n',
  );
}

function rows(prefix: string, whole: Schema): readonly string[] {
  return partsOf(whole).flatMap(([name, part]) => {
    const inner = part.type === 'array' ? partOf(part.items) : part;
    const full = `${prefix}${name}${part.type === 'array' && inner.properties !== undefined ? '[]' : ''}`;
    if (inner.properties !== undefined) {
      const head = `| \`${full}\` | ${part.type === 'array' ? 'a list' : ''} | ${part.description ?? ''} |`;
      return [head, ...rows(`${full}.`, inner)];
    }
    const told = [
      part.description ?? inner.description ?? '',
      describeDefault(part),
      whole.required?.includes(name) === true && part.default === undefined ? 'Required.' : '',
    ]
      .filter((text) => text !== '')
      .join(' ');
    return [`| \`${full}\` | ${part.type === 'array' ? 'list of ' : ''}${describeType(inner)} | ${told} |`];
  });
}

function describeType({ type, enum: values, anyOf, minimum, maximum }: Schema): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map((part) => describeType(partOf(part))))].join(' or ');
  if (type === 'integer' || type === 'number') {
    const isBounded = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
    return isBounded ? `${minimum} to ${maximum}` : 'a number';
  }
  return type === 'boolean' ? '`true`, `false`' : 'text';
}

function describeDefault(part: Schema): string {
  if (part.default === undefined || typeof part.default === 'object') return '';
  return `Default: \`${String(part.default)}\`.`;
}
