/** The work of `moor load`. */

import { readFileSync } from 'node:fs';
import type { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import { SetForwardingPipelineConfigRequest_Action } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import { decodeP4Info, MESSAGE_ENDINGS, messageFormat } from '../../p4runtime/text/index.ts';
import type { LoadOptions } from '../load.ts';
import { UserProblem } from '../user-problem.ts';
import { withSession } from './session.ts';

const ACTIONS = {
  commit: SetForwardingPipelineConfigRequest_Action.VERIFY_AND_COMMIT,
  reconcile: SetForwardingPipelineConfigRequest_Action.RECONCILE_AND_COMMIT,
  verify: SetForwardingPipelineConfigRequest_Action.VERIFY,
  save: SetForwardingPipelineConfigRequest_Action.VERIFY_AND_SAVE,
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
    const p4info = readP4Info(options.p4info);
    const p4DeviceConfig = readBytes(options.config);
    await becomePrimary();
    const cookie = options.cookie === undefined ? undefined : { cookie: options.cookie };
    await client.setPipeline({ p4info, p4DeviceConfig, cookie }, ACTIONS[options.mode]);
    if (options.quiet !== true) process.stdout.write(`${doneText(options, p4info)}\n`);
  });
}

/** What was done, in one line. */
function doneText({ mode, config, target }: LoadOptions, { tables, actions }: P4Info): string {
  const count = (things: readonly unknown[], noun: string) =>
    `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
  const what = `${config} (${count(tables, 'table')}, ${count(actions, 'action')})`;
  switch (mode) {
    case 'commit':
      return `${target} runs ${what}`;
    case 'reconcile':
      return `${target} runs ${what} and kept its entries`;
    case 'verify':
      return `${target} can run ${what}; nothing is changed`;
    case 'save':
      return `${target} has ${what} ready for a commit`;
  }
}
