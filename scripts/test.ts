/**
 * Runs build, lint, types and tests one after another and counts: those before the tests count as one each.
 * What is right is said in one line; what is wrong is shown in full. The last line is `N passed, N failed`.
 */

import { execa } from 'execa';

type Count = { readonly passed: number; readonly failed: number };

async function check(name: string, words: readonly [string, ...string[]]): Promise<Count> {
  const [tool, ...rest] = words;
  const { failed, all } = await execa(tool, rest, {
    preferLocal: true,
    reject: false,
    stdin: 'ignore',
    all: true,
  });
  if (failed) process.stdout.write(`${all}\n`);
  process.stdout.write(`${failed ? 'FAILED' : 'ok'}: ${name}\n`);
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0 };
}

/** Runs ava and reads its TAP: failures and what was left out are shown as they come. */
async function tests(patterns: readonly string[]): Promise<Count> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  let showing = false;
  const ava = execa('ava', ['--config', 'ava.compiled.config.mjs', '--tap', ...patterns], {
    preferLocal: true,
    reject: false,
    stdin: 'ignore',
    stderr: 'inherit',
    buffer: false,
  });
  for await (const line of ava) {
    const result = /^(not )?ok \d+/.exec(line);
    if (result !== null) {
      const leftOut = /# (SKIP|TODO)/.test(line);
      if (leftOut) skipped++;
      else if (result[1] === undefined) passed++;
      else failed++;
      showing = leftOut || result[1] !== undefined;
    } else if (!line.startsWith(' ')) showing = false;
    // Details begin with a bar: of a log that keeps lines by how they begin, they stay with their test.
    if (showing) process.stdout.write(`${line.replace(/^ /, '|')}\n`);
  }
  // A test file that dies, or has no tests, is a failure even when no single test failed.
  const result = await ava;
  if (result.failed && failed === 0) {
    process.stdout.write(`ava ended with ${result.exitCode ?? result.signal ?? 'an error'}\n`);
    failed = 1;
  }
  if (skipped > 0) process.stdout.write(`left out: ${skipped} tests, named above\n`);
  process.stdout.write(`${failed === 0 ? 'ok' : 'FAILED'}: ${passed + failed} tests (ava)\n`);
  return { passed, failed };
}

/** What tests take of Debian: network namespaces, clients and servers, captures that tshark reads, Mininet, a browser, GNU cpp. */
const PACKAGES = [
  ...['cpp', 'iproute2', 'procps', 'iputils-ping', 'bridge-utils', 'ethtool', 'mininet'],
  ...['curl', 'nginx-light', 'haproxy', 'tcpdump', 'tshark', 'chromium'],
  ...['sip-tester', 'ffmpeg', 'python3-gi', 'gir1.2-gst-rtsp-server-1.0', 'gstreamer1.0-rtsp'],
  ...['gstreamer1.0-plugins-base', 'gstreamer1.0-plugins-good'],
];

// They come while all is built and looked through.
const installed = execa('bash', ['-c', 'source scripts/prepare; need_debian "$@"', 'prepare', ...PACKAGES], {
  reject: false,
  stdin: 'ignore',
  stdout: 'inherit',
  stderr: 'inherit',
});
const checks = [
  await check('build (esbuild)', ['tsx', 'scripts/build.ts']),
  await check('lint, format, which folder imports which (biome)', [
    'biome',
    'check',
    '--error-on-warnings',
    '.',
  ]),
  // It writes what ava runs, too.
  await check('types (tsc)', ['tsc', '-p', 'tsconfig.build.json']),
  await check('types of the dashboard (tsc)', ['tsc', '-p', 'dashboard']),
];
await installed;
const counts = [...checks, await tests(process.argv.slice(2))];
const passed = counts.reduce((total, count) => total + count.passed, 0);
const failed = counts.reduce((total, count) => total + count.failed, 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;
