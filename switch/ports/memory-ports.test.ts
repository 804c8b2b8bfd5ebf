import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { MemoryPorts } from './memory-ports.ts';

test('frames are taken in the order in which they were put, and are copies', async (t) => {
  const ports = new MemoryPorts();
  ports.add(1);
  ports.add(2);
  const frame = Uint8Array.of(1, 2);
  ports.put(1, frame);
  ports.put(2, Uint8Array.of(3));
  ports.put(9, Uint8Array.of(4));
  frame[0] = 9;
  const seen: unknown[] = [];
  let called = 0;
  ports.listen({ frames: () => called++ });
  await turn();
  t.is(called, 1);
  t.is(
    ports.receive(1, (port, bytes) => seen.push([port, [...bytes]])),
    1,
  );
  t.is(
    ports.receive(9, (port, bytes) => seen.push([port, [...bytes]])),
    1,
  );
  t.deepEqual(seen, [
    [1, [1, 2]],
    [2, [3]],
  ]);
  ports.send(2, frame);
  frame[0] = 0;
  t.deepEqual(ports.take(), [{ port: 2, frame: Uint8Array.of(9, 2) }]);
  t.deepEqual(ports.take(), []);
  ports.put(1, frame);
  t.is(called, 2);
});

test('a port that is down takes and gives nothing', async (t) => {
  const ports = new MemoryPorts();
  ports.add(1);
  const states: string[] = [];
  ports.listen({ state: (port, state) => states.push(`${port} ${state}`) });
  ports.setState(1, 'down');
  ports.setState(1, 'down');
  ports.put(1, Uint8Array.of(1));
  ports.send(1, Uint8Array.of(1));
  ports.send(2, Uint8Array.of(1));
  t.is(
    ports.receive(9, () => t.fail()),
    0,
  );
  t.deepEqual(ports.take(), []);
  t.is(ports.ports()[0]?.counters.sendDrops, 1);
  ports.setState(1, 'up');
  t.deepEqual(states, ['1 down', '1 up']);
  ports.remove(1);
  t.deepEqual(ports.ports(), []);
  await ports.close();
});
