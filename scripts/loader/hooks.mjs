/** The hook of register.mjs, which stands before those of tsx. */

import { readFile } from 'node:fs/promises';

const PLAIN = '/node_modules/binaryen/index.js';

/** See the documentation of `load` in node:module. */
export async function load(url, context, next) {
  const [file] = url.split('?');
  if (!file.endsWith(PLAIN)) return next(url, context);
  return { format: 'module', source: await readFile(new URL(file)), shortCircuit: true };
}
