/**
 * `npm run bench mobility`: complete return routability exchanges a second through the Mobility Agent's core, one thread:
 * HoTI, CoTI and Binding Update in, HoT, CoT and Binding Acknowledgement out, with the switch's answer between. Beside it
 * the HMAC-SHA1 alone that such an exchange needs, as fast as this machine does it.
 *
 * Times are CPU time. What the mobile nodes compute stands outside the measure.
 */

import { createHash, createHmac } from 'node:crypto';
import { createMobilityState, DEFAULT_CONFIG, step } from '../../controller/mobility/index.ts';
import { CN, ip, MobileNode, seededRandom } from '../../controller/mobility/test-harness.ts';

const NODES = 20_000;
const ROUNDS = 3;
/** The goal is for packet-in to installed entry; the core alone has to be well above it. */
const GOAL = 5000;
/** Two for the tests, two for the keygen tokens once more, one each for the authenticators of update and acknowledgement. */
const HMACS = 6;

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Exchanges a second of the core. */
function measureExchanges(seed: number): number {
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

/** How often a second the HMACs and the hash of an exchange can be computed, with the same lengths. */
function measureLimit(): number {
  const [key, token, message] = [new Uint8Array(20), new Uint8Array(25), new Uint8Array(52)];
  const begin = cpu();
  for (let index = 0; index < NODES; index++) {
    for (let hmac = 0; hmac < HMACS; hmac++)
      createHmac('sha1', key)
        .update(hmac < 4 ? token : message)
        .digest();
    createHash('sha1').update(token).digest();
  }
  return NODES / (cpu() - begin);
}

/** Prints exchanges a second, the limit, and their ratio; tells whether the goal is met. */
export async function benchMobility(): Promise<boolean> {
  let best = 0;
  let limit = 0;
  for (let round = 0; round < ROUNDS; round++) {
    best = Math.max(best, measureExchanges(round + 1));
    limit = Math.max(limit, measureLimit());
  }
  const number = (value: number) => Math.round(value).toLocaleString('en').padStart(10);
  const share = Math.round((100 * best) / limit);
  process.stdout.write(
    `mobility, ${NODES.toLocaleString('en')} mobile nodes, one thread, the core without I/O\n` +
      `${number(best)} return routability exchanges a second (goal ${GOAL.toLocaleString('en')}: ${best >= GOAL ? 'met' : 'missed'})\n` +
      `${number(limit)} times a second the HMAC-SHA1 of an exchange alone; the core does ${share} % of that\n`,
  );
  return best >= GOAL;
}
