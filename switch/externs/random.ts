/** Random numbers for programs: SplitMix64 (G. Steele, D. Lea, C. Flood, 2014), whose state the host can set. */

import { webcrypto } from 'node:crypto';
import { i32, i64, type LinearMemory, type ModuleBuilder } from '../wasm/index.ts';

/** The generator of a switch. */
export class RandomGenerator {
  /** The name of the function `(lowest i64, highest i64) → i64`, both unsigned, both possible. */
  readonly name: string;
  readonly #memory: LinearMemory;
  readonly #state: number;

  /** It starts at random. */
  constructor(memory: LinearMemory, name = 'random') {
    this.name = name;
    this.#memory = memory;
    this.#state = memory.allocate(8);
    this.seed(webcrypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n);
  }

  /** Makes what comes next repeatable. */
  seed(state: bigint): void {
    this.#memory.view.setBigUint64(this.#state, BigInt.asUintN(64, state), true);
  }

  /** Writes the function into the module. When the lowest number is above the highest, it gives the lowest. */
  emit(module: ModuleBuilder): string {
    const next = `${this.name} bits`;
    module.function(next, {}, 'i64', (f) => {
      const value = f.let64(i32(this.#state).load64().add(i64(0x9e3779b97f4a7c15n)));
      f.store64(this.#state, value);
      f.set(value, value.xor(value.shrU(30n)).mul(i64(0xbf58476d1ce4e5b9n)));
      f.set(value, value.xor(value.shrU(27n)).mul(i64(0x94d049bb133111ebn)));
      f.return(value.xor(value.shrU(31n)));
    });
    return module.function(this.name, { lowest: 'i64', highest: 'i64' }, 'i64', (f, { lowest, highest }) => {
      f.if(lowest.gtU(highest), () => f.return(lowest));
      const count = f.let64(highest.sub(lowest).add(1n));
      const bits = f.let64(f.call64(next));
      // For all 2⁶⁴ numbers the count is 0, and its mask all ones.
      // A power of two divides 2⁶⁴: there is nothing to leave out, and no division.
      f.if(count.and(count.sub(1n)).eqz(), () => f.return(lowest.add(bits.and(count.sub(1n)))));
      // The first 2⁶⁴ mod count numbers are left out, so that all are equally likely.
      const skipped = f.let64(i64(0n).sub(count).remU(count));
      f.while(bits.ltU(skipped), () => f.set(bits, f.call64(next)));
      f.return(lowest.add(bits.remU(count)));
    });
  }
}
