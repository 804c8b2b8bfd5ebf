/** Each setting of agent.yaml by example, and its part of docs/agent.md. */

import { agentSchema } from '../../agent/document.ts';
import { type AboutSettings, SETTINGS_HEAD, settingRows } from './settings-reference.ts';

export const AGENT_DOCUMENT = 'docs/agent.md';

/** By path. Of a probe's `tcp`, `http` and `command` a file has one. */
export const AGENT_SETTINGS: AboutSettings = {
  identity: { example: 7, unit: 'a name' },
  controllers: { example: ['192.0.2.1:9413'] },
  'key-file': { example: '/etc/moor/agent.key', otherwise: '`bare: true` has to be there' },
  bare: { example: false },
  'heartbeat-every': { example: '1s', means: 'As `health.every` of the controller.' },
  'load-every': { example: '1s', means: 'As `load.every` of the controller.' },
  'probe.tcp': { example: '127.0.0.1:80', otherwise: '`http` or `command`' },
  'probe.http': { example: 'http://127.0.0.1/health', otherwise: '`tcp` or `command`' },
  'probe.status': { example: 204, unit: 'status of HTTP' },
  'probe.command': { example: ['/usr/local/bin/is-well', '--quick'], otherwise: '`tcp` or `http`' },
  'probe.every': { example: '1s', means: 'Between two tries.' },
  'probe.timeout': { example: '500ms', means: 'A try that takes longer has failed.' },
  'probe.fall': { example: 2, unit: 'tries' },
  'probe.rise': { example: 1, unit: 'tries' },
  'serves[].protocol': {
    example: 'tcp',
    means: 'What is measured: connections not accepted, or bytes not read.',
  },
  'serves[].port': { example: 80, unit: 'a name', means: 'Where the application listens.' },
  'serves[].limit': { example: 511, unit: 'connections; of UDP bytes' },
  'io-queue-limit': { example: 64, unit: 'requests', otherwise: "the kernel's `nr_requests`" },
  leave: { example: ['memory'] },
  'virtual-addresses': { example: ['203.0.113.10', '2001:db8:5::10'] },
  state: { example: '/run/moor-agent' },
};

const BEGIN = '<!-- made by npm run regenerate: settings -->';
const END = '<!-- end -->';

/** The page with the table of settings made again. @throws Error where it has no place for it. */
export function agentDocument(page: string): string {
  const [before, rest] = page.split(`${BEGIN}\n`);
  const [, after] = rest?.split(END) ?? [];
  if (before === undefined || after === undefined) throw new Error(`${AGENT_DOCUMENT} has no '${BEGIN}'`);
  const rows = settingRows(JSON.parse(agentSchema()), AGENT_SETTINGS);
  return `${before}${BEGIN}\n\n${SETTINGS_HEAD}\n${rows.join('\n')}\n\n${END}${after}`;
}
