import { execFileSync, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { sumWords } from './linux/offload.ts';
import { LinuxPorts } from './linux-ports.ts';
import { type PortCounters, PortError, type PortState } from './port.ts';

// Interfaces need root and veth devices; where they are not to be had, these tests are skipped.
const NAME = `mo${process.pid % 100_000}`;
const usable = await (async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const made = await execa('ip', ['link', 'add', `${NAME}p`, 'type', 'veth', 'peer', 'name', `${NAME}q`], {
    reject: false,
  });
  if (made.exitCode !== 0) return false;
  await execa('ip', ['link', 'del', `${NAME}p`]);
  return true;
})();
if (!usable)
  process.stdout.write('skipped: ports over network interfaces, which take root and veth devices\n');
const linux = usable ? test.serial : test.serial.skip;

async function ip(words: string): Promise<void> {
  await execa('ip', words.split(' '));
}

/** A cable between two interfaces. */
async function cable(t: ExecutionContext, one: string, other: string): Promise<void> {
  await ip(`link add ${one} type veth peer name ${other}`);
  t.teardown(() => execa('ip', ['link', 'del', one], { reject: false }));
  for (const name of [one, other]) {
    await execa('sysctl', ['-qw', `net.ipv6.conf.${name}.disable_ipv6=1`], { reject: false });
    await ip(`link set ${name} up`);
  }
}

async function until(what: () => boolean, milliseconds = 20_000): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!what()) {
    if (performance.now() > end) return false;
    await wait(5);
  }
  return true;
}

/** Collects frames that a condition holds for. */
function collect(ports: LinuxPorts, wanted: (port: number, frame: Uint8Array) => boolean) {
  const frames: { port: number; frame: number[] }[] = [];
  ports.listen({
    frames: () => {
      while (
        ports.receive(64, (port, frame) => {
          if (wanted(port, frame)) frames.push({ port, frame: [...frame] });
        }) > 0
      );
    },
  });
  return frames;
}

/** A frame of a type for experiments (IEEE 802). */
function experiment(length: number, fill: number): Uint8Array {
  const frame = new Uint8Array(length).fill(fill);
  frame.set([2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 0x88, 0xb5]);
  return frame;
}

const isExperiment = (_: number, frame: Uint8Array) => frame[12] === 0x88 && frame[13] === 0xb5;

async function bothUp(ports: LinuxPorts): Promise<boolean> {
  return until(() => ports.ports().every(({ state }) => state === 'up'));
}

for (const sendBy of ['xdp', 'packet'] as const) {
  linux(`frames pass in order and whole, of every length, sent by ${sendBy}`, async (t) => {
    await cable(t, `${NAME}a`, `${NAME}b`);
    const ports = new LinuxPorts(sendBy);
    t.teardown(() => ports.close());
    ports.add(3, `${NAME}a`);
    ports.add(511, `${NAME}b`);
    t.true(await bothUp(ports));
    t.deepEqual(ports.ports()[0]?.sending, {
      by: sendBy,
      reason: sendBy === 'xdp' ? undefined : "'--send-by packet' asks for it",
    });
    const frames = collect(ports, isExperiment);
    for (let length = 14; length <= 1514; length += 50) ports.send(3, experiment(length, length & 255));
    ports.send(511, experiment(60, 1));
    // Longer than the interface takes.
    ports.send(3, experiment(1700, 1));
    ports.flush();
    t.true(await until(() => frames.length === 32));
    const sent = Array.from({ length: 31 }, (_, index) => [
      ...experiment(14 + 50 * index, (14 + 50 * index) & 255),
    ]);
    t.deepEqual(
      frames.filter(({ port }) => port === 511).map(({ frame }) => frame),
      sent,
    );
    t.deepEqual(
      frames.filter(({ port }) => port === 3).map(({ frame }) => frame),
      [[...experiment(60, 1)]],
    );
    t.true(await until(() => ports.ports()[0]?.counters.sendDrops === 1));
    t.is(ports.ports()[0]?.counters.sentFrames, 31);
    t.true((ports.ports()[1]?.counters.receivedFrames ?? 0) >= 31);
  });
}

linux('VLAN tags that the kernel takes out are put back', async (t) => {
  await cable(t, `${NAME}a`, `${NAME}b`);
  const ports = new LinuxPorts();
  t.teardown(() => ports.close());
  ports.add(0, `${NAME}a`);
  ports.add(1, `${NAME}b`);
  t.true(await bothUp(ports));
  const tags = [
    [0x81, 0, 0x20, 5],
    [0x88, 0xa8, 0, 6, 0x81, 0, 0, 7],
  ];
  const frames = collect(ports, (port) => port === 1);
  const tagged = tags.map((tag) => {
    const frame = experiment(100, 3);
    return Uint8Array.from([...frame.subarray(0, 12), ...tag, ...frame.subarray(12)]);
  });
  for (const frame of tagged) ports.send(0, frame);
  ports.flush();
  const isTagged = ({ frame }: { frame: number[] }) => frame[12] === 0x81 || frame[12] === 0x88;
  t.true(await until(() => frames.filter(isTagged).length === 2));
  t.deepEqual(
    frames.filter(isTagged).map(({ frame }) => frame),
    tagged.map((frame) => [...frame]),
  );
});

linux(
  'many frames, sent by AF_XDP: all come, in order, and a frame that is too long does not overtake',
  async (t) => {
    await cable(t, `${NAME}a`, `${NAME}b`);
    const ports = new LinuxPorts();
    t.teardown(() => ports.close());
    ports.add(0, `${NAME}a`);
    ports.add(1, `${NAME}b`);
    t.true(await bothUp(ports));
    t.deepEqual(ports.ports()[0]?.sending, { by: 'xdp', reason: undefined });
    const frames = collect(ports, (port, frame) => port === 1 && isExperiment(port, frame));
    const all = Array.from({ length: 5000 }, (_, index) => {
      const frame = experiment(index % 100 === 99 ? 5000 : 60 + (index % 1400), 1);
      new DataView(frame.buffer).setUint32(14, index);
      return frame;
    });
    await ip(`link set ${NAME}a mtu 6000`);
    await ip(`link set ${NAME}b mtu 6000`);
    // The MTU is looked at now and then.
    await wait(300);
    for (const [index, frame] of all.entries()) {
      ports.send(0, frame);
      if (index % 300 !== 299) continue;
      ports.flush();
      await until(() => frames.length === index + 1);
    }
    ports.flush();
    t.true(await until(() => frames.length === all.length));
    t.true(frames.every(({ frame }, index) => Buffer.from(frame).equals(all[index] ?? new Uint8Array(0))));
    t.is(ports.ports()[0]?.counters.sendDrops, 0);
  },
);

linux(
  'what stands before the link is not gone around: captures, queueing disciplines, filters',
  async (t) => {
    await cable(t, `${NAME}a`, `${NAME}b`);
    const ports = new LinuxPorts();
    t.teardown(() => ports.close());
    ports.add(0, `${NAME}a`);
    t.true(await bothUp(ports));
    const sends = (by: string, reason: RegExp | undefined) =>
      until(() => {
        const now = ports.ports()[0]?.sending;
        return now?.by === by && (reason === undefined || reason.test(now.reason ?? ''));
      });
    t.true(await sends('xdp', undefined));

    const dump = spawn('tcpdump', ['-i', `${NAME}a`, '-U', '-w', '-', 'ether proto 0x88b5'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    if (dump.pid === undefined) t.log('no tcpdump');
    else {
      let captured = 0;
      dump.stdout.on('data', (data: Buffer) => {
        captured += data.length;
      });
      t.true(await sends('packet', /somebody captures/));
      ports.send(0, experiment(60, 4));
      ports.flush();
      t.true(await until(() => captured >= 24 + 16 + 60));
      dump.kill();
      t.true(await sends('xdp', undefined));
    }

    const tc = async (words: string) =>
      (await execa('tc', words.split(' '), { reject: false })).exitCode === 0;
    if (await tc(`qdisc add dev ${NAME}a root tbf rate 1mbit burst 3000 latency 50ms`)) {
      t.true(await sends('packet', /queueing discipline: tbf/));
      await tc(`qdisc del dev ${NAME}a root`);
      t.true(await sends('xdp', undefined));
    }
    if (await tc(`qdisc add dev ${NAME}a clsact`)) {
      t.true(await sends('packet', /filters of tc/));
      await tc(`qdisc del dev ${NAME}a clsact`);
      t.true(await sends('xdp', undefined));
    }

    // One socket for AF_XDP an interface: the second one does without, or says why not.
    const others = new LinuxPorts('xdp');
    t.teardown(() => others.close());
    t.throws(() => others.add(0, `${NAME}a`), {
      instanceOf: PortError,
      message: `interface ${NAME}a cannot send by AF_XDP: another socket for AF_XDP is there`,
    });

    // The link goes: frames are lost and count, and when it is back they go as before.
    execFileSync('ip', ['link', 'set', `${NAME}a`, 'down']);
    for (let count = 0; count < 3; count++) ports.send(0, experiment(60, 4));
    ports.flush();
    t.is(ports.ports()[0]?.counters.sendDrops, 3);
    await ip(`link set ${NAME}a up`);
    t.true(await bothUp(ports));
    t.true(await sends('xdp', undefined));
  },
);

linux('links go down and up, and an interface that goes takes its port along', async (t) => {
  await cable(t, `${NAME}a`, `${NAME}b`);
  const ports = new LinuxPorts();
  t.teardown(() => ports.close());
  ports.add(0, `${NAME}a`);
  t.true(await bothUp(ports));
  const states: PortState[] = [];
  const failures: string[] = [];
  ports.listen({
    state: (_, state) => states.push(state),
    failed: ({ port }, message) => failures.push(`${port}: ${message}`),
  });
  await ip(`link set ${NAME}b down`);
  t.true(await until(() => states.length === 1));
  await ip(`link set ${NAME}b up`);
  t.true(await until(() => states.length === 2));
  t.deepEqual(states, ['down', 'up']);
  ports.add(1, `${NAME}b`);
  const frames = collect(ports, isExperiment);
  ports.send(1, experiment(60, 4));
  ports.flush();
  t.true(await until(() => frames.length === 1));
  ports.remove(1);
  t.deepEqual(
    ports.ports().map(({ port }) => port),
    [0],
  );
  await ip(`link del ${NAME}a`);
  t.true(await until(() => failures.length === 1));
  t.deepEqual(failures, [`0: interface ${NAME}a is gone, and port 0 with it`]);
  t.deepEqual(ports.ports(), []);
});

linux(
  'an interface that goes, and another one with its name: the port is gone, and lost frames count as lost',
  async (t) => {
    const ports = new LinuxPorts();
    t.teardown(() => ports.close());
    await cable(t, `${NAME}a`, `${NAME}b`);
    ports.add(0, `${NAME}a`);
    t.true(await bothUp(ports));
    const failures: string[] = [];
    let counters: PortCounters | undefined;
    ports.listen({
      failed: (port) => {
        failures.push(port.name);
        ({ counters } = port);
      },
    });
    // In one go, as scripts and containers do it; and before ports can hear of it.
    execFileSync('ip', ['-batch', '-'], {
      input: `link del ${NAME}a\nlink add ${NAME}a type veth peer name ${NAME}b\nlink set ${NAME}a up\nlink set ${NAME}b up\n`,
    });
    ports.send(0, experiment(60, 4));
    ports.flush();
    t.true(await until(() => failures.length === 1));
    t.deepEqual(failures, [`${NAME}a`]);
    t.like(counters, { sentFrames: 0, sentBytes: 0, sendDrops: 1 });
  },
);

linux('what cannot be opened is refused with what to do', async (t) => {
  const ports = new LinuxPorts();
  t.teardown(() => ports.close());
  t.throws(() => ports.add(0, `${NAME}none`), {
    instanceOf: PortError,
    message: `there is no interface ${NAME}none: 'ip link' shows which there are`,
  });
  t.throws(() => ports.add(0, 'a-name-that-is-too-long'), {
    instanceOf: PortError,
    message: /1 to 15 bytes/,
  });
  await cable(t, `${NAME}a`, `${NAME}b`);
  ports.add(0, `${NAME}a`);
  t.throws(() => ports.add(0, `${NAME}b`), {
    instanceOf: PortError,
    message: /port 0 is there already/,
  });
});

linux('without the capability the message says how to get it', async (t) => {
  const code = `
    import { LinuxPorts } from './switch/ports/linux-ports.ts';
    const ports = new LinuxPorts();
    try { ports.add(0, 'lo'); } catch (error) { process.stdout.write(error.message); }
    await ports.close();`;
  const node = [process.execPath, '--import=tsx', '--input-type=module', '--eval', code];
  const drop = ['--bounding-set', '-net_raw', '--inh-caps', '-net_raw', ...node];
  const { stdout } = await execa('setpriv', drop);
  t.regex(
    stdout,
    /^interface lo cannot be opened without the capability CAP_NET_RAW: run as root, or .*setcap/,
  );
});

/** Whether a TCP or UDP segment over IPv4 has a right checksum: the sum with its pseudo header is ffff. */
function isRight(frame: Uint8Array): boolean {
  const end = 14 + ((frame[16] ?? 0) << 8) + (frame[17] ?? 0);
  const length = end - 34;
  return sumWords(frame, 34, end, sumWords(frame, 26, 34, length + (frame[23] ?? 0))) === 0xffff;
}

const RECEIVER = `
  require('node:net').createServer((socket) => {
    let bytes = 0;
    socket.on('data', (data) => { bytes += data.length; if (bytes === 3000000) { socket.end('whole'); } });
  }).listen(5000, () => console.log('ready'));`;
const SENDER = `
  const socket = require('node:net').connect(5000, '10.99.0.2', () => socket.write(Buffer.alloc(3000000)));
  socket.on('data', (data) => { console.log(String(data)); process.exit(0); });`;

// The kernels of both ends leave checksums and segments to the card, of which there is none.
linux(
  'TCP between two namespaces through two ports: checksums are right, and frames as long as on a wire',
  async (t) => {
    const spaces = [`${NAME}x`, `${NAME}y`] as const;
    const ports = new LinuxPorts();
    t.teardown(() => ports.close());
    for (const [index, space] of spaces.entries()) {
      await ip(`netns add ${space}`);
      t.teardown(() => execa('ip', ['netns', 'del', space], { reject: false }));
      await cable(t, `${NAME}${index}`, `${NAME}e${index}`);
      await ip(`link set ${NAME}e${index} netns ${space}`);
      await ip(`-n ${space} addr add 10.99.0.${index + 1}/24 dev ${NAME}e${index}`);
      await ip(`-n ${space} link set ${NAME}e${index} up`);
      ports.add(index, `${NAME}${index}`);
    }
    t.true(await bothUp(ports));
    let longest = 0;
    let segments = 0;
    let wrong = 0;
    ports.listen({
      frames: () => {
        while (
          ports.receive(64, (port, frame) => {
            longest = Math.max(longest, frame.length);
            if (frame[12] === 8 && frame[13] === 0 && frame[23] === 6) {
              segments++;
              if (!isRight(frame)) wrong++;
            }
            ports.send(1 - port, frame);
          }) > 0
        );
        ports.flush();
      },
    });
    const receiver = spawn('ip', ['netns', 'exec', spaces[1], process.execPath, '--eval', RECEIVER]);
    t.teardown(() => {
      receiver.kill();
    });
    await new Promise((resolve) => receiver.stdout.once('data', resolve));
    const { stdout } = await execa('ip', ['netns', 'exec', spaces[0], process.execPath, '--eval', SENDER], {
      timeout: 60_000,
    });
    t.is(stdout, 'whole');
    t.is(wrong, 0);
    t.true(segments > 2000, `${segments}`);
    t.is(longest, 1514);
  },
);
