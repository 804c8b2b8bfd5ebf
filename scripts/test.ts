/** Runs lint, types and tests one after another, and counts: each check of lint and types counts as one test. */

import { spawn } from 'node:child_process';

type Count = { readonly passed: number; readonly failed: number; readonly skipped: number };

function run(command: string, words: readonly string[], onLine?: (line: string) => void): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, words, {
      stdio: ['ignore', onLine === undefined ? 'inherit' : 'pipe', 'inherit'],
    });
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    child.on('error', (problem) => {
      process.stderr.write(`${command}: ${problem.message}\n`);
      resolve(1);
    });
    child.on('close', (code) => {
      if (rest !== '') onLine?.(rest);
      resolve(code ?? 1);
    });
  });
}

async function check(name: string, words: readonly string[]): Promise<Count> {
  const ok = (await run(`node_modules/.bin/${words[0] ?? ''}`, words.slice(1))) === 0;
  process.stdout.write(`${ok ? 'ok' : 'FAILED'}: ${name}\n`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** ava's TAP output, counted; failures are shown in full, the rest as one line. */
async function unitTests(patterns: readonly string[]): Promise<Count> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  let inFailure = false;
  const code = await run('node_modules/.bin/ava', ['--tap', ...patterns], (line) => {
    const result = /^(ok|not ok) \d+/.exec(line);
    if (result !== null) {
      inFailure = result[1] === 'not ok';
      if (/# (SKIP|TODO)/.test(line)) skipped++;
      else if (inFailure) failed++;
      else passed++;
    }
    if (inFailure || /# SKIP/.test(line)) process.stdout.write(`${line}\n`);
  });
  // A test file that dies without a failing test still fails the run.
  if (code !== 0 && failed === 0) failed = 1;
  process.stdout.write(`${failed === 0 ? 'ok' : 'FAILED'}: ${passed + failed} tests\n`);
  return { passed, failed, skipped };
}

const patterns = process.argv.slice(2);
const counts = [
  await check('lint and format (biome)', ['biome', 'check', '--error-on-warnings', '.']),
  await check('which folders import which', ['tsx', 'scripts/check-folders.ts']),
  await check('types (tsc)', ['tsc', '-p', '.']),
  await unitTests(patterns),
];
const sum = (pick: (count: Count) => number) => counts.reduce((total, count) => total + pick(count), 0);
const failed = sum((count) => count.failed);
const skipped = sum((count) => count.skipped);
process.stdout.write(
  `${sum((count) => count.passed)} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
);
process.exitCode = failed > 0 ? 1 : 0;
