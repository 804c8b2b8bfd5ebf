/** The work of `moor load`. */

import { readFileSync } from 'node:fs';
import { codeName, RpcError } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import {
  type ForwardingPipelineConfig,
  SetForwardingPipelineConfigRequest_Action,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import { decodeP4Info, MESSAGE_ENDINGS, messageFormat } from '../../p4runtime/text/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { LoadOptions } from '../load.ts';
import { UserProblem } from '../user-problem.ts';
import { withSession } from './session.ts';

const ACTIONS = {
  commit: SetForwardingPipelineConfigRequest_Action.VERIFY_AND_COMMIT,
  reconcile: SetForwardingPipelineConfigRequest_Action.RECONCILE_AND_COMMIT,
  verify: SetForwardingPipelineConfigRequest_Action.VERIFY,
  save: SetForwardingPipelineConfigRequest_Action.VERIFY_AND_SAVE,
  'commit-saved': SetForwardingPipelineConfigRequest_Action.COMMIT,
} as const;

/** A file's bytes. @throws UserProblem. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (problem) {
    throw new UserProblem(
      `${path}: cannot read it: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
}

/** A P4Info file, checked. @throws UserProblem that names the place. */
export function readP4Info(path: string): P4Info {
  const format = messageFormat(path);
  if (format === undefined) {
    throw new UserProblem(
      `${path}: its ending does not say what it is; name it ${MESSAGE_ENDINGS.join(', ')}`,
    );
  }
  const contents = readBytes(path);
  try {
    const p4info = decodeP4Info(contents, format);
    buildSchema(p4info);
    return p4info;
  } catch (problem) {
    throw new UserProblem(
      `${path}: no P4Info: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
}

/** Loads a program; gives the exit code. */
export async function loadPipeline(options: LoadOptions): Promise<number> {
  return withSession(options, async ({ client, becomePrimary }) => {
    const program = readProgram(options);
    await becomePrimary();
    try {
      await client.setPipeline(program?.pipeline, ACTIONS[options.mode]);
    } catch (problem) {
      throw explained(problem, options);
    }
    if (options.quiet !== true) process.stdout.write(`${doneText(options, program)}\n`);
  });
}

type Program = {
  readonly file: string;
  readonly p4info: P4Info;
  readonly pipeline: ForwardingPipelineConfig;
};

/** The program in the files; undefined where the switch has it already. @throws UserProblem. */
function readProgram({ mode, p4info: p4infoFile, config: file, cookie }: LoadOptions): Program | undefined {
  if (mode === 'commit-saved') {
    if (p4infoFile === undefined && file === undefined && cookie === undefined) return undefined;
    throw new UserProblem(
      '--mode commit-saved runs what the switch has saved: leave out --p4info, --config and --cookie',
      EXIT.usage,
    );
  }
  if (p4infoFile === undefined || file === undefined) {
    const missing = p4infoFile === undefined ? '--p4info FILE' : '--config FILE';
    throw new UserProblem(`${missing} is missing: a program is both`, EXIT.usage);
  }
  const p4info = readP4Info(p4infoFile);
  const p4DeviceConfig = readBytes(file);
  return {
    file,
    p4info,
    pipeline: { p4info, p4DeviceConfig, cookie: cookie === undefined ? undefined : { cookie } },
  };
}

/** BMv2's server says UNKNOWN and which phase it was in: to that what it means. */
function explained(problem: unknown, { mode, config }: LoadOptions): unknown {
  if (!(problem instanceof RpcError) || problem.code !== Code.UNKNOWN) return problem;
  const said = `${codeName(problem.code)}: ${problem.message}`;
  switch (mode) {
    case 'commit-saved':
      return new UserProblem(`${said}\nmoor: is there a saved program? '--mode save' saves one`);
    case 'reconcile':
      return new UserProblem(
        `${said}\nmoor: BMv2 keeps no entries where the program has counters or meters with an index, and holds the new program back now: --mode commit-saved runs it, with empty tables`,
      );
    default:
      return new UserProblem(
        `${said}\nmoor: either the switch does not take ${config} (its own log says why), or it holds a saved program back, as BMv2 does behind --mode save and a --mode reconcile that failed: --mode commit-saved first`,
      );
  }
}

/** What was done, in one line. */
function doneText({ mode, target }: LoadOptions, program: Program | undefined): string {
  if (program === undefined) return `${target} runs the program that was saved`;
  const { file, p4info } = program;
  const count = (things: readonly unknown[], noun: string) =>
    `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
  const what = `${file} (${count(p4info.tables, 'table')}, ${count(p4info.actions, 'action')})`;
  switch (mode) {
    case 'commit':
      return `${target} runs ${what}`;
    case 'reconcile':
      return `${target} runs ${what} and kept its entries`;
    case 'verify':
      return `${target} can run ${what}; nothing is changed`;
    case 'save':
    case 'commit-saved':
      return `${target} has saved ${what}; --mode commit-saved runs it`;
  }
}
