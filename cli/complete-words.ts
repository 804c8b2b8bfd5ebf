/**
 * Completion of words in shells. Scripts call `moor complete -- WORD …`, the last word being the one to complete, and get
 * candidates, a line each: the word, a tabulator, what it is. Where there is none, shells complete files.
 */

import type { Command, Option } from 'commander';
import type { SHELLS } from './completion.ts';

export type Completion = { readonly word: string; readonly about: string };

/** What may stand in the place of the last word. @param words Those behind `moor`. */
export function completeWords(program: Command, words: readonly string[]): readonly Completion[] {
  const last = words.at(-1) ?? '';
  let command = program;
  let expecting: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (word.startsWith('-')) {
      const option = optionsOf(command).find(({ short, long }) => short === word || long === word);
      expecting = option?.required === true || option?.optional === true ? option : undefined;
      continue;
    }
    const inner = expecting === undefined ? find(command, word) : undefined;
    if (inner !== undefined) command = inner;
    expecting = undefined;
  }
  return candidates(command, expecting, last).filter(({ word }) => word.startsWith(last));
}

function candidates(command: Command, expecting: Option | undefined, last: string): readonly Completion[] {
  if (expecting !== undefined) return (expecting.argChoices ?? []).map((word) => ({ word, about: '' }));
  if (last.startsWith('-')) {
    return optionsOf(command).flatMap(({ long, short, description }) => {
      const word = long ?? short;
      return word === undefined ? [] : [{ word, about: description }];
    });
  }
  const commands = command.createHelp().visibleCommands(command);
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  return [
    ...commands.map((one) => ({ word: one.name(), about: one.description() })),
    ...choices.map((word) => ({ word, about: '' })),
  ];
}

function optionsOf(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function find(command: Command, name: string): Command | undefined {
  return command.commands.find((one) => one.name() === name || one.aliases().includes(name));
}

/** What a shell reads to complete the words of moor. */
export function completionScript(shell: (typeof SHELLS)[number]): string {
  return SCRIPTS[shell];
}

// Words go to moor as they are, each an argument of its own: nothing of them is ever evaluated.
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `# Completion of moor for bash.
_moor() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(moor complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o bashdefault -F _moor moor
`,
  zsh: `#compdef moor
# Completion of moor for zsh.
_moor() {
  local line
  local -a candidates
  while IFS= read -r line; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(moor complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe moor candidates
  else
    _files
  fi
}
if [ "$funcstack[1]" = _moor ]; then
  _moor "$@"
else
  compdef _moor moor
fi
`,
  fish: `# Completion of moor for fish.
function __moor_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --current-token --cut-at-cursor)
    moor complete -- $words[2..-1] 2>/dev/null
end
complete --command moor --arguments '(__moor_complete)'
`,
};
