/** Writing results: all of them or none, and never half of one. */

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describeFailure } from './read-input.ts';

/** One file to write. */
export type Output = { readonly path: string; readonly content: string | Uint8Array };

type Step = Output & {
  /** Where the whole content goes first; undefined for devices and pipes, which are written in place. */
  readonly temporary: string | undefined;
};

/** Devices and pipes are not replaced by files, and links stay links. */
function planStep({ path, content }: Output): Step {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory() === true) throw Object.assign(new Error('it is a directory'), { code: 'EISDIR' });
  if (status !== undefined && !status.isFile()) return { path, content, temporary: undefined };
  const target = status === undefined ? path : realpathSync(path);
  const name = `.${basename(target)}.${randomBytes(6).toString('hex')}`;
  return { path: target, content, temporary: join(dirname(target), name) };
}

function describe(problem: unknown): string {
  const isMissing = problem instanceof Error && 'code' in problem && problem.code === 'ENOENT';
  return isMissing ? 'its directory does not exist' : describeFailure(problem);
}

/**
 * Writes each file beside its place under another name, and moves them there when all are complete.
 * @returns What went wrong, in words with the path; undefined when all is written.
 */
export function writeOutputs(outputs: readonly Output[]): string | undefined {
  const steps: Step[] = [];
  let at = '';
  try {
    for (const output of outputs) {
      at = output.path;
      steps.push(planStep(output));
    }
    for (const { path, content, temporary } of steps) {
      at = path;
      if (temporary !== undefined) writeWhole(temporary, content);
    }
    for (const { path, content, temporary } of steps) {
      at = path;
      if (temporary === undefined) writeFileSync(path, content);
      else renameSync(temporary, path);
    }
    return undefined;
  } catch (problem) {
    for (const { temporary } of steps) if (temporary !== undefined) rmSync(temporary, { force: true });
    return `${at}: cannot write it: ${describe(problem)}`;
  }
}

function writeWhole(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'wx');
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
