/** The work of `moor digests`, `packet-out` and `packet-in`. */

import { codeName, RpcError, type SwitchClient } from '../../p4runtime/client/index.ts';
import { type DataValue, decodeData, decodeValue, encodeValue } from '../../p4runtime/codec/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type {
  DigestEntry,
  Entity,
  PacketMetadata,
  StreamError,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { Update_Type } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { missing, type PacketHeaderInfo } from '../../p4runtime/schema/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { WatchOptions } from '../objects.ts';
import { UserProblem } from '../user-problem.ts';
import { printJson, printTable } from './output.ts';
import { readAll, type TargetOptions, withSession } from './session.ts';
import { formatValue, parsePair, parseValue, type ValueField } from './values.ts';

function digestEntity(value: DigestEntry) {
  return { entity: { $case: 'digestEntry', value } } as const;
}

/**
 * A digest as it is switched on; undefined: it is off. BMv2's server knows no wildcard for them, and says NOT_FOUND of one
 * that is off.
 */
async function readDigest(client: SwitchClient, digestId: number): Promise<Entity | undefined> {
  try {
    const [found] = await readAll(client, digestEntity({ digestId, config: undefined }));
    return found;
  } catch (problem) {
    if (problem instanceof RpcError && problem.code === Code.NOT_FOUND) return undefined;
    throw problem;
  }
}

/** `moor digests list`. */
export async function listDigests(options: TargetOptions): Promise<number> {
  return withSession(options, async ({ client, schema: fetch }) => {
    const { digests } = await fetch();
    const on = new Map<number, DigestEntry['config']>();
    for (const { id } of digests.all) {
      const entity = await readDigest(client, id);
      if (entity?.entity?.$case === 'digestEntry') on.set(id, entity.entity.value.config);
    }
    const shown = digests.all.map(({ id, name }) => ({
      digest: name,
      id,
      on: on.has(id),
      ...(on.get(id) ?? {}),
    }));
    if (options.json === true) printJson(shown);
    else
      printTable(
        ['DIGEST', 'ID', 'ON'],
        shown.map(({ digest, id, on: isOn }) => [digest, String(id), isOn ? 'yes' : 'no']),
      );
  });
}

/** Aborts at Ctrl-C, so that what was switched on is switched off again. */
function untilInterrupted(): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  const stop = () => controller.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

/** `moor digests watch`. */
export async function watchDigests(name: string, options: WatchOptions): Promise<number> {
  return withSession(options, async ({ client, schema: fetch, becomePrimary }) => {
    const { digests } = await fetch();
    const digest = digests.get(name);
    await becomePrimary();
    const { signal, dispose } = untilInterrupted();
    const lists = client.digests(signal);
    const config = {
      maxTimeoutNs: BigInt(options.maxWait) * 1_000_000n,
      maxListSize: options.maxList,
      ackTimeoutNs: 1_000_000_000n,
    };
    const entity = digestEntity({ digestId: digest.id, config });
    const before = await readDigest(client, digest.id);
    const wasOn = before !== undefined;
    await client.write([{ type: wasOn ? Update_Type.MODIFY : Update_Type.INSERT, entity }]);
    let seen = 0;
    try {
      for await (const list of lists) {
        client.acknowledge(list);
        if (list.digestId !== digest.id) continue;
        for (const data of list.data) {
          process.stdout.write(`${line(decodeData(digest.type, data, digest.name), options)}\n`);
          seen++;
          if (options.count !== undefined && seen >= options.count) return;
        }
      }
    } finally {
      dispose();
      if (!wasOn) await client.write([{ type: Update_Type.DELETE, entity }]);
      else await client.write([{ type: Update_Type.MODIFY, entity: before }]);
    }
  });
}

function line(value: DataValue, { json }: TargetOptions): string {
  const plain = JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'bigint' ? (Number(each) <= Number.MAX_SAFE_INTEGER ? Number(each) : String(each)) : each,
  );
  if (json === true || typeof value !== 'object' || value === null || Array.isArray(value)) return plain;
  return Object.entries(value)
    .map(([name, each]) => `${name}=${typeof each === 'object' ? JSON.stringify(each) : String(each)}`)
    .join(' ');
}

function fieldsOf(header: PacketHeaderInfo): readonly (ValueField & { readonly id: number })[] {
  return header.fields.map(({ id, name, type }, index) => ({
    id,
    name,
    type,
    annotations: header.message.metadata[index]?.annotations ?? [],
  }));
}

/** What fills a header up to whole bytes is written as `@padding` (as in SAI's programs), or named so. */
function isPadding({ name, annotations }: ValueField): boolean {
  return annotations.includes('@padding') || /^_*(?:unused_?)?pad(?:ding)?_?\d*$/i.test(name);
}

/** How long the switch may take to say that a packet is wrong; it says nothing when it is right. */
const OBJECTION_MS = 300;

/** `moor packet-out`. */
export async function sendPacket(
  hex: string,
  fields: readonly string[],
  options: TargetOptions,
): Promise<number> {
  return withSession(options, async ({ client, schema: fetch, becomePrimary }) => {
    const digits = hex.replaceAll(/[\s:]/g, '');
    if (!/^([0-9a-f]{2})+$/i.test(digits))
      throw new UserProblem(`'${hex}' is no packet; write its bytes in hexadecimal`, EXIT.usage);
    const header = (await fetch()).packetHeaders.find('packet_out');
    const metadata = encodeMetadata(header, fields);
    await becomePrimary();
    const errors = client.streamErrors(AbortSignal.timeout(OBJECTION_MS));
    client.sendPacket({ payload: Buffer.from(digits, 'hex'), metadata });
    const { value, done } = await errors.next();
    if (done !== true) throw objection(value);
  });
}

function objection({ canonicalCode, message }: StreamError): UserProblem {
  return new UserProblem(`${codeName(canonicalCode)}: ${message}`);
}

/** The metadata of a packet-out header, from `FIELD=VALUE`; padding may be left out. @throws UserProblem */
export function encodeMetadata(
  header: PacketHeaderInfo | undefined,
  texts: readonly string[],
): PacketMetadata[] {
  const given = new Map(texts.map(parsePair).map(({ name, value }) => [name, value]));
  const fields = header === undefined ? [] : fieldsOf(header);
  const metadata = fields.map((field) => {
    const text = given.get(field.name) ?? (isPadding(field) ? '0' : undefined);
    if (text === undefined)
      throw new UserProblem(`packet_out: '${field.name}' is missing: write ${field.name}=VALUE`);
    given.delete(field.name);
    return { metadataId: field.id, value: encodeValue(field.type, parseValue(field, text), field.name) };
  });
  const [unknown] = given.keys();
  if (unknown !== undefined)
    throw new UserProblem(
      `packet_out: ${missing(
        'field',
        unknown,
        fields.map(({ name }) => name),
      )}`,
    );
  return metadata;
}

/** `moor packet-in`. */
export async function watchPackets(options: WatchOptions): Promise<number> {
  return withSession(options, async ({ client, schema: fetch, becomePrimary }) => {
    const header = (await fetch()).packetHeaders.find('packet_in');
    const fields = header === undefined ? [] : fieldsOf(header);
    const { signal, dispose } = untilInterrupted();
    await becomePrimary();
    let seen = 0;
    try {
      for await (const { payload, metadata } of client.packets(signal)) {
        const shown = metadata.flatMap(({ metadataId, value }): [string, string][] => {
          const field = fields.find(({ id }) => id === metadataId);
          return field === undefined
            ? []
            : [[field.name, formatValue(field, decodeValue(field.type, value, field.name))]];
        });
        const bytes = Buffer.from(payload).toString('hex');
        const text =
          options.json === true
            ? JSON.stringify({ metadata: Object.fromEntries(shown), payload: bytes })
            : [...shown.map(([name, value]) => `${name}=${value}`), bytes].join(' ');
        process.stdout.write(`${text}\n`);
        seen++;
        if (options.count !== undefined && seen >= options.count) return;
      }
    } finally {
      dispose();
    }
  });
}
