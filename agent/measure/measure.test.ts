/** Texts of /proc, with loads by hand. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import {
  cpuLoad,
  ioQueueLoad,
  LoadSampler,
  MeasureError,
  memoryLoad,
  networkBufferLoad,
  parseCpu,
  parseDiskstats,
  waiting,
} from './index.ts';

test('CPU: busy ticks of all', (t) => {
  // 100 + 10 + 50 + 800 + 20 + 5 + 5 + 10 = 1000 in all, 820 of them idle or waiting for I/O. Guest time (7) is in user.
  const before = parseCpu('cpu  100 10 50 800 20 5 5 10 7 0\ncpu0 1 2 3 4\nintr 5\n');
  t.deepEqual(before, { busy: 180, total: 1000 });
  // 100 ticks later, 30 of them busy.
  t.is(cpuLoad({ busy: 180, total: 1000 }, { busy: 210, total: 1100 }), 0.3);
  t.is(cpuLoad({ busy: 180, total: 1000 }, { busy: 100, total: 900 }), 0);
  t.is(parseCpu('intr 5\n'), undefined);
});

test('memory: what is not available', (t) => {
  t.is(memoryLoad('MemTotal:        8000 kB\nMemFree:          100 kB\nMemAvailable:    6000 kB\n'), 0.25);
  t.is(memoryLoad('MemTotal: 8000 kB\n'), undefined);
});

const SOCKSTAT = `sockets: used 27
TCP: inuse 1 orphan 0 tw 11 alloc 1 mem 300
UDP: inuse 2 mem 50
UDPLITE: inuse 0
`;

test('socket buffers: the fuller of TCP and UDP', (t) => {
  // 300 of 1000 pages and 50 of 100.
  t.is(networkBufferLoad(SOCKSTAT, '10\t20\t1000\n', '10\t20\t100\n'), 0.5);
  t.is(networkBufferLoad(SOCKSTAT, '10\t20\t400\n', '10\t20\t100\n'), 0.75);
  t.is(networkBufferLoad('', '', ''), undefined);
});

const DISKSTATS = `   7       0 loop0 9 9 9 9 9 9 9 9 9 9 999999 0 0 0 0 0 0
 254       0 vda 120 5 3000 40 60 7 900 80 2 100 WEIGHTED 0 0 0 0 3 4
 254       1 vda1 120 5 3000 40 60 7 900 80 2 100 99999 0 0 0 0 0 0
`;

test('I/O queue: by the weighted time of whole disks', (t) => {
  const at = (weighted: number) =>
    parseDiskstats(DISKSTATS.replace('WEIGHTED', String(weighted)), (name) => name === 'vda');
  t.deepEqual([...at(500)], [['vda', 500]]);
  // 16,000 ms of requests in 1000 ms: 16 waited at a time, of the 64 that the queue takes.
  t.is(
    ioQueueLoad(at(500), at(16_500), 1000, () => 64),
    0.25,
  );
  t.is(
    ioQueueLoad(at(500), at(3), 1000, () => 64),
    0,
  );
  t.is(
    ioQueueLoad(at(0), at(999_999), 1000, () => 64),
    1,
  );
});

// Ports: 0050 is 80, 13C4 is 5060. The first has 5 connections that wait, in IPv6 3; the last line is a connection of the port.
const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:0050 00000000:0000 0A 00000000:00000005 00:00000000 00000000     0        0 1685 1 0 100 0 0 10 0
   1: 0100007F:9848 0100007F:0050 01 00000000:00000000 03:00000D5E 00000000     0        0 0 3 0
   2: 0100007F:0050 0100007F:9848 01 00000000:00000FFF 03:00000D5E 00000000     0        0 0 3 0
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000003 00:00000000
`;
const UDP = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  100: 00000000:13C4 00000000:0000 07 00000000:00001000 00:00000000 00000000     0        0 17 2 0 0
`;

test('backlog: connections that wait at a listening socket, bytes at a UDP socket', (t) => {
  t.is(waiting([TCP, TCP6], { protocol: 'tcp', port: 80 }), 5);
  t.is(waiting(['', TCP6], { protocol: 'tcp', port: 80 }), 3);
  t.is(waiting([TCP, TCP6], { protocol: 'tcp', port: 81 }), undefined);
  t.is(waiting([UDP], { protocol: 'udp', port: 5060 }), 4096);
});

test('a machine of files', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'moor-proc-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  const put = (path: string, text: string) => {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const options = {
    proc: join(root, 'proc'),
    sys: join(root, 'sys'),
    ports: [
      { protocol: 'tcp', port: 80, limit: 511 },
      { protocol: 'udp', port: 5060 },
    ],
  } as const;
  t.throws(() => new LoadSampler(options, 0), { instanceOf: MeasureError });
  put('proc/stat', 'cpu  100 0 0 900 0 0 0 0\n');
  put('proc/meminfo', 'MemTotal: 1000 kB\nMemAvailable: 400 kB\n');
  put('proc/net/sockstat', SOCKSTAT);
  put('proc/sys/net/ipv4/tcp_mem', '1 2 1000\n');
  put('proc/sys/net/ipv4/udp_mem', '1 2 1000\n');
  put('proc/sys/net/core/somaxconn', '10\n');
  put('proc/sys/net/core/rmem_default', '8192\n');
  put('proc/net/tcp', TCP);
  put('proc/net/udp', UDP);
  put('proc/diskstats', DISKSTATS.replace('WEIGHTED', '0'));
  put('sys/block/vda/queue/nr_requests', '32\n');
  const sampler = new LoadSampler(options, 1000);
  put('proc/stat', 'cpu  150 0 0 950 0 0 0 0\n');
  put('proc/diskstats', DISKSTATS.replace('WEIGHTED', '4000'));
  // Half of 100 ticks; 600 of 1000 kB; 300 of 1000 pages; 4000/500 = 8 of 32 requests. Backlog: 5 of 10 (the kernel cuts 511), and
  // 4096 of 8192 bytes.
  t.deepEqual(sampler.sample(1500), {
    cpu: 0.5,
    memory: 0.6,
    networkBuffers: 0.3,
    ioQueue: 0.25,
    backlog: 0.5,
  });
});

test('texts that are none: no crash, and loads from 0 to 1', (t) => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom('cpu a b c d', 'MemTotal: 0 kB', TCP.slice(0, 150), 'TCP: mem x', DISKSTATS),
  );
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const cpu = parseCpu(a);
      const disks = parseDiskstats(b, () => true);
      const all = [
        cpu === undefined ? 0 : cpuLoad(cpu, cpu),
        memoryLoad(a) ?? 0,
        networkBufferLoad(a, b, c) ?? 0,
        ioQueueLoad(
          disks,
          parseDiskstats(c, () => true),
          10,
          () => 8,
        ),
      ];
      const queue = waiting([a, b], { protocol: 'tcp', port: 80 }) ?? 0;
      return all.every((load) => load >= 0 && load <= 1) && queue >= 0;
    }),
  );
  t.pass();
});
