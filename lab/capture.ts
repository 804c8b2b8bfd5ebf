/** Packets that pass an interface, written to a file by tcpdump. */

import { statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { logOf, type Processes } from './processes.ts';

/**
 * Milliseconds without anything new in the file after which it has all that came: the kernel keeps packets for tcpdump for up to a
 * second. (That it does not in `--immediate-mode` costs more: there each packet takes as much of the buffer as the longest.)
 */
const QUIET_MS = 1500;

/** So often is looked for that: there are links that are never quiet. */
const LOOKS = 10;

/** What is seen of an interface, and where it is written. */
export type CaptureSettings = {
  /** A name for its log. */
  readonly name: string;
  readonly file: string;
  readonly interfaceName: string;
  /** What a kernel itself sends has no checksums yet: `in` is what comes. */
  readonly direction?: 'in' | 'inout';
  /** An expression of pcap; without one, everything is seen. */
  readonly filter?: string;
};

/** A capture that runs. */
export type Capture = {
  readonly file: string;
  /** Waits until nothing has come for a while, so that the file has all that did, and ends it. */
  readonly end: () => Promise<void>;
};

/**
 * Starts a capture; packets are seen from when it is there.
 * @param inPlace Has a program run where the interface is.
 * @throws ProcessError if tcpdump does not start.
 */
export async function startCapture(
  processes: Processes,
  inPlace: (...words: readonly string[]) => readonly string[],
  { name, file, interfaceName, direction = 'inout', filter = '' }: CaptureSettings,
): Promise<Capture> {
  const modes = ['-U', '-B', '8192', '-s', '0'];
  const words = ['tcpdump', '-i', interfaceName, '-Q', direction, ...modes, '-w', file];
  const running = processes.start(name, inPlace(...words, ...(filter === '' ? [] : [filter])));
  await processes.until('tcpdump listens', () => logOf(running).includes('listening on'), { by: running });
  const end = async () => {
    let size = -1;
    for (let look = 0; look < LOOKS && size !== statSync(file).size; look++) {
      size = statSync(file).size;
      await wait(QUIET_MS);
    }
    await processes.end(running, 'SIGINT');
  };
  return { file, end };
}
