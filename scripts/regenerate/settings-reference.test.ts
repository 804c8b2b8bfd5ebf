/** Every setting has an example, a unit where it is a number, and a default or what holds without; and examples are right. */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { stringify } from 'yaml';
import { parseAgentConfig } from '../../agent/config.ts';
import { agentSchema } from '../../agent/document.ts';
import { configurationSchema, parseConfig } from '../../controller/config/index.ts';
import { AGENT_DOCUMENT, AGENT_SETTINGS, agentDocument } from './agent-settings.ts';
import { CONFIGURATION_DOCUMENT, configurationDocument } from './configuration.ts';
import { CONFIGURATION_SETTINGS } from './configuration-settings.ts';
import { exampleFile, gapsOf } from './settings-reference.ts';

test('nothing is left unsaid of a setting of moor.yaml', (t) => {
  t.deepEqual(gapsOf(JSON.parse(configurationSchema()), CONFIGURATION_SETTINGS), []);
});

test('the examples of moor.yaml are a file that is right', (t) => {
  const config = parseConfig(stringify(exampleFile(CONFIGURATION_SETTINGS)), 'moor.yaml');
  t.is(config.services[0]?.admission?.most?.established, 0);
});

test('docs/configuration.md is made from the settings', (t) => {
  t.true(readFileSync(CONFIGURATION_DOCUMENT, 'utf8') === configurationDocument(), 'npm run regenerate');
});

test('nothing is left unsaid of a setting of agent.yaml', (t) => {
  t.deepEqual(gapsOf(JSON.parse(agentSchema()), AGENT_SETTINGS), []);
});

const PROBES = ['probe.tcp', 'probe.http', 'probe.command'];
for (const kind of PROBES) {
  test(`the examples of agent.yaml are a file that is right, with ${kind}`, (t) => {
    const others = PROBES.filter((one) => one !== kind);
    const config = parseAgentConfig(stringify(exampleFile(AGENT_SETTINGS, others)), 'agent.yaml');
    t.is(config.serves[0]?.limit, 511);
  });
}

test('the settings in docs/agent.md are made from the settings', (t) => {
  const page = readFileSync(AGENT_DOCUMENT, 'utf8');
  t.true(page === agentDocument(page), 'npm run regenerate');
});

test('what is left unsaid is found', (t) => {
  const schema = {
    properties: { size: { type: 'integer' }, name: { type: 'string', description: 'What.' } },
  } as const;
  t.deepEqual(gapsOf(schema, { name: { example: 'x', otherwise: 'none' }, other: { example: 1 } }), [
    'other: there is no such setting',
    'size: it has no example',
    'size: what does it mean?',
    'size: it has no unit',
    'size: what holds where it is left out?',
  ]);
});
