/**
 * A session of signalling as it is kept on disk: a checksum, and JSON in which numbers of 128 bits are hexadecimal digits in an
 * object. What is damaged, or was written by another version, is known for what it is.
 */

import { crc32 } from 'node:zlib';
import { z } from 'zod';

const port = z.int().min(0).max(65_535);
const end = z.strictObject({ address: z.bigint(), port });

const EXPECTED = z
  .object({
    protocol: z.int(),
    clientAddress: z.bigint().optional(),
    clientPort: port.optional(),
    virtualAddress: z.bigint(),
    virtualPort: port.optional(),
  })
  .transform(({ protocol, clientAddress, clientPort, virtualAddress, virtualPort }) => ({
    ...{ protocol, clientAddress, clientPort, virtualAddress, virtualPort },
  }));

const TUPLE = z.strictObject({
  source: z.bigint(),
  destination: z.bigint(),
  sourcePort: port,
  destinationPort: port,
  protocol: z.int(),
});

/** A flow of signalling. */
export const SAVED_FLOW = z.strictObject({
  client: end,
  virtual: end,
  protocol: z.int(),
  server: z.int(),
});

const SESSION = z.strictObject({
  number: z.int().positive(),
  service: z.int(),
  /** The name of the protocol. */
  protocol: z.string(),
  /** What the tracker calls it. */
  key: z.string(),
  flow: SAVED_FLOW,
  since: z.number(),
  server: z.int(),
  timeout: z.number().positive(),
  media: z.array(z.tuple([z.string(), z.array(EXPECTED)])),
  confirmed: z.array(TUPLE),
  /** The tracker's own. */
  tracker: z.unknown(),
});

export type SavedSession = Readonly<z.infer<typeof SESSION>>;

/** Writes a session. */
export function formatSession(session: SavedSession): string {
  const json = JSON.stringify(session, (_key, value: unknown) =>
    typeof value === 'bigint' ? { n: value.toString(16) } : value,
  );
  return checksum(json) + json;
}

/** Reads a session; undefined for anything that `formatSession` does not write. */
export function parseSession(text: string): SavedSession | undefined {
  const json = text.slice(8);
  if (text.slice(0, 8) !== checksum(json)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json, (_key, one: unknown) => wide(one) ?? one);
  } catch {
    return undefined;
  }
  return SESSION.safeParse(value).data;
}

/** A number of 128 bits; undefined for what is none. */
function wide(value: unknown): bigint | undefined {
  if (typeof value !== 'object' || value === null || !('n' in value)) return undefined;
  return typeof value.n === 'string' && /^[0-9a-f]{1,32}$/.test(value.n) ? BigInt(`0x${value.n}`) : undefined;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
