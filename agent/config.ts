/** agent.yaml: what it holds, and reading it. */

import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ipaddr from 'ipaddr.js';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { LOAD_COMPONENTS } from '../wire/monitoring/index.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `1s`, `5m`, `1h`. */
export function parseDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

const duration = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, 'it is no time; write 500ms, 30s, 5m or 1h')
  .transform((text) => parseDuration(text) ?? 0)
  .describe('A time: 500ms, 30s, 5m, 1h.');

const hostAndPort = z
  .string()
  .regex(/^(\[[^\]]+\]|[^:\s]+):\d{1,5}$/, 'write HOST:PORT')
  .describe('HOST:PORT; IPv6 addresses in brackets.');

const address = z
  .string()
  .refine(
    (text) => (text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text)),
    'it is no IPv4 or IPv6 address',
  )
  .describe('An IPv4 or IPv6 address.');

const probe = z
  .strictObject({
    tcp: hostAndPort.optional().describe('It takes connections here.'),
    http: z
      .url({ protocol: /^http$/ })
      .optional()
      .describe('It answers a GET of this URL.'),
    status: z.int().min(100).max(599).default(200).describe('With this status.'),
    command: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('This program, with its arguments, ends with exit code 0.'),
    every: duration.prefault('1s'),
    timeout: duration.prefault('500ms'),
    fall: z.int().min(1).max(100).default(2).describe('So many failures in a row make it unavailable.'),
    rise: z.int().min(1).max(100).default(1).describe('So many successes in a row make it available.'),
  })
  .refine(
    ({ tcp, http, command }) => [tcp, http, command].filter((one) => one !== undefined).length === 1,
    'write one of tcp, http and command',
  );

const served = z.strictObject({
  protocol: z.enum(['tcp', 'udp']).default('tcp'),
  port: z.int().min(1).max(65_535),
  limit: z
    .int()
    .min(1)
    .optional()
    .describe(
      'What the queue takes: the backlog of listen() for TCP, bytes for UDP; unless said, the limit of the kernel.',
    ),
});

/** Everything. */
export const AGENT_SCHEMA = z
  .strictObject({
    identity: z
      .union([z.int().min(0).max(0xffff_ffff), address])
      .describe("The server's number in moor.yaml, or an IPv4 address.")
      .transform((value, context) => {
        if (typeof value === 'number') return value;
        if (value.includes(':')) {
          context.addIssue({ code: 'custom', message: 'it has 4 bytes: write a number, or an IPv4 address' });
          return z.NEVER;
        }
        return ipaddr.IPv4.parse(value)
          .toByteArray()
          .reduce((sum, byte) => sum * 256 + byte, 0);
      }),
    controllers: z.array(hostAndPort).min(1).describe('Where messages go.'),
    'key-file': z
      .string()
      .optional()
      .describe(
        'File with the key shared with the controller: 16 bytes or more; a line end at its end does not count.',
      ),
    bare: z.boolean().default(false).describe("Send the paper's messages without authentication."),
    'heartbeat-every': duration.prefault('1s').describe('d of the SARA paper.'),
    'load-every': duration.prefault('1s').describe('δ of the SARA paper.'),
    probe: probe
      .optional()
      .describe('How to know that the application is available. Left out: it always is.'),
    serves: z.array(served).default([]).describe('Ports whose backlog is measured.'),
    'io-queue-limit': z.int().min(1).optional().describe("Requests that a disk's queue takes."),
    leave: z.array(z.enum(LOAD_COMPONENTS)).default([]).describe('Loads that are sent as 0.'),
    'virtual-addresses': z.array(address).default([]).describe("For 'moor agent vip'."),
    state: z
      .string()
      .default('/run/moor-agent')
      .describe('Directory of what outlives a restart of the agent.'),
  })
  .refine((config) => config.bare !== (config['key-file'] !== undefined), {
    message: "write 'key-file' with the file of a shared key, or 'bare: true' to send without authentication",
  });

export type AgentConfig = z.output<typeof AGENT_SCHEMA>;

/** A configuration that is wrong: every mistake as `file:line:column: error: where: what`. */
export class AgentConfigError extends Error {
  override readonly name = 'AgentConfigError';
}

/** Reads a configuration file; names of files are relative to it. @throws AgentConfigError; Error when it cannot be read. */
export function loadAgentConfig(file: string): AgentConfig {
  const config = parseAgentConfig(readFileSync(file, 'utf8'), file);
  const whole = (name: string) => resolve(dirname(file), name);
  const { 'key-file': key, probe: own, state } = config;
  return {
    ...config,
    'key-file': key === undefined ? undefined : whole(key),
    probe: own === undefined ? undefined : { ...own, command: wholeCommand(own.command, whole) },
    state: whole(state),
  };
}

/** A program without a slash is looked for on PATH, as by a shell. */
function wholeCommand(
  command: readonly string[] | undefined,
  whole: (name: string) => string,
): string[] | undefined {
  return command?.map((word, index) => (index === 0 && word.includes('/') ? whole(word) : word));
}

/** Reads a configuration. @param file How to call it in messages. @throws AgentConfigError. */
export function parseAgentConfig(text: string, file: string): AgentConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${Math.max(1, line)}:${Math.max(1, col)}: error: `;
  };
  if (document.errors.length > 0) {
    throw new AgentConfigError(
      document.errors.map(({ pos, message }) => `${place(pos[0])}${message}`).join('\n'),
    );
  }
  const made = AGENT_SCHEMA.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (made.success) return made.data;
  throw new AgentConfigError(
    made.error.issues
      .map(({ path, message }) => {
        // What is missing has no place; what it is missing from has.
        let offset = 0;
        for (let length = path.length; length > 0; length--) {
          const node = document.getIn(path.slice(0, length), true);
          if (!isNode(node) || !node.range) continue;
          offset = node.range[0];
          break;
        }
        const where = path.length === 0 ? '' : `${path.map(String).join('.')}: `;
        return `${place(offset)}${where}${message}`;
      })
      .join('\n'),
  );
}
