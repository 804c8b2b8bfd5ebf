/** What stands at the end of each command's help beside what it says itself: examples, exit codes, and what to read next. */

import type { Command } from 'commander';

const USUAL =
  '0 done, 1 the input is wrong, 2 wrong usage, 3 the environment lacks something, 70 a bug in moor.';
const OF_SWITCH =
  '0 done, 1 the switch refuses it or has no such thing, 2 wrong usage, 3 no switch answers, 70 a bug in moor.';
const OF_CONTROLLER = '0 done, 2 wrong usage or no such file, 3 no controller answers, 70 a bug in moor.';

/** The exit codes of a command and what is below it, by its first word; all others have the usual ones. */
const CODES: Readonly<Record<string, string>> = {
  agent:
    '0 done, or told to end; 1 agent.yaml is wrong; 2 wrong usage; 3 no agent runs, no rights, or a port is taken; 70 a bug in moor.',
  run: '0 told to end, or --check finds it right; 1 moor.yaml is wrong; 2 wrong usage; 3 a port is taken, or the state or program cannot be read; 70 a bug in moor.',
  switch:
    '0 told to end; 1 the program is wrong; 2 wrong usage; 3 no such interface, no rights, or the port is taken; 70 a bug in moor.',
  doctor:
    '0 all is well; 1 what keeps packets from going through; 2 wrong usage; 3 this machine lacks something that moor needs; 70 a bug in moor.',
  stf: '0 all tests pass; 1 some fail, or the program is wrong; 2 wrong usage; 3 the environment lacks something; 70 a bug in moor.',
  ...of(
    [
      'load',
      'tables',
      'counters',
      'meters',
      'registers',
      'members',
      'groups',
      'multicast',
      'clones',
      'digests',
      'packet-in',
      'packet-out',
      'ports',
    ],
    OF_SWITCH,
  ),
  ...of(['status', 'sessions', 'bindings', 'servers', 'top'], OF_CONTROLLER),
};

/** What to read next, by the first word. */
const SEE: Readonly<Record<string, string>> = {
  agent: "docs/agent.md; 'moor servers', which shows what the controller hears",
  check: "'moor compile', 'moor explain'; docs/errors.md",
  compile: "'moor check', 'moor switch', 'moor load'",
  completion: 'docs/guide/install.md',
  demo: "docs/guide/lab.md; 'moor status', 'moor top'",
  doctor: "docs/troubleshooting.md; 'moor trace', 'moor status'",
  explain: "'moor check'; docs/errors.md",
  load: "'moor compile', 'moor tables'",
  run: "docs/configuration.md, docs/guide/lab.md; 'moor status', 'moor doctor', 'moor agent'",
  sim: 'docs/simulation/results.md, docs/design/simulation.md',
  stf: "'moor trace', 'moor check'",
  switch: "docs/guide/lab.md; 'moor run', 'moor ports', 'moor tables', 'moor load'",
  top: "docs/dashboard.md; 'moor status'",
  trace: "docs/trace.md, docs/troubleshooting.md; 'moor tables', 'moor stf'",
  ports: "'moor switch', 'moor doctor'; docs/runbooks.md",
  ...of(['packet-in', 'packet-out'], "'moor trace', 'moor digests'"),
  ...of(
    ['tables', 'counters', 'meters', 'registers', 'members', 'groups', 'multicast', 'clones', 'digests'],
    "'moor load', 'moor trace'; docs/pipeline.md for the tables of moor's own program",
  ),
  ...of(
    ['status', 'sessions', 'bindings', 'servers'],
    "'moor top', 'moor doctor'; docs/metrics.md, docs/troubleshooting.md",
  ),
};

const AT = '--target 127.0.0.1:9559';

/** Examples of commands that have none of their own, by all their words. Tables and objects are those of moor's own pipeline. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'agent drain': [
    'moor agent drain --config agent.yaml --at +10m',
    'moor agent drain --state /run/moor-agent --at 2026-12-31T22:00:00Z',
    'moor agent drain --config agent.yaml --cancel',
  ],
  'agent status': [
    'moor agent status --config agent.yaml',
    'moor agent status --state /run/moor-agent --json',
  ],
  'agent vip': ['moor agent vip up --config agent.yaml', 'moor agent vip down'],
  'agent vip up': [
    'moor agent vip up --config agent.yaml',
    'moor agent vip up 203.0.113.10 2001:db8:100::10',
  ],
  'agent vip down': ['moor agent vip down --config agent.yaml', 'moor agent vip down 203.0.113.10'],
  'tables list': [`moor tables list ${AT}`, `moor tables list ${AT} --json`],
  'tables dump': [`moor tables dump ${AT}`, `moor tables dump routes neighbors ${AT}`],
  'tables get': [`moor tables get ports port=1 ${AT}`, `moor tables get neighbors next_hop=9 ${AT} --json`],
  'tables insert': [
    `moor tables insert ports port=9 --action set_role -p role=1 -p address=02:00:00:00:00:09 ${AT}`,
    `moor tables insert neighbors next_hop=9 --action report_no_neighbor ${AT}`,
  ],
  'tables modify': [
    `moor tables modify ports port=9 --action set_role -p role=2 -p address=02:00:00:00:00:09 ${AT}`,
    `moor tables modify admission --default --action set_drop_probability -p probability=0 ${AT}`,
  ],
  'tables delete': [`moor tables delete ports port=9 ${AT}`, `moor tables delete neighbors next_hop=9 ${AT}`],
  'counters get': [`moor counters get ${AT}`, `moor counters get ingress.punts 3 ${AT} --json`],
  'counters set': [
    `moor counters set ingress.punts 3 --packets 0 --bytes 0 ${AT}`,
    `moor counters set ingress.refused --packets 0 --bytes 0 ${AT}`,
  ],
  'meters get': [
    `moor meters get ingress.punt_policer ${AT}`,
    `moor meters get ingress.punt_policer 3 --colors ${AT}`,
  ],
  'meters set': [
    `moor meters set ingress.punt_policer 3 --cir 2000 --cburst 500 --pir 2000 --pburst 500 ${AT}`,
    `moor meters set ingress.punt_policer --cir 100 --cburst 10 --pir 100 --pburst 10 ${AT}`,
  ],
  'meters reset': [
    `moor meters reset ingress.punt_policer 3 ${AT}`,
    `moor meters reset ingress.punt_policer ${AT}`,
  ],
  'registers get': [
    `moor registers get cache.servers 7 ${AT}`,
    `moor registers get ingress.pipeline.sessions.fragments.servers ${AT} --json`,
  ],
  'registers set': [
    `moor registers set cache.servers 7 0 ${AT}`,
    `moor registers set fragments.servers '*' 0 ${AT}`,
  ],
  'members list': [
    `moor members list ${AT}`,
    `moor members list ingress.pipeline.sessions.members ${AT} --json`,
  ],
  'members insert': [
    `moor members insert ingress.pipeline.sessions.members 900 --action set_candidate -p server=1 ${AT}`,
    `moor members insert ingress.pipeline.sessions.members 901 --action set_candidate -p server=2 ${AT}`,
  ],
  'members modify': [
    `moor members modify ingress.pipeline.sessions.members 900 --action set_candidate -p server=2 ${AT}`,
    `moor members modify ingress.pipeline.sessions.members 901 --action set_candidate -p server=1 ${AT}`,
  ],
  'members delete': [
    `moor members delete ingress.pipeline.sessions.members 900 ${AT}`,
    `moor members delete ingress.pipeline.sessions.members 901 ${AT}`,
  ],
  'groups list': [
    `moor groups list ${AT}`,
    `moor groups list ingress.pipeline.sessions.members ${AT} --json`,
  ],
  'groups insert': [
    `moor groups insert ingress.pipeline.sessions.members 90 900 901x3 --max-size 8 ${AT}`,
    `moor groups insert ingress.pipeline.sessions.members 91 900@2 901@3 --max-size 8 ${AT}`,
  ],
  'groups modify': [
    `moor groups modify ingress.pipeline.sessions.members 90 900x2 901 ${AT}`,
    `moor groups modify ingress.pipeline.sessions.members 91 901 ${AT}`,
  ],
  'groups delete': [
    `moor groups delete ingress.pipeline.sessions.members 90 ${AT}`,
    `moor groups delete ingress.pipeline.sessions.members 91 ${AT}`,
  ],
  'multicast list': [`moor multicast list ${AT}`, `moor multicast list ${AT} --json`],
  'multicast insert': [`moor multicast insert 1 1 2 ${AT}`, `moor multicast insert 2 1 3/7 ${AT}`],
  'multicast modify': [`moor multicast modify 1 1 2 3 ${AT}`, `moor multicast modify 2 3/7 ${AT}`],
  'multicast delete': [`moor multicast delete 1 ${AT}`, `moor multicast delete 2 ${AT}`],
  'clones list': [`moor clones list ${AT}`, `moor clones list ${AT} --json`],
  'clones insert': [`moor clones insert 100 1 ${AT}`, `moor clones insert 101 1 2 --truncate 128 ${AT}`],
  'clones modify': [`moor clones modify 100 2 ${AT}`, `moor clones modify 101 1 --truncate 64 ${AT}`],
  'clones delete': [`moor clones delete 100 ${AT}`, `moor clones delete 101 ${AT}`],
  'digests list': [`moor digests list ${AT}`, `moor digests list ${AT} --json`],
  'digests watch': [
    `moor digests watch flow_digest_t ${AT} --count 10`,
    `moor digests watch flow_digest_t ${AT} --json --max-wait 1000`,
  ],
  'ports list': [`moor ports list ${AT}`, `moor ports list ${AT} --json`],
  'ports add': [`moor ports add 4 eth4 ${AT}`, `moor ports add 5 eth5 ${AT} --device-id 1`],
  'ports remove': [`moor ports remove 4 ${AT}`, `moor ports remove 5 ${AT} --device-id 1`],
};

function of(words: readonly string[], text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(words.map((word) => [word, text]));
}

/** Writes them under the help of every command that is declared. */
export function addHelpNotes(program: Command): void {
  for (const command of program.commands) note(command, command.name(), command.name());
}

function note(command: Command, path: string, first: string): void {
  const examples = EXAMPLES[path];
  const parts = [
    ...(examples === undefined ? [] : [`Examples:\n${examples.map((line) => `  ${line}`).join('\n')}`]),
    `Exit codes: ${CODES[first] ?? USUAL}`,
    ...(SEE[first] === undefined ? [] : [`See also: ${SEE[first]}.`]),
  ];
  command.addHelpText('after', `\n${parts.join('\n\n')}`);
  for (const inner of command.commands) note(inner, `${path} ${inner.name()}`, first);
}
