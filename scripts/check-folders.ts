/**
 * The lint for which folders may import which (docs/design/folders.md): every import of every TypeScript file is
 * compared with the table. Exits with 1 and names each import that breaks it. Biome finds import cycles.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { forbiddenImports } from './folders.ts';

const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
});
const files = listed.stdout.split('\n').filter((file) => file !== '');
const problems = files.flatMap((file) =>
  forbiddenImports(file, readFileSync(file, 'utf8'), (from, specifier) =>
    normalize(join(dirname(from), specifier)),
  ),
);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 || files.length === 0 ? 1 : 0;
