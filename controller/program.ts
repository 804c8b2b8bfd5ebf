/** The program that switches are to run, with a cookie by which it is known again. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { P4Info } from '../p4runtime/gen/p4/config/v1/p4info.ts';
import type { ForwardingPipelineConfig } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { decodeP4Info, messageFormat } from '../p4runtime/text/index.ts';
import type { Config, ConfigProblem } from './config/index.ts';
import { schema } from './pipeline/index.ts';

/** A program that cannot be had, or is not the pipeline. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError';
}

/** Reads the program of a configuration, or moor's own. @throws ProgramError. */
export function readProgram(config: Config): ForwardingPipelineConfig {
  const { pipeline } = config;
  const p4infoFile = pipeline?.p4info ?? ownFile('v1model.p4info.txtpb');
  const programFile = pipeline?.program ?? ownFile('v1model.json');
  let p4info: P4Info;
  let program: Buffer;
  try {
    p4info = decodeP4Info(readFileSync(p4infoFile), messageFormat(p4infoFile) ?? 'text');
    program = readFileSync(programFile);
  } catch (problem) {
    throw new ProgramError(problem instanceof Error ? problem.message : String(problem));
  }
  checkPipeline(p4info, p4infoFile);
  const hash = createHash('sha256').update(P4Info.encode(p4info).finish()).update(program).digest();
  // 0 stands for no cookie.
  return { p4info, p4DeviceConfig: program, cookie: { cookie: hash.readBigUInt64BE() | 1n } };
}

/** The tables that the controller writes must be there, as it writes them. */
function checkPipeline(p4info: P4Info, file: string): void {
  const there = new Map(p4info.tables.map((table) => [table.preamble?.id, table]));
  for (const table of schema.tables.all) {
    if (table.message.isConstTable || there.get(table.id)?.preamble?.name === table.name) continue;
    throw new ProgramError(
      `${file}: it has no table '${table.name}' with the id ${table.id}; it is not moor's pipeline`,
    );
  }
}

/** How large a server's number may be, and which action says so. */
export type ServerNumberLimit = { readonly greatest: number; readonly action: string };

/** Above it, no number is given: 65535 is kept free. */
const GREATEST_SERVER_NUMBER = 65_534;

/**
 * What the narrowest `server` of the program's actions holds: Tofino's `flows` has 12 bits for it (docs/design/tofino.md). A larger
 * number would be refused by the switch, entry by entry, or be cut.
 */
export function serverNumberLimit(p4info: P4Info | undefined): ServerNumberLimit {
  let limit: ServerNumberLimit = { greatest: GREATEST_SERVER_NUMBER, action: '' };
  for (const { preamble, params } of p4info?.actions ?? []) {
    for (const { name, bitwidth } of params) {
      const greatest = 2 ** bitwidth - 1;
      if (name === 'server' && greatest < limit.greatest) limit = { greatest, action: preamble?.name ?? '' };
    }
  }
  return limit;
}

/** Numbers in a configuration that are too large for its program; none where that cannot be had, which is told when it is needed. */
export function numbersBeyondProgram(config: Config): readonly ConfigProblem[] {
  const numbered = config.servers.flatMap(({ id }, index) => (id === undefined ? [] : [{ id, index }]));
  // Reading a program for nothing would be slow.
  if (numbered.length === 0 || config.pipeline === undefined) return [];
  let limit: ServerNumberLimit;
  try {
    limit = serverNumberLimit(readProgram(config).p4info);
  } catch (problem) {
    if (!(problem instanceof ProgramError)) throw problem;
    return [];
  }
  const { greatest, action } = limit;
  return numbered
    .filter(({ id }) => id > greatest)
    .map(({ index }) => ({
      path: ['servers', index, 'id'],
      message: `it is too large: write ${greatest} or less, which is what '${action}' of ${config.pipeline?.p4info} holds`,
    }));
}

/** A compiled artefact that comes with moor. */
function ownFile(name: string): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(directory, 'p4', 'golden', name);
    if (existsSync(candidate)) return candidate;
    const parent = dirname(directory);
    if (parent === directory)
      throw new ProgramError(`p4/golden/${name} is missing from this installation of moor`);
    directory = parent;
  }
}
