/**
 * Tofino's parser takes fewer packets than v1model's, and reads those that it takes alike: what it does not mark for
 * the controller has the same facts, so nothing is mis-parsed and no Home Address option overlooked.
 */

import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { inputsOf, readCases } from '../harness/case.ts';
import { type Facts, tnaFacts, v1modelFacts } from '../harness/parsed-facts.ts';
import { TNA_PROGRAMS } from '../harness/tna-program.ts';
import { generatePacket } from '../oracle/generate-packet.ts';
import { Random } from '../oracle/random.ts';

const FOLDER = 'bmv2-tests/pipeline/cases';
/** They are not set by parsers, but by the shims from the port and the clock. */
const BY_SHIM: readonly string[] = ['in_port', 'now'];

const isMarked = (facts: Facts) => facts.get('is_malformed') === true || facts.get('is_unplaced') === true;
const isNotIp = (facts: Facts) => facts.get('family') === 0n;

/** Random packets of the second test; `MOOR_TNA=100000 MOOR_TNA_SEED=7` makes a long run. */
const PACKETS = Number(process.env['MOOR_TNA'] ?? 2000);
const SEED = Number(process.env['MOOR_TNA_SEED'] ?? 1);

/**
 * The first generation reads the chain behind its parser, the second in it. Pipe A of the folded program has the parser that
 * the program in one pipe has; pipe B has one of its own.
 */
const parsers = Object.values(TNA_PROGRAMS).flatMap((path) => [tnaFacts(1, path), tnaFacts(2, path)]);
const onV1model = v1modelFacts();

/** Lengths have 16 bits there, and stop at the largest: the header of IPv6 counts too, and no MTU is larger. */
const lengthOfTofino = (value: unknown) => (typeof value === 'bigint' && value > 0xffffn ? 0xffffn : value);

type Taken = 'marked' | 'not IP' | 'taken' | 'with option';

/** Wants what is not marked to be read alike; says what became of it. */
function compare(
  t: ExecutionContext,
  where: string,
  port: number,
  bytes: Uint8Array,
  onTofino = parsers[0] ?? tnaFacts(),
): Taken {
  const tna = onTofino(port, bytes);
  const v1model = onV1model(port, bytes);
  if (isMarked(tna)) return 'marked';
  if (isNotIp(tna) && isNotIp(v1model)) return 'not IP';
  const facts = (found: Facts) =>
    [...found]
      .filter(([name]) => !BY_SHIM.includes(name))
      .map(([name, value]) => [name, name === 'ip_length' ? lengthOfTofino(value) : value])
      .sort();
  t.deepEqual(facts(tna), facts(v1model), where);
  return tna.has('home') ? 'with option' : 'taken';
}

test('facts of all packet cases', (t) => {
  const seen: Taken[] = [];
  for (const file of readdirSync(FOLDER)) {
    for (const one of readCases(`${FOLDER}/${file}`)) {
      for (const { port, packet } of inputsOf(one)) {
        const bytes = Buffer.from(packet, 'hex');
        for (const parser of parsers)
          seen.push(compare(t, `${file}: ${one.description}`, port, bytes, parser));
      }
    }
  }
  // The cases are mostly about the chains that Tofino does not take.
  t.true(seen.filter((one) => one === 'with option').length > 10 * parsers.length);
  t.true(seen.filter((one) => one === 'taken').length > 100 * parsers.length);
});

test('facts of random packets', (t) => {
  const random = new Random(SEED);
  const seen: Taken[] = [];
  for (let count = 0; count < PACKETS; count++) {
    const { port, bytes } = generatePacket(random);
    const hex = Buffer.from(bytes).toString('hex');
    const onTofino = parsers[count % parsers.length];
    seen.push(compare(t, `packet ${count} of seed ${SEED}, by port ${port}: ${hex}`, port, bytes, onTofino));
  }
  t.true(seen.filter((one) => one === 'with option').length > PACKETS / 500);
  t.true(seen.filter((one) => one === 'taken').length > PACKETS / 10);
  t.log(
    `${seen.filter((one) => one === 'with option').length} with option, ${seen.filter((one) => one === 'taken').length} taken`,
  );
});
