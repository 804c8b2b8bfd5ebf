/** What installs and watches moor: metrics that are there, units that systemd takes, a package that works. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { parse } from 'yaml';
import { z } from 'zod';

const has = async (program: string) => (await execa('which', [program], { reject: false })).exitCode === 0;
const withSystemd = (await has('systemd-analyze')) ? test : test.skip;
const withDpkg = (await has('dpkg-deb')) ? test : test.skip;
const METRIC = /\bmoor_[a-z_]+/g;

test('alerts and dashboard ask for metrics that docs/metrics.md has', (t) => {
  const known = new Set(readFileSync('docs/metrics.md', 'utf8').match(METRIC));
  const rules = readFileSync('packaging/prometheus-rules.yaml', 'utf8');
  const dashboard = readFileSync('packaging/grafana-dashboard.json', 'utf8');
  const asked = new Set([...(rules.match(METRIC) ?? []), ...(dashboard.match(METRIC) ?? [])]);
  t.true(asked.size > 10);
  for (const name of asked) t.true(known.has(name.replace(/_bucket$/, '')), name);
});

test('every alert says what it means and what to do', (t) => {
  const file = z.object({
    groups: z.array(
      z.object({
        rules: z.array(
          z.object({
            alert: z.string().regex(/^Moor/),
            expr: z.string(),
            annotations: z.object({ summary: z.string().min(10), description: z.string().min(20) }),
          }),
        ),
      }),
    ),
  });
  const { groups } = file.parse(parse(readFileSync('packaging/prometheus-rules.yaml', 'utf8')));
  t.true(groups.flatMap(({ rules }) => rules).length >= 5);
});

if (withSystemd === test.skip)
  process.stdout.write('skipped: units of systemd (Debian: apt-get install systemd)\n');
withSystemd('systemd takes the units', async (t) => {
  for (const file of readdirSync('packaging/systemd')) {
    const { all } = await execa('systemd-analyze', ['verify', '--man=no', join('packaging/systemd', file)], {
      reject: false,
      all: true,
    });
    // What is started is not installed here.
    const wrong = (all ?? '')
      .split('\n')
      .filter((line) => line.includes('moor') && !/not executable/.test(line));
    t.deepEqual(wrong, [], file);
  }
});

test('the image has what the package has', (t) => {
  const { files } = z
    .object({ files: z.array(z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const copied: readonly string[] =
    readFileSync('packaging/Containerfile', 'utf8').match(/(?<=\/moor\/)[\w./-]+/g) ?? [];
  t.deepEqual(
    [...files, 'node_modules', 'package.json'].filter((file) => !copied.includes(file)),
    [],
  );
});

test('what is built can be executed as it is', async (t) => {
  t.is((await execa('dist/bin.js', ['--version'])).exitCode, 0);
});

if (withDpkg === test.skip) process.stdout.write('skipped: the Debian package (needs a Debian system)\n');
withDpkg('the Debian package has all that moor needs to run', async (t) => {
  t.timeout(280_000);
  const directory = mkdtempSync(join(tmpdir(), 'moor-package-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  await execa('packaging/debian-package', [directory], { stdin: 'ignore', env: { DEB_COMPRESSION: 'none' } });
  const [file = ''] = readdirSync(directory);
  t.regex(file, /^moor_.*\.deb$/);
  await execa('dpkg-deb', ['-x', join(directory, file), join(directory, 'root')]);
  const moor = join(directory, 'root/usr/lib/moor/dist/bin.js');
  // In an empty directory: nothing of the checkout helps it.
  const run = (...words: readonly string[]) =>
    execa('node', [moor, ...words], { cwd: directory, reject: false });
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  t.is((await run('--version')).stdout, version);
  t.is((await run('explain', 'P4323')).exitCode, 0);
  const compiled = await run(
    'compile',
    join(directory, 'root/usr/lib/moor/p4/targets/v1model/main.p4'),
    '-o',
    'out.json',
  );
  t.is(compiled.exitCode, 0, compiled.stderr);
  t.regex((await run('doctor')).stdout, /ok {2}koffi +loads/);
  const manual = await execa('zcat', [join(directory, 'root/usr/share/man/man1/moor.1.gz')]);
  t.regex(manual.stdout, /^\.TH MOOR 1/);
  t.regex(manual.stdout, /\.SS moor tables dump/);
});
