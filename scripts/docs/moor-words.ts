/** Commands of moor in text: found, and looked up among those that there are. */

import type { Command } from 'commander';
import { parse } from 'shell-quote';

/** Words that stand for others: they are taken for anything. */
const PLACEHOLDER = /^(?:…|\.\.\.|[A-Z][A-Z0-9_.:/=,|-]*|<.*>|\[.*)$/;

/** Words in front of a command that is run. */
const RUNS = /^(?:(?:do|then|until|while|if|!|sudo|exec|npx|time|nohup|ip netns exec \S+|\w+=\S*)(?: |$))*$/;

/**
 * Every `moor …` in shell text, as its words behind `moor`. A text behind two spaces is taken for an explanation, where `isProse`.
 */
export function moorCommands(text: string, isProse: boolean): readonly (readonly string[])[] {
  const joined = text.replaceAll(/\\\n\s*/g, ' ');
  return joined
    .split('\n')
    .flatMap((line) => commandsOf(isProse ? line.trim().replace(/ {2,}.*$/, '') : line));
}

function commandsOf(line: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  let current: string[] | undefined;
  let before: string[] = [];
  let isTarget = false;
  // Which output is joined to which says nothing about commands.
  const plain = line.replace(/^\$ /, '').replaceAll(/\d?>&\d/g, '');
  for (const part of parse(plain, (name) => `$${name}`)) {
    if (typeof part !== 'string') {
      if ('comment' in part) break;
      if (part.op === 'glob') current?.push(part.pattern);
      else if (part.op.startsWith('>') || part.op === '<') isTarget = true;
      else {
        current = undefined;
        before = [];
      }
      continue;
    }
    if (isTarget) isTarget = false;
    else if (current !== undefined) current.push(part);
    else if ((part === 'moor' || part.endsWith('/moor')) && RUNS.test(before.join(' '))) {
      current = [];
      found.push(current);
    } else before.push(part);
  }
  // `moor` alone, and what only looks like one: moor.yaml.
  return found.filter((words) => words.length > 0);
}

/** What is wrong with a command's words; undefined where there are such commands and options. */
export function problemOf(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    if (PLACEHOLDER.test(word) && !word.startsWith('-')) {
      if (command === program) return undefined;
      continue;
    }
    if (word.startsWith('-') && word !== '-') {
      const [name = ''] = word.split('=');
      if (name !== '--help' && name !== '-h' && !hasOption(command, name))
        return `'moor ${words.join(' ')}': no option ${name}`;
      continue;
    }
    const inner = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (inner !== undefined) {
      command = inner;
      continue;
    }
    const takesOne = command.registeredArguments.length > 0 || (before?.startsWith('-') ?? false);
    if (!takesOne && command.commands.length > 0) return `'moor ${words.join(' ')}': no command ${word}`;
  }
  return undefined;
}

function hasOption(command: Command, name: string): boolean {
  for (let one: Command | null = command; one !== null; one = one.parent) {
    if (one.options.some(({ short, long }) => short === name || long === name)) return true;
    // -I DIR may be written -IDIR.
    if (one.options.some(({ short }) => short !== undefined && /^-\w\S/.test(name) && name.startsWith(short)))
      return true;
  }
  return false;
}
