/**
 * The same cases on each engine, over P4Runtime alone: packet tests of `programs/` on moor's switch and on simple_switch_grpc, and the
 * packet cases of the pipeline on simple_switch_grpc (`pipeline/cases.test.ts` has them on moor's).
 */

import { readdirSync, readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { cpuSession } from '../../controller/pipeline/index.ts';
import { encodeDigestEntry, insert, remove } from '../../p4runtime/entities/index.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { parseStf } from '../../switch/stf/index.ts';
import { inputsOf, type PacketCase, readBase, readCases } from '../harness/case.ts';
import { digestFields, expectedFields } from '../harness/digests.ts';
import { findSimpleSwitchGrpc, HOW_TO_INSTALL_BMV2 } from '../harness/engine.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import { compileProgram, v1modelPipeline } from '../harness/pipeline-program.ts';
import { embeddedEngine } from './embedded-engine.ts';
import type { EngineUnderTest, Loaded } from './engine.ts';
import { startSimpleSwitchGrpc } from './simple-switch-grpc.ts';
import { runStf } from './stf-over-p4runtime.ts';

const PROGRAMS = 'bmv2-tests/programs';
const PIPELINE = 'bmv2-tests/pipeline';
const FLOW_DIGEST = 'flow_digest_t';

const binary = findSimpleSwitchGrpc();
if (binary === undefined) {
  process.stdout.write(`skipped: the cases on simple_switch_grpc: ${HOW_TO_INSTALL_BMV2}\n`);
}
if (binary === undefined) test.skip('the cases on simple_switch_grpc', () => {});
/** A case on simple_switch_grpc, where it is here. */
const bmv2 = (title: string, run: (t: ExecutionContext) => Promise<void>) => {
  if (binary !== undefined) test.serial(title, run);
};

const names = readdirSync(PROGRAMS)
  .filter((file) => file.endsWith('.p4'))
  .map((file) => file.replace(/\.p4$/, ''));

/** `programs.test.ts` has all of them on moor's switch, without P4Runtime: here it takes one in so many, or all. */
const EACH = process.env['MOOR_ENGINES'] === 'all' ? 1 : 10;

let embedded: EngineUnderTest;
let peer: EngineUnderTest;

test.before(async () => {
  embedded = embeddedEngine();
  if (binary !== undefined) peer = await startSimpleSwitchGrpc(binary);
});

test.after.always(async () => {
  await embedded?.close();
  await peer?.close();
});

async function runProgram(t: ExecutionContext, engine: EngineUnderTest, name: string): Promise<void> {
  const loaded = await engine.load(compileProgram(`${PROGRAMS}/${name}.p4`));
  const commands = parseStf(readFileSync(`${PROGRAMS}/${name}.stf`, 'utf8'));
  t.deepEqual(await runStf(engine, loaded, commands), []);
}

for (const [index, name] of names.entries()) {
  if (index % EACH === 0) test.serial(`${name} on moor's switch`, (t) => runProgram(t, embedded, name));
  bmv2(`${name} on simple_switch_grpc`, (t) => runProgram(t, peer, name));
}

/** The pipeline with the base of all cases and nothing else; undefined: another program runs, or entries of a case are there. */
let base: Loaded | undefined;

async function loadBase(engine: EngineUnderTest): Promise<Loaded> {
  const loaded = await engine.load(v1modelPipeline());
  const entries = readBase(`${PIPELINE}/base.json`).map((entry) => encodeCaseEntry(loaded.schema, entry));
  await loaded.client.write([cpuSession(), ...entries].map(insert));
  return loaded;
}

/** BMv2 keeps the session of the CPU when it gets another program. */
const leave = async (loaded: Loaded) => {
  base = undefined;
  await loaded.client.write([remove(cpuSession())]);
};

/**
 * Each case finds registers as they are at the start. Loading the program for it takes BMv2 a second, so what the case before left
 * is taken away instead, where the engine lets registers be cleared.
 */
async function runCase(t: ExecutionContext, engine: EngineUnderTest, one: PacketCase): Promise<void> {
  // Reports of one case come late into the next: those that tell them begin with a load, and the others have none.
  const told = one.digests !== undefined;
  if (base !== undefined && (told || !(await engine.clearRegisters()))) await leave(base);
  const loaded = base ?? (await loadBase(engine));
  const { client, schema } = loaded;
  const entries = one.entries.map((entry) => encodeCaseEntry(schema, entry));
  const packets = inputsOf(one).map(({ port, packet }) => ({ port, bytes: Buffer.from(packet, 'hex') }));
  let left: readonly PortPacket[];
  try {
    await client.write([...(told ? [reportOf(schema)] : []), ...entries].map(insert));
    left = await engine.send(packets);
    if (told) await leave(loaded);
    else {
      await client.write(entries.map(remove).reverse());
      base = loaded;
    }
  } catch (problem) {
    await leave(loaded).catch(() => {});
    throw problem;
  }
  const hex = left.map(({ port, bytes }) => ({ port, packet: Buffer.from(bytes).toString('hex') }));
  t.deepEqual(hex.sort(byPort), [...one.expected].sort(byPort));
  if (one.digests === undefined) return;
  t.deepEqual(
    (await engine.takeDigests(one.digests.length)).map((digest) => digestFields(schema, digest)),
    one.digests.map((digest) => expectedFields(schema, FLOW_DIGEST, digest)),
  );
}

function reportOf(schema: Schema) {
  return encodeDigestEntry(schema.digests.get(FLOW_DIGEST), {
    maxTimeoutNs: 1_000_000n,
    maxListSize: 1,
    ackTimeoutNs: 0n,
  });
}

for (const file of readdirSync(`${PIPELINE}/cases`).filter((one) => one.endsWith('.json'))) {
  for (const one of readCases(`${PIPELINE}/cases/${file}`)) {
    bmv2(`${file.replace(/\.json$/, '')}: ${one.description} on simple_switch_grpc`, (t) =>
      runCase(t, peer, one),
    );
  }
}

/** Ports of different packets do not say which was first. */
function byPort(left: { readonly port: number }, right: { readonly port: number }): number {
  return left.port - right.port;
}
