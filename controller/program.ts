/** The program that switches are to run, with a cookie by which it is known again. */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { P4Info } from '../p4runtime/gen/p4/config/v1/p4info.ts';
import type { ForwardingPipelineConfig } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { decodeP4Info, messageFormat } from '../p4runtime/text/index.ts';
import type { Config } from './config/index.ts';
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
