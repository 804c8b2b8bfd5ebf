/** Which commands there are, and what declares each. */

import type { Command } from 'commander';
import { addAgentCommand } from './agent.ts';
import { addCheckCommand } from './check.ts';
import { addCompileCommand } from './compile.ts';
import { addCompletionCommands } from './completion.ts';
import { addDemoCommand } from './demo.ts';
import { addDoctorCommand } from './doctor.ts';
import { addExplainCommand } from './explain.ts';
import { addHelpNotes } from './help-notes.ts';
import { addLabNodeCommand } from './lab-node.ts';
import { addLoadCommand } from './load.ts';
import { addManualCommand } from './manual.ts';
import { addObjectCommands } from './objects.ts';
import { addPortsCommand } from './ports.ts';
import { addRunCommand } from './run.ts';
import { addSimCommand } from './sim.ts';
import { addStatusCommands } from './status.ts';
import { addStfCommand } from './stf.ts';
import { addSwitchCommand } from './switch.ts';
import { addTablesCommand } from './tables.ts';
import { addTopCommand } from './top.ts';
import { addTraceCommand } from './trace.ts';

/** What declares commands; `finish` takes the exit code. */
type Declare = (program: Command, finish: (code: number) => void) => void;

/** Commands that are declared together, in the order of the help. */
export const DECLARATIONS: readonly { readonly names: readonly string[]; readonly declare: Declare }[] = [
  { names: ['agent'], declare: addAgentCommand },
  { names: ['check'], declare: addCheckCommand },
  { names: ['compile'], declare: addCompileCommand },
  { names: ['completion', 'complete'], declare: addCompletionCommands },
  { names: ['demo'], declare: addDemoCommand },
  { names: ['doctor'], declare: addDoctorCommand },
  { names: ['explain'], declare: addExplainCommand },
  { names: ['switch'], declare: addSwitchCommand },
  { names: ['lab-node'], declare: addLabNodeCommand },
  { names: ['load'], declare: addLoadCommand },
  { names: ['manual'], declare: addManualCommand },
  { names: ['tables'], declare: addTablesCommand },
  {
    names: [
      'counters',
      'meters',
      'registers',
      'members',
      'groups',
      'multicast',
      'clones',
      'digests',
      'packet-out',
      'packet-in',
    ],
    declare: addObjectCommands,
  },
  { names: ['ports'], declare: addPortsCommand },
  { names: ['stf'], declare: addStfCommand },
  { names: ['sim'], declare: addSimCommand },
  { names: ['run'], declare: addRunCommand },
  { names: ['status', 'sessions', 'servers', 'bindings'], declare: addStatusCommands },
  { names: ['top'], declare: addTopCommand },
  { names: ['trace'], declare: addTraceCommand },
];

/** They look at all the others. */
const ABOUT_ALL: readonly string[] = ['completion', 'complete', 'manual'];

/**
 * Declares the command that the words begin with; all commands, where they are for help or begin with none. Declaring
 * all takes half as long as Node takes to start.
 */
export function declareCommands(
  program: Command,
  [word = '']: readonly string[],
  finish: (code: number) => void,
): void {
  if (word === '--version') return;
  const asked = DECLARATIONS.filter(({ names }) => names.includes(word) && !ABOUT_ALL.includes(word));
  for (const { declare } of asked.length === 0 ? DECLARATIONS : asked) declare(program, finish);
  addHelpNotes(program);
}
