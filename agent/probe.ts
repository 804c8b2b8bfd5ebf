/** Is the application available? A TCP connection, an HTTP request, or a program's exit code says so. */

import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { connect } from 'node:net';
import type { AgentConfig } from './config.ts';

export type ProbeConfig = NonNullable<AgentConfig['probe']>;

/** What a probe found: nothing, or why the application is not available. */
export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Asks once; never throws, and ends within the timeout. */
export async function probe({ tcp, http, status, command, timeout }: ProbeConfig): Promise<ProbeResult> {
  if (tcp !== undefined) return probeTcp(tcp, timeout);
  if (http !== undefined) return probeHttp(http, status, timeout);
  if (command !== undefined) return probeCommand(command, timeout);
  return { ok: true };
}

/** Splits HOST:PORT; brackets around an IPv6 address go. */
export function splitHostAndPort(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}

function probeTcp(target: string, timeout: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect(splitHostAndPort(target));
    const end = (result: ProbeResult) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeout, () =>
      end({ ok: false, problem: `${target}: no connection in ${timeout} ms` }),
    );
    socket.once('connect', () => end({ ok: true }));
    socket.once('error', (problem) => end({ ok: false, problem: `${target}: ${problem.message}` }));
  });
}

function probeHttp(url: string, status: number, timeout: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    // A deadline for the whole, not for silence only: an answer that trickles is none.
    const signal = AbortSignal.timeout(timeout);
    const request = get(url, { signal, agent: false }, (response) => {
      response.resume();
      const { statusCode } = response;
      resolve(
        statusCode === status
          ? { ok: true }
          : { ok: false, problem: `${url}: status ${statusCode}, not ${status}` },
      );
      request.destroy();
    });
    request.on('error', (problem) => {
      resolve({
        ok: false,
        problem: signal.aborted ? `${url}: no answer in ${timeout} ms` : `${url}: ${problem.message}`,
      });
    });
  });
}

function probeCommand([program = '', ...words]: readonly string[], timeout: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: 'ignore', timeout, killSignal: 'SIGKILL' });
    child.once('error', (problem) => resolve({ ok: false, problem: `${program}: ${problem.message}` }));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve({ ok: true });
      else if (signal !== null)
        resolve({ ok: false, problem: `${program}: ended by ${signal} (${timeout} ms)` });
      else resolve({ ok: false, problem: `${program}: exit code ${code}` });
    });
  });
}

/** Whether the application counts as available, and results in a row that say otherwise. */
export type Availability = { readonly isAvailable: boolean; readonly against: number };

/** One more result: `fall` failures in a row make it unavailable, `rise` successes in a row available. */
export function withResult(
  { isAvailable, against }: Availability,
  ok: boolean,
  { rise, fall }: { readonly rise: number; readonly fall: number },
): Availability {
  if (ok === isAvailable) return { isAvailable, against: 0 };
  const enough = against + 1 >= (isAvailable ? fall : rise);
  return enough ? { isAvailable: ok, against: 0 } : { isAvailable, against: against + 1 };
}
