import test from 'ava';
import { copyBytes, memoryOf, type WordMemory } from './copy-bytes.ts';

function memory(bytes: number, fill: (index: number) => number): WordMemory {
  const u8 = Uint8Array.from({ length: bytes }, (_, index) => fill(index));
  return { u8, u32: new Uint32Array(u8.buffer) };
}

test('what is copied is whole at every place and length, and at most three bytes behind it change', (t) => {
  const from = memory(2048, (index) => (index * 7) & 255);
  for (const start of [0, 1, 2, 3, 4, 8, 17])
    for (const at of [0, 2, 4, 5, 12])
      for (const length of [0, 1, 3, 4, 5, 14, 63, 511, 512, 513, 1500]) {
        const to = memory(2048, () => 0xee);
        copyBytes(from, start, to, at, length);
        const wanted = new Uint8Array(2048).fill(0xee);
        for (let index = 0; index < length; index++) wanted[at + index] = ((start + index) * 7) & 255;
        const isSame = (one: number, other: number) =>
          Buffer.compare(to.u8.subarray(one, other), wanted.subarray(one, other)) === 0;
        t.true(isSame(0, at + length) && isSame(at + length + 3, 2048), `${start} ${at} ${length}`);
      }
});

test('bytes without words', (t) => {
  const to = memory(64, () => 0);
  copyBytes(memoryOf(Uint8Array.of(1, 2, 3, 4, 5)), 0, to, 8, 5);
  t.deepEqual([...to.u8.subarray(7, 14)], [0, 1, 2, 3, 4, 5, 0]);
});
