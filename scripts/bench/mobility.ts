/**
 * `npm run bench mobility`: complete return routability exchanges a second, HoTI, CoTI and Binding Update in, HoT, CoT and
 * Binding Acknowledgement out. First from packet-in to installed entry with an embedded switch (`exchanges.ts`), then by
 * the Mobility Agent's core alone, and beside both the HMAC-SHA1 alone that an exchange needs, by `createHmac` of node:crypto, which is the limit
 * that shares are of, and as the Mobility Agent makes it.
 *
 * Times are CPU time. What mobile nodes and switch compute stands outside the measure.
 */

import { createHash, createHmac } from 'node:crypto';
import { execa } from 'execa';
import { hmacKey, hmacSha1, sha1 } from '../../controller/mobility/hmac-sha1.ts';
import { createMobilityState, DEFAULT_CONFIG, step } from '../../controller/mobility/index.ts';
import { CN, ip, MobileNode, seededRandom } from '../../controller/mobility/test-harness.ts';
import { buildBench } from './built.ts';

const NODES = 20_000;
const ROUNDS = 3;
/** For packet-in to installed entry, on one core. */
const GOAL = 5000;
/** Two for the tests, two for the keygen tokens once more, one each for the authenticators of update and acknowledgement. */
const HMACS = 6;

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Exchanges a second of the core. */
function measureCore(seed: number): number {
  const config = { ...DEFAULT_CONFIG, virtualAddresses: [CN], maximumBindingsPerPrefix: NODES };
  const now = 1_000_000_000_000;
  const state = createMobilityState(config, seededRandom(seed), now);
  const nodes = Array.from({ length: NODES }, (_, index) => {
    const hex = index.toString(16);
    return new MobileNode(ip(`2001:db8:1::${hex}`), ip(`2001:db8:2::${hex}`));
  });
  const inits = nodes.flatMap((node) => [node.homeTestInit(), node.careOfTestInit()]);
  let begin = cpu();
  const tests = inits.map((packet) => step(state, { kind: 'packet', packet }, now));
  let seconds = cpu() - begin;
  for (const [index, effects] of tests.entries())
    for (const effect of effects) if (effect.kind === 'send') nodes[index >> 1]?.take(effect.packet);
  const updates = nodes.map((node, index) => node.update({ sequence: index & 0xffff }));
  let answers = 0;
  begin = cpu();
  for (const packet of updates) {
    for (const effect of step(state, { kind: 'packet', packet }, now)) {
      if (effect.kind !== 'installBinding') continue;
      const last = step(state, { kind: 'done', ticket: effect.ticket }, now);
      answers += last.filter((one) => one.kind === 'send').length;
    }
  }
  seconds += cpu() - begin;
  if (answers !== NODES) throw new Error(`${NODES - answers} exchanges failed`);
  return NODES / seconds;
}

/** The same as `measureLimit`, as the Mobility Agent does it: Kcn's part once for all, Kbm's once for both authenticators. */
function measureOwn(): number {
  const [token, message] = [new Uint8Array(25), new Uint8Array(52)];
  const kcn = hmacKey(new Uint8Array(20));
  const begin = cpu();
  for (let index = 0; index < NODES; index++) {
    for (let count = 0; count < 4; count++) hmacSha1(kcn, token);
    const kbm = hmacKey(sha1(token.subarray(0, 16)));
    for (let count = 4; count < HMACS; count++) hmacSha1(kbm, message);
  }
  return NODES / (cpu() - begin);
}

/** How often a second `createHmac` can compute the HMACs and the hash of an exchange, with the same lengths. */
function measureLimit(): number {
  const mac = (key: Uint8Array, bytes: Uint8Array) => createHmac('sha1', key).update(bytes).digest();
  const [token, message] = [new Uint8Array(25), new Uint8Array(52)];
  const secret = new Uint8Array(20);
  const begin = cpu();
  for (let index = 0; index < NODES; index++) {
    // Tokens of one Kcn, and authenticators of a key that is new for each exchange.
    for (let count = 0; count < 4; count++) mac(secret, token);
    const key = createHash('sha1').update(token).digest();
    for (let count = 4; count < HMACS; count++) mac(key, message);
  }
  return NODES / (cpu() - begin);
}

/** Exchanges with a real switch, in a process of their own that is bundled as the command line is. */
async function measureBuilt(): Promise<{ readonly perCpuSecond: number; readonly perSecond: number }> {
  const [main, nodes] = [await buildBench('exchanges-main'), await buildBench('mobility-nodes')];
  const { stdout } = await execa('node', [main, nodes]);
  const found: unknown = JSON.parse(stdout);
  const rateOf = (name: string) => {
    const rate = typeof found === 'object' && found !== null ? Object.entries(found) : [];
    const value: unknown = rate.find(([key]) => key === name)?.[1];
    if (typeof value !== 'number') throw new Error(`it measured no ${name}: ${stdout}`);
    return value;
  };
  return { perCpuSecond: rateOf('perCpuSecond'), perSecond: rateOf('perSecond') };
}

/** Prints exchanges a second, the limit, and their ratio; tells whether the goal is met. */
export async function benchMobility(): Promise<boolean> {
  let core = 0;
  let limit = 0;
  let own = 0;
  for (let round = 0; round < ROUNDS; round++) {
    core = Math.max(core, measureCore(round + 1));
    limit = Math.max(limit, measureLimit());
    own = Math.max(own, measureOwn());
  }
  const { perCpuSecond, perSecond } = await measureBuilt();
  const isMet = perCpuSecond >= GOAL;
  const row = (value: number, what: string) => {
    const share = `${Math.round((100 * value) / limit)} %`.padStart(6);
    process.stdout.write(`${Math.round(value).toLocaleString('en').padStart(10)} ${share}  ${what}\n`);
  };
  process.stdout.write(
    'mobility: return routability exchanges a second of processor time, and share of the limit\n',
  );
  row(
    perCpuSecond,
    `from packet-in to installed entry, of the controller (goal ${GOAL.toLocaleString('en')}: ${isMet ? 'met' : 'missed'})`,
  );
  row(perSecond, 'the same by the clock, with switch and mobile nodes on the same machine');
  row(core, 'the core without I/O');
  row(own, 'the HMAC-SHA1 of an exchange alone');
  row(limit, 'the same by createHmac');
  return isMet;
}
