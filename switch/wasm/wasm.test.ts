import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {
  andAlso,
  i32,
  i64,
  instantiate,
  LinearMemory,
  ModuleBuilder,
  type OptimizedModules,
  OutOfMemoryError,
  optimizedModulesIn,
  orElse,
  select64,
} from './index.ts';

/** Builds, runs and disposes, with and without optimizing. */
function build(fill: (m: ModuleBuilder) => void, memory = new LinearMemory(), host = {}) {
  return (['none', 'speed'] as const).map((optimization) => {
    const module = new ModuleBuilder(memory);
    try {
      fill(module);
      return instantiate(module.finish(optimization), memory, host);
    } finally {
      module.dispose();
    }
  });
}

test('functions take parameters, loop, and give results', (t) => {
  // The sum of 1 to 10 is 55, by Gauss.
  const instances = build((m) => {
    m.function('sum', { below: 'i32' }, 'i64', (f, { below }) => {
      const total = f.let64(0n);
      const count = f.local32();
      f.for(count, 0, below, () => f.set(total, total.add(count.toU64())));
      f.return(total);
    });
    m.export('sum');
  });
  for (const instance of instances) t.is(instance.function('sum')(11), 55n);
});

test('truths of several parts are branched on as they are counted', (t) => {
  const names = ['number', 'taken', 'either', 'branched'];
  const instances = build((m) => {
    for (const name of names) {
      m.function(name, { a: 'i32', b: 'i32', c: 'i32' }, 'i32', (f, { a, b, c }) => {
        // (a and not b) or not (c or (a and b))
        const truth = orElse(andAlso(a, b.eqz()), orElse(c, andAlso(a, b)).eqz());
        const result = f.let32(0);
        if (name === 'number') f.set(result, truth);
        else if (name === 'taken') f.if(truth, () => f.set(result, 1));
        else if (name === 'either') {
          f.if(
            truth.eqz(),
            () => f.set(result, 0),
            () => f.set(result, 1),
          );
        } else {
          f.set(result, 1);
          f.block((done) => {
            f.branchIf(done, truth);
            f.set(result, 0);
          });
        }
        f.return(result);
      });
      m.export(name);
    }
  });
  for (const instance of instances) {
    for (let bits = 0; bits < 8; bits++) {
      const [a, b, c] = [bits & 1, bits & 2, bits & 4];
      const expected = (a !== 0 && b === 0) || !(c !== 0 || (a !== 0 && b !== 0)) ? 1 : 0;
      for (const name of names) t.is(instance.function(name)(a, b, c), expected, `${name} ${bits}`);
    }
  }
});

test('a switch runs one case, and the default for all other indices', (t) => {
  const instances = build((m) => {
    m.function('pick', { index: 'i32' }, 'i32', (f, { index }) => {
      const found = f.let32(-1);
      f.switch(index, [() => f.set(found, 100), () => f.set(found, 101), () => f.set(found, 102)], () =>
        f.set(found, 7),
      );
      f.return(found);
    });
    m.export('pick');
  });
  for (const instance of instances) {
    const pick = instance.function('pick');
    t.deepEqual(
      [0, 1, 2, 3, -1].map((index) => pick(index)),
      [100, 101, 102, 7, 7],
    );
  }
});

test('32 bits that are loaded and widened have no sign, also optimized', (t) => {
  // As two limbs are compared; binaryen 132 loads with sign where the widening is an instruction of its own.
  const memory = new LinearMemory();
  const at = memory.allocate(8, 8);
  memory.view.setUint32(at, 0xe1c1d6ce, true);
  const instances = build((m) => {
    m.function('less', { address: 'i32', top: 'i64', low: 'i64' }, 'i32', (f, { address, top, low }) => {
      const loaded = address.load32().toU64().or(0x1998876800000000n);
      f.return(orElse(i64(1n).ltU(top), andAlso(i64(1n).eq(top), loaded.ltU(low))).eqz());
    });
    m.export('less');
  }, memory);
  for (const instance of instances) {
    t.is(instance.function('less')(at, 1n, 0x2000000000000000n), 0);
    t.is(instance.function('less')(at, 1n, 0x1000000000000000n), 1);
  }
});

test('the bytes of a value are swapped as a DataView swaps them', (t) => {
  const [plain, optimized] = build((m) => {
    m.function('swap', { value: 'i64' }, 'i64', (f, { value }) => f.return(f.swapBytes64(value)));
    m.export('swap');
  });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, value);
      const expected = view.getBigInt64(0, true);
      return plain?.function('swap')(value) === expected && optimized?.function('swap')(value) === expected;
    }),
    { seed: 1 },
  );
  t.pass();
});

test('the second of two conditions is looked at only when the first allows it', (t) => {
  // A division by 0 traps, so reaching it would show.
  const instances = build((m) => {
    m.function('safe', { divisor: 'i32' }, 'i32', (f, { divisor }) =>
      f.return(andAlso(divisor.ne(0), i32(6).remU(divisor).eqz())),
    );
    m.export('safe');
  });
  for (const instance of instances) {
    t.is(instance.function('safe')(0), 0);
    t.is(instance.function('safe')(3), 1);
    t.is(instance.function('safe')(4), 0);
  }
});

test('code and host see the same memory, also after it grew', (t) => {
  const memory = new LinearMemory();
  const [instance] = build((m) => {
    m.function('put', { at: 'i32', value: 'i64' }, undefined, (f, { at, value }) => f.store64(at, value, 8));
    m.function('get', { at: 'i32' }, 'i64', (f, { at }) => f.return(at.load64(8)));
    m.export('put');
    m.export('get');
  }, memory);
  const at = memory.allocate(3_000_000);
  instance?.function('put')(at + 2_999_000, 0x1122334455667788n);
  t.is(memory.view.getBigUint64(at + 2_999_008, true), 0x1122334455667788n);
  memory.allocate(50_000_000);
  t.is(instance?.function('get')(at + 2_999_000), 0x1122334455667788n);
});

test('a module calls the host where it asks for it', (t) => {
  const seen: unknown[] = [];
  const host = { report: (a: number, b: bigint) => seen.push(a, b) };
  const [instance] = build(
    (m) => {
      m.import('report', ['i32', 'i64']);
      m.function('run', {}, undefined, (f) => f.call('report', 5, select64(i32(1), i64(-1n), 2n)));
      m.export('run');
    },
    new LinearMemory(),
    host,
  );
  instance?.function('run')();
  t.deepEqual(seen, [5, -1n]);
});

test('pieces of memory never overlap, are zero, and are used again', (t) => {
  const memory = new LinearMemory();
  const held: { address: number; bytes: number; align: number; mark: number }[] = [];
  let mark = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          bytes: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 20_000 })),
          align: fc.constantFrom(8, 64, 4096),
          giveBack: fc.boolean(),
          which: fc.nat(),
        }),
        { maxLength: 60 },
      ),
      (steps) => {
        for (const { bytes, align, giveBack, which } of steps) {
          if (giveBack && held.length > 0) {
            const [piece] = held.splice(which % held.length, 1);
            if (piece === undefined) return false;
            const content = memory.u8.subarray(piece.address, piece.address + piece.bytes);
            if (!content.every((byte) => byte === piece.mark)) return false;
            memory.release(piece.address, piece.bytes, piece.align);
            continue;
          }
          const address = memory.allocate(bytes, align);
          const content = memory.u8.subarray(address, address + bytes);
          if (address % align !== 0 || !content.every((byte) => byte === 0)) return false;
          mark = (mark % 255) + 1;
          content.fill(mark);
          held.push({ address, bytes, align, mark });
        }
        return true;
      },
    ),
    { seed: 2, numRuns: 60 },
  );
  for (const piece of held) memory.release(piece.address, piece.bytes, piece.align);
  t.is(memory.usedBytes, 0);
  const size = memory.sizeBytes;
  for (let turn = 0; turn < 100; turn++) memory.release(memory.allocate(size / 4), size / 4);
  t.true(memory.sizeBytes <= size * 2);
});

test('a memory at its limit says so, and goes on working', (t) => {
  const memory = new LinearMemory({ maximumBytes: 1 << 20 });
  t.throws(() => memory.allocate(2 << 20), { instanceOf: OutOfMemoryError, message: /limit of 1048576/ });
  t.true(memory.allocate(1000) > 0);
});

test('a module runs on shared memory', (t) => {
  const memory = new LinearMemory({ shared: true, maximumBytes: 1 << 20 });
  const [instance] = build((m) => {
    m.function('one', {}, 'i32', (f) => f.return(1));
    m.export('one');
  }, memory);
  t.is(instance?.function('one')(), 1);
});

test('a module that was optimized before is taken as it was kept, unless what is kept is damaged', (t) => {
  const parent = mkdtempSync(join(tmpdir(), 'moor-modules-'));
  t.teardown(() => rmSync(parent, { recursive: true }));
  const directory = join(parent, 'kept');
  const binary = (value: bigint, modules?: OptimizedModules) => {
    const module = new ModuleBuilder(new LinearMemory());
    try {
      module.function('value', {}, 'i64', (f) => f.return(i64(value).add(0n)));
      module.export('value');
      return module.finish('speed', modules);
    } finally {
      module.dispose();
    }
  };
  const value = (bytes: Uint8Array) => instantiate(bytes, new LinearMemory(), {}).function('value')();
  const modules = optimizedModulesIn(directory, 'a way');
  const one = binary(1n, modules);
  t.deepEqual(Buffer.from(one), Buffer.from(binary(1n)));
  const [file = ''] = readdirSync(directory);
  t.is(statSync(directory).mode & 0o777, 0o700);

  // What is kept is what is taken: another module in its place would be seen.
  let found = 0;
  const counting: OptimizedModules = {
    find: (plain) => {
      const kept = modules.find(plain);
      if (kept !== undefined) found++;
      return kept;
    },
    keep: modules.keep,
  };
  t.deepEqual(Buffer.from(binary(1n, counting)), Buffer.from(one));
  t.is(found, 1);
  t.is(value(binary(2n, counting)), 2n);
  t.is(found, 1);
  t.is(readdirSync(directory).length, 2);
  t.is(optimizedModulesIn(directory, 'another way').find(one), undefined);

  for (const damage of [(bytes: Buffer) => bytes.subarray(0, 40), (bytes: Buffer) => bytes.fill(0, 50)]) {
    writeFileSync(join(directory, file), damage(readFileSync(join(directory, file))));
    t.is(value(binary(1n, counting)), 1n);
    t.is(found, 1);
  }
  for (let more = 0; more < 40; more++) modules.keep(Uint8Array.of(more), one);
  t.is(readdirSync(directory).length, 32);
  // A directory that cannot be made is no reason to stop.
  writeFileSync(join(parent, 'taken'), '');
  t.is(value(binary(1n, optimizedModulesIn(join(parent, 'taken', 'kept'), 'a way'))), 1n);
});
