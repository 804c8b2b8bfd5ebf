/** What a program's P4Info says of a configuration's numbers: as for Tofino, whose `flows` has 12 bits for a server. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ConfigError, parseConfig } from './config/index.ts';
import { Identifiers } from './pipeline/index.ts';
import { numbersBeyondProgram } from './program.ts';

const directory = mkdtempSync(join(tmpdir(), 'moor-program-'));
test.after.always(() => rmSync(directory, { recursive: true, force: true }));

const P4INFO = join(directory, 'narrow.p4info.txtpb');
const PROGRAM = join(directory, 'program.bin');
// v1model's, so that what is narrow is known here.
const whole = readFileSync('p4/golden/v1model.p4info.txtpb', 'utf8');
const SET_SERVER = /(name: "ingress\.pipeline\.sessions\.set_server"[^}]*\}\s*params \{[^}]*bitwidth: )16/;
writeFileSync(P4INFO, whole.replace(SET_SERVER, '$112'));
writeFileSync(PROGRAM, '');

/** What is said of a configuration with one server that has a number. */
function said(id: number, pipeline: string): string {
  const text = `switches:
  - { name: edge, target: '127.0.0.1:9', ports: [{ number: 2, role: both, link-address: '02:00:00:00:00:01' }] }
services:
  - { name: web, address: '2001:db8:100::1', port: 80, servers: [one] }
servers:
  - { name: one, id: ${id}, port: 2, link-address: '02:00:00:00:01:01' }
${pipeline}`;
  try {
    parseConfig(text, 'moor.yaml', numbersBeyondProgram);
    return '';
  } catch (problem) {
    if (problem instanceof ConfigError) return problem.message;
    throw problem;
  }
}

test("a server's number that the program cannot hold: where, and how large it may be", (t) => {
  t.regex(whole, SET_SERVER);
  const narrow = `pipeline: { p4info: ${P4INFO}, program: ${PROGRAM} }\n`;
  t.is(said(4095, narrow), '');
  t.is(
    said(4096, narrow),
    `moor.yaml:6:18: error: servers[0].id: it is too large: write 4095 or less, which is what 'ingress.pipeline.sessions.set_server' of ${P4INFO} holds`,
  );
  t.is(said(65_534, ''), '');
  // It is told by who needs it.
  t.is(said(4096, 'pipeline: { p4info: /no/such, program: /no/such }\n'), '');
});

test('numbers that are counted up stay within what the program holds', (t) => {
  const servers = new Identifiers('server', { old: 5000, two: 2 }, 3);
  t.is(servers.of('two'), 2);
  // It was given when another program ran.
  t.is(servers.of('old'), 1);
  t.is(servers.of('three'), 3);
  t.throws(() => servers.of('four'), { message: "server 'four': all 3 numbers are taken" });
  t.throws(() => servers.of('five', 5), {
    message: "server 'five': the number 5 is too large for the program of the switches, which has room for 3",
  });
});
