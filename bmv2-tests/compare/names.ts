/** Which tables, profiles, sets and arrays of a random program are in its JSON: compilers leave out what is dead. */

import type { Command } from './generator/entries.ts';
import type { ArrayModel } from './generator/externs.ts';
import type { RandomProgram } from './generator/program.ts';

/** The names of everything with a name in a part of BMv2 JSON. */
function namesIn(json: unknown, names = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(json)) for (const element of json) namesIn(element, names);
  else if (typeof json === 'object' && json !== null) {
    for (const [key, value] of Object.entries(json)) {
      if (key === 'name' && typeof value === 'string') names.add(value);
      else namesIn(value, names);
    }
  }
  return names;
}

/** What has to be there for a command. */
function subjects(command: Command): readonly string[] {
  switch (command.kind) {
    case 'entry':
      return command.target.kind === 'action' ? [command.table, command.target.action] : [command.table];
    case 'member':
      return [command.profile, command.action];
    case 'group':
      return [command.profile];
    case 'value':
      return [`prs.${command.set}`];
    default:
      return [];
  }
}

/** What of a program's commands and arrays there is in its JSON. */
export function partOf(
  program: RandomProgram,
  json: unknown,
): { readonly commands: readonly Command[]; readonly arrays: readonly ArrayModel[] } {
  const names = namesIn(json);
  return {
    commands: program.commands.filter((command) => subjects(command).every((name) => names.has(name))),
    arrays: program.arrays.filter(({ name }) => names.has(name)),
  };
}
