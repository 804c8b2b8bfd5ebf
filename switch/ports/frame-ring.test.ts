import test from 'ava';
import fc from 'fast-check';
import { FrameRing } from './frame-ring.ts';

function makeRing(size: number) {
  const buffer = new SharedArrayBuffer(FrameRing.bytes(size) + 8);
  return { writer: new FrameRing(buffer, 8, size), reader: new FrameRing(buffer, 8, size) };
}

test('frames come out as they went in, however the ring wraps around', (t) => {
  const { writer, reader } = makeRing(256);
  const waiting: { port: number; frame: number[]; time: bigint }[] = [];
  let lost = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.record({
            port: fc.nat(511),
            frame: fc.uint8Array({ maxLength: 120 }),
            time: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
          }),
          fc.nat(4),
        ),
      ),
      (steps) => {
        for (const step of steps) {
          if (typeof step === 'number') {
            const expected = waiting.splice(0, step);
            const got: typeof waiting = [];
            reader.read(step, (port, frame, time) => got.push({ port, frame: [...frame], time }));
            t.deepEqual(got, expected);
            continue;
          }
          const place = writer.reserve(step.port, step.frame.length, step.time);
          if (place === undefined) {
            // 136 bytes at most, and as much may be skipped at the end.
            t.true(waiting.length > 0);
            lost++;
            continue;
          }
          place.set(step.frame);
          writer.commit(step.frame.length);
          waiting.push({ ...step, frame: [...step.frame] });
        }
      },
    ),
    { seed: 8, numRuns: 300 },
  );
  t.is(reader.lost, lost);
});

test('positions may pass 2³²', (t) => {
  const buffer = new SharedArrayBuffer(FrameRing.bytes(64));
  new Int32Array(buffer).set([-64, -64]);
  const ring = new FrameRing(buffer, 0, 64);
  for (let turn = 0; turn < 10; turn++) {
    ring.reserve(turn, 8, 0n)?.fill(turn);
    ring.commit(8);
    t.is(
      ring.read(9, (port, frame) => t.deepEqual([port, frame[7]], [turn, turn])),
      1,
    );
  }
  t.true(ring.empty);
});

test('a reader that sleeps is woken once, and does not sleep when something came', (t) => {
  const { writer, reader } = makeRing(256);
  t.true(reader.sleep());
  writer.reserve(1, 1, 0n);
  t.true(writer.commit(1));
  writer.reserve(1, 1, 0n);
  t.false(writer.commit(1));
  t.false(reader.sleep());
  t.is(
    reader.read(5, () => {}),
    2,
  );
  t.true(reader.sleep());
});
