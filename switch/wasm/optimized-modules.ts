/** Keeps modules that binaryen has optimized, which takes seconds, so that a program that was loaded before starts at once. */

import { createHash, randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { HOW_OPTIMIZED, type OptimizedModules } from './module-builder.ts';

/** How many are kept; those that were not used for longest go. One of moor's pipeline has 400 kB. */
const MOST = 32;
const SUFFIX = '.wasm';
const DIGEST_BYTES = 32;

const digest = (...parts: readonly (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/**
 * Keeps them as files.
 * @param directory Made for this user alone when something is kept first.
 * @param how What the optimizer is asked for.
 */
export function optimizedModulesIn(directory: string, how = HOW_OPTIMIZED): OptimizedModules {
  const { version }: { readonly version: string } = createRequire(import.meta.url)('binaryen/package.json');
  const fileOf = (plain: Uint8Array) =>
    path.join(directory, `${digest(`${version} ${how}\n`, plain).toString('hex')}${SUFFIX}`);
  return {
    find: (plain) => {
      try {
        const file = fileOf(plain);
        const bytes = readFileSync(file);
        const optimized = bytes.subarray(DIGEST_BYTES);
        // What a full disk or a foreign hand left there is no module.
        if (!digest(optimized).equals(bytes.subarray(0, DIGEST_BYTES))) return undefined;
        const now = new Date();
        utimesSync(file, now, now);
        return optimized;
      } catch {
        return undefined;
      }
    },
    keep: (plain, optimized) => {
      try {
        mkdirSync(directory, { recursive: true, mode: 0o700 });
        const file = fileOf(plain);
        // Another switch may start at the same time: the file is there whole or not at all.
        const early = `${file}.${randomBytes(6).toString('hex')}`;
        writeFileSync(early, Buffer.concat([digest(optimized), optimized]), { mode: 0o600 });
        renameSync(early, file);
        removeOldest(directory);
      } catch {
        // No room, or no right to write there.
      }
    },
  };
}

function removeOldest(directory: string): void {
  const files = readdirSync(directory)
    .filter((name) => name.includes(SUFFIX))
    .map((name) => path.join(directory, name))
    .map((file) => ({ file, used: statSync(file).mtimeMs }))
    .sort((one, other) => other.used - one.used);
  for (const { file } of files.slice(MOST)) rmSync(file, { force: true });
}
