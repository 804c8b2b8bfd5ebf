/** agent.yaml: what is right, and what is said of what is not. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { parse } from 'yaml';
import { AgentConfigError, loadAgentConfig, parseAgentConfig } from './config.ts';
import { agentSchema } from './document.ts';

const problem = (t: import('ava').ExecutionContext, text: string) =>
  t.throws(() => parseAgentConfig(text, 'agent.yaml'), { instanceOf: AgentConfigError })?.message ?? '';

test('the least, and what it means', (t) => {
  const config = parseAgentConfig('identity: 7\ncontrollers: [192.0.2.1:9413]\nbare: true\n', 'agent.yaml');
  t.is(config.identity, 7);
  t.is(config['heartbeat-every'], 1000);
  t.is(config['load-every'], 1000);
  t.is(config.probe, undefined);
});

test('all of it', (t) => {
  const config = parseAgentConfig(
    `identity: 192.0.2.7
controllers: ['[2001:db8::1]:9413', 'controller.example:9413']
key-file: /etc/moor/agent.key
heartbeat-every: 500ms
load-every: 2s
probe: {http: 'http://127.0.0.1:8080/health', status: 204, timeout: 250ms, fall: 3}
serves: [{port: 80, limit: 511}, {protocol: udp, port: 5060}]
leave: [memory]
virtual-addresses: [203.0.113.10, '2001:db8::10']
state: /var/lib/moor-agent
`,
    'agent.yaml',
  );
  t.is(config.identity, 0xc000_0207);
  t.is(config['heartbeat-every'], 500);
  t.is(config['load-every'], 2000);
  t.is(config.probe?.timeout, 250);
  t.is(config.probe?.every, 1000);
});

test('mistakes: the line, the column, the setting, what to write', (t) => {
  t.regex(
    problem(t, 'identity: 7\ncontrollers:\n  - here\nbare: true\n'),
    /^agent\.yaml:3:5: error: controllers\.0: write HOST:PORT$/m,
  );
  t.regex(problem(t, 'identity: 7\ncontrollers: [a:1]\n'), /key-file.*bare: true/);
  t.regex(problem(t, 'identity: 7\ncontrollers: [a:1]\nbare: true\nkey-file: k\n'), /write 'key-file'/);
  t.regex(
    problem(t, 'identity: "2001:db8::1"\ncontrollers: [a:1]\nbare: true\n'),
    /identity: it has 4 bytes/,
  );
  t.regex(
    problem(t, 'identity: 7\ncontrollers: [a:1]\nbare: true\nprobe: {tcp: "a:1", http: "http://b/"}\n'),
    /agent\.yaml:4:\d+: error: probe: write one of tcp, http and command/,
  );
  t.regex(
    problem(t, 'identity: 7\ncontrollers: [a:1]\nbare: true\nheartbeat-every: soon\n'),
    /agent\.yaml:4:18: error: heartbeat-every: it is no time/,
  );
  t.regex(problem(t, 'identity: [\n'), /^agent\.yaml:\d+:\d+: error: /);
  t.regex(problem(t, 'indentity: 7\n'), /indentity/);
  t.regex(problem(t, ''), /identity/);
});

test('the published schema is made from the settings, and takes the example of the guide', (t) => {
  const published = readFileSync('docs/agent.schema.json', 'utf8');
  t.true(published === agentSchema(), 'npm run regenerate');
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(published));
  const [, example = ''] = /```yaml\n([^`]*)```/.exec(readFileSync('docs/agent.md', 'utf8')) ?? [];
  t.true(check(parse(example)), JSON.stringify(check.errors));
  t.is(parseAgentConfig(example, 'agent.yaml').identity, 7);
  t.false(check({ identity: 7, controllers: [], bare: true }));
  t.false(check({ identity: 7, controllers: ['192.0.2.1:9413'], bare: true, proble: {} }));
});

test('names of files are relative to the file that has them, wherever it is read from', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-agent-config-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'agent.yaml');
  const read = (rest: string) => {
    writeFileSync(file, `identity: 7\ncontrollers: [192.0.2.1:9413]\n${rest}`);
    return loadAgentConfig(relative('.', file));
  };
  const all = read('key-file: agent.key\nstate: run\nprobe: { command: [./is-well, ./here] }\n');
  t.is(all['key-file'], join(directory, 'agent.key'));
  t.is(all.state, join(directory, 'run'));
  t.deepEqual(all.probe?.command, [join(directory, 'is-well'), './here']);
  const others = read('bare: true\nprobe: { command: ["true"] }\n');
  t.deepEqual(others.probe?.command, ['true']);
  t.is(others.state, '/run/moor-agent');
  t.is(others['key-file'], undefined);
});
