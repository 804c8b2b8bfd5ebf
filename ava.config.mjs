/** Runs tests as they stand, for one file while it is written. scripts/test compiles first: see ava.compiled.config.mjs. */

export const common = {
  files: ['**/*.test.ts'],
  workerThreads: false,
  timeout: '5m',
  // Two cores, and tests that wait for others: for programs, packets, and time.
  concurrency: 3,
};

// biome-ignore lint/style/noDefaultExport: AVA wants one.
export default {
  ...common,
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx', '--import=./scripts/loader/register.mjs'],
};
