/** Every Markdown file: commands and options that there are, YAML that is right, links that lead somewhere. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { AGENT_SCHEMA, parseAgentConfig } from '../../agent/config.ts';
import { declareCommands } from '../../cli/commands.ts';
import { parseConfig } from '../../controller/config/index.ts';
import { CONFIG_SCHEMA } from '../../controller/config/schema.ts';
import { type CodeBlock, type Markdown, readMarkdown, yamlFile } from './markdown.ts';
import { moorCommands, problemOf } from './moor-words.ts';

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git']);

function filesEnding(end: string, directory = '.'): readonly string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const file = path.join(directory, entry.name);
    return entry.isDirectory() ? filesEnding(end, file) : entry.name.endsWith(end) ? [file] : [];
  });
}

const FILES: readonly Markdown[] = filesEnding('.md').map(readMarkdown);
/** History: it may name what there is no more. */
const CURRENT = FILES.filter(({ file }) => file !== 'CHANGELOG.md');

function allCommands(): Command {
  const program = new Command('moor').option('--version');
  declareCommands(program, [], () => {});
  program.command('help').argument('[command]');
  return program;
}

test('commands and options that the documentation names exist', (t) => {
  const program = allCommands();
  const problems: string[] = [];
  let seen = 0;
  for (const { file, blocks, inline } of CURRENT) {
    for (const block of [...blocks.filter(({ language }) => language !== 'output'), ...inline]) {
      for (const words of moorCommands(block.text, block.language !== 'sh')) {
        seen++;
        const problem = problemOf(program, words);
        if (problem !== undefined) problems.push(`${file}:${block.line}: ${problem}`);
      }
    }
  }
  t.deepEqual(problems, []);
  t.true(seen > 80, String(seen));
});

test('a command that is not there, or an option, is found', (t) => {
  const program = allCommands();
  const problems = (text: string) =>
    moorCommands(text, false).flatMap((words) => problemOf(program, words) ?? []);
  t.deepEqual(problems('ip netns exec one moor agent vip up --config one.yaml >log 2>&1 &'), []);
  t.deepEqual(problems('moor run --config FILE; cat moor.yaml | moor check -Iinclude -'), []);
  t.deepEqual(problems('moor statsu'), ["'moor statsu': no command statsu"]);
  t.deepEqual(problems('until moor status | grep x; do moor servers --wacth 2; done'), [
    "'moor servers --wacth 2': no option --wacth",
  ]);
  t.deepEqual(problems('moor agent vip sideways'), ["'moor agent vip sideways': no command sideways"]);
  t.deepEqual(problems('moor tables dump --target=a:1 \\\n  --jsn'), [
    "'moor tables dump --target=a:1 --jsn': no option --jsn",
  ]);
});

function yamlProblem(block: CodeBlock): string | undefined {
  const file = yamlFile(block);
  if (file === undefined)
    return "its first line is no file's name: # moor.yaml, or # in moor.yaml for a part";
  const value: unknown = parse(block.text);
  if (!/(^|\/)(moor|agent|one|two)[\w-]*\.yaml$/.test(file.name)) return undefined;
  const isAgent = !/(^|\/)moor[\w-]*\.yaml$/.test(file.name);
  try {
    if (!file.isPart) (isAgent ? parseAgentConfig : parseConfig)(block.text, file.name);
    else if (isAgent) z.strictObject(AGENT_SCHEMA.shape).partial().parse(value);
    else CONFIG_SCHEMA.partial().parse(value);
    return undefined;
  } catch (problem) {
    return String(problem);
  }
}

test('YAML in the documentation is right', (t) => {
  const problems: string[] = [];
  let seen = 0;
  for (const { file, blocks } of CURRENT) {
    for (const block of blocks.filter(({ language }) => language === 'yaml')) {
      seen++;
      const problem = yamlProblem(block);
      if (problem !== undefined) problems.push(`${file}:${block.line}: ${problem}`);
    }
  }
  t.deepEqual(problems, []);
  t.true(seen >= 5, String(seen));
  t.regex(
    yamlProblem({ language: 'yaml', line: 1, text: '# moor.yaml\nswitchs: []' }) ?? '',
    /there is no such setting/,
  );
  t.regex(yamlProblem({ language: 'yaml', line: 1, text: '# in agent.yaml\nidentty: 1' }) ?? '', /identty/);
  t.is(yamlProblem({ language: 'yaml', line: 1, text: '# in agent.yaml\nidentity: 1' }), undefined);
});

test('links within the documentation lead somewhere', (t) => {
  const read = new Map(FILES.map((one) => [one.file, one]));
  const problems: string[] = [];
  for (const { file, links } of FILES) {
    for (const { url, line } of links) {
      if (/^[a-z]+:/.test(url)) continue;
      const [to = '', anchor] = url.split('#');
      const target = to === '' ? file : path.join(path.dirname(file), decodeURI(to));
      if (!existsSync(target)) {
        problems.push(`${file}:${line}: there is no ${target}`);
        continue;
      }
      if (anchor === undefined || statSync(target).isDirectory()) continue;
      if (read.get(target)?.anchors.has(anchor) !== true)
        problems.push(`${file}:${line}: ${target} has no heading #${anchor}`);
    }
  }
  t.deepEqual(problems, []);
  t.true(FILES.length > 40);
});

test('every page of docs/ can be reached from docs/README.md', (t) => {
  const index = FILES.find(({ file }) => file === 'docs/README.md');
  const linked = new Set(index?.links.map(({ url }) => path.join('docs', url.split('#')[0] ?? '')));
  const pages = FILES.map(({ file }) => file).filter(
    (file) => file.startsWith('docs/') && file !== 'docs/README.md' && !file.startsWith('docs/design/'),
  );
  t.deepEqual(
    pages.filter((file) => !linked.has(file)),
    [],
  );
});

test('pages that messages and help send to exist', (t) => {
  const missing: string[] = [];
  for (const file of [
    ...filesEnding('.ts', 'cli'),
    ...filesEnding('.ts', 'controller'),
    ...filesEnding('.ts', 'agent'),
  ]) {
    for (const [page] of readFileSync(file, 'utf8').matchAll(/\bdocs\/[\w/-]+\.md\b/g)) {
      if (!existsSync(page)) missing.push(`${file} names ${page}`);
    }
  }
  t.deepEqual(missing, []);
});

test('docs/agent.md has every setting of agent.yaml', (t) => {
  const named = new Set(
    FILES.find(({ file }) => file === 'docs/agent.md')?.inline.map(({ text }) => text.split(/[:.[]/)[0]),
  );
  t.deepEqual(
    Object.keys(AGENT_SCHEMA.shape).filter((name) => !named.has(name)),
    [],
  );
});
