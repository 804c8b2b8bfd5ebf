/** Programs that run beside each other, each with a log; all are ended together. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A program did not do what it is for. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError';
}

/** A program that runs, or has run. */
export type Running = {
  readonly name: string;
  readonly child: ChildProcess;
  readonly log: string;
  /** Lines that it wrote to standard output, if they are kept. */
  readonly lines: string[];
  readonly ended: Promise<number | null>;
};

export type StartOptions = {
  /** Hears each line of standard output. */
  readonly line?: (line: string) => void;
  readonly env?: Readonly<Record<string, string>>;
};

/** How long programs have to end by themselves. */
const PATIENCE_MS = 3000;

/** Programs that run. */
export class Processes {
  readonly #directory: string;
  readonly #running: Running[] = [];
  #isOver = false;

  /** @param directory Where logs go. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Starts a program. Its output goes to NAME.log. */
  start(name: string, [program = '', ...words]: readonly string[], options: StartOptions = {}): Running {
    if (this.#isOver) throw new ProcessError('everything has been ended');
    const log = path.join(this.#directory, `${name}.log`);
    const file = createWriteStream(log, { flags: 'a' });
    const child = spawn(program, words, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      // A group of its own, for those that have children.
      detached: true,
    });
    const lines: string[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      file.write(text);
      const parts = `${rest}${text}`.split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        options.line?.(line);
      }
    });
    child.stderr.on('data', (bytes: Buffer) => file.write(bytes));
    // A program that has ended takes no commands; whoever waits for answers hears of it.
    child.stdin.on('error', () => {});
    const ended = new Promise<number | null>((resolve) => {
      child.on('error', (error) => {
        file.write(`${error.message}\n`);
        resolve(null);
      });
      // Not 'exit': what it wrote may still be on its way.
      child.on('close', (code) => {
        if (rest !== '') lines.push(rest);
        resolve(code);
      });
    });
    const running = { name, child, log, lines, ended };
    this.#running.push(running);
    ended.then(() => {
      file.end();
      this.#running.splice(this.#running.indexOf(running), 1);
    });
    return running;
  }

  /** Runs a program to its end, and gives what it wrote. @throws ProcessError unless its exit code is 0. */
  async finish(name: string, words: readonly string[], options: StartOptions = {}): Promise<string> {
    const running = this.start(name, words, options);
    const code = await running.ended;
    if (code !== 0) throw new ProcessError(`${name} ended with ${code ?? 'a signal'}: ${tail(running.log)}`);
    return running.lines.join('\n');
  }

  /**
   * Waits until something holds.
   * @param by The program that it depends on: if it ends, so does the waiting. @param every Milliseconds between looks;
   * more for those that start programs.
   * @throws ProcessError after so many milliseconds.
   */
  async until(
    what: string,
    holds: () => boolean | Promise<boolean>,
    {
      by,
      within = 30_000,
      every = 20,
    }: { readonly by?: Running; readonly within?: number; readonly every?: number } = {},
  ): Promise<void> {
    for (const end = performance.now() + within; performance.now() < end; await wait(every)) {
      if (await holds()) return;
      if (by !== undefined && (by.child.exitCode !== null || by.child.signalCode !== null)) {
        throw new ProcessError(`${by.name} has ended before: ${what}: ${tail(by.log)}`);
      }
    }
    const why = by === undefined ? '' : `: ${tail(by.log)}`;
    throw new ProcessError(`it does not come to be within ${within / 1000} s: ${what}${why}`);
  }

  /** Ends one program. */
  async end(running: Running, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    signalGroup(running, signal);
    const patience = new AbortController();
    await Promise.race([
      running.ended,
      wait(PATIENCE_MS, undefined, { signal: patience.signal }).then(
        () => signalGroup(running, 'SIGKILL'),
        () => {},
      ),
    ]);
    await running.ended;
    patience.abort();
  }

  /** Ends all programs; no other can be started then. */
  async endAll(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#running.map((running) => this.end(running)));
  }

  /** Ends all programs at once, without waiting: for the end of this one. */
  killAll(): void {
    this.#isOver = true;
    for (const running of this.#running) signalGroup(running, 'SIGKILL');
  }
}

/** What a program has written; its log is made when it writes first. */
export function logOf({ log }: Running): string {
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

/** Sends a signal to a program and its children. */
export function signalGroup(
  { child: { pid } }: { readonly child: ChildProcess },
  signal: NodeJS.Signals,
): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** The last lines of a log. */
function tail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ') || 'it said nothing';
  } catch {
    return 'it said nothing';
  }
}
