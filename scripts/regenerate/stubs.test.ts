import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { makeStubs, STUB_FILES, STUBS } from './stubs.ts';

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

test('the stubs are what npm run regenerate makes of the protos', async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'moor-stubs-'));
  try {
    await makeStubs(directory);
    t.deepEqual(filesBelow(directory), [...STUB_FILES].sort());
    t.deepEqual(filesBelow(STUBS), [...STUB_FILES].sort());
    for (const name of STUB_FILES) {
      const made = readFileSync(path.join(directory, name), 'utf8');
      t.is(readFileSync(path.join(STUBS, name), 'utf8'), made, `${name}: run npm run regenerate`);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
