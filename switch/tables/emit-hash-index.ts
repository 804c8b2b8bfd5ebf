/** Finding a reference in a hash index, as code; `hash-index.ts` has the layout. */

import { andAlso, type FunctionBuilder, I32, type Label, type Local32 } from '../wasm/index.ts';
import { GROUP_BYTES, GROUP_OVERFLOW, GROUP_PLACES, GROUP_REFERENCES } from './hash-index.ts';

/** A vector whose bytes all have the value of an expression, compared with 16 bytes in memory: a bit for each. */
function equalBytes(value: I32, address: I32): I32 {
  return new I32((m) =>
    m.i8x16.bitmask(m.i8x16.eq(m.i8x16.splat(value.emit(m)), m.v128.load(0, 1, address.emit(m)))),
  );
}

/**
 * Runs a body for every reference that may have the hash, until it branches to where it likes.
 * @param control The address of the index' control block.
 * @param body Compares: the tags agree, which they do by chance once in 255.
 */
export function probeIndex(
  f: FunctionBuilder,
  control: I32,
  hash: Local32,
  body: (reference: Local32, next: Label) => void,
): void {
  const mask = f.let32(control.load32(8));
  const segment = f.let32(
    control
      .load32()
      .add(hash.shrU(control.load32(4)).shl(2))
      .load32(),
  );
  const tag = f.let32(hash.shrU(6).and(0xff));
  f.set(tag, tag.add(tag.eqz()));
  const number = f.let32(hash.and(mask));
  const group = f.local32();
  const candidates = f.local32();
  const reference = f.local32();
  const look = () => {
    f.set(group, segment.add(number.mul(GROUP_BYTES)));
    f.set(candidates, equalBytes(tag, group).and((1 << GROUP_PLACES) - 1));
  };
  const take = (next: Label) => {
    f.set(reference, group.add(candidates.ctz().shl(2)).load32(GROUP_REFERENCES));
    f.set(candidates, candidates.and(candidates.sub(1)));
    body(reference, next);
  };
  look();
  f.block((done) => {
    // Mostly the first candidate of the first group is the one, or there is none: that takes no loop.
    f.block((next) => {
      f.branchIf(next, candidates.eqz());
      take(next);
    });
    f.branchIf(done, andAlso(candidates.eqz(), group.load16(GROUP_OVERFLOW).eqz()));
    const left = f.let32(mask);
    f.loop((again) => {
      f.while(candidates, take);
      f.branchIf(done, group.load16(GROUP_OVERFLOW).eqz());
      // No more often than there are groups: an index full of references that passed over all groups ends too.
      f.branchIf(done, left.eqz());
      f.set(left, left.sub(1));
      f.set(number, number.add(1).and(mask));
      look();
      f.branch(again);
    });
  });
}
