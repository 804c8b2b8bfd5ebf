/** Traces packets for the controller's dashboard: `moor trace` in a process of its own, so that packets do not wait for it. */

import { spawn } from 'node:child_process';
import type { SwitchConfig } from '../controller/config/index.ts';
import { CPU_PORT } from '../controller/pipeline/index.ts';
import type { TraceAnswer, TraceService } from '../controller/trace-request.ts';

const PATIENCE_MS = 60_000;
/** What a trace may say: some hundred kilobytes are usual. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** @param command The words that run moor. */
export function traceService(command: readonly string[]): TraceService {
  return async ({ switch: one, port, packet }) => {
    const words = [
      ...['trace', '--json', '--target', one.target, '--device-id', String(one['device-id'])],
      ...tlsWords(one),
      ...['--cpu-port', String(CPU_PORT), '--port', String(port)],
      ...['--hex', Buffer.from(packet).toString('hex')],
    ];
    const { exitCode, output, errors } = await run([...command, ...words]);
    const said = errors
      .split('\n')
      .map((line) => line.replace(/^moor: /, ''))
      .filter((line) => line !== '');
    if (exitCode !== 0) {
      const message = said.join('; ') || `moor trace ended with ${exitCode ?? 'a signal'}`;
      return { kind: 'problem', message };
    }
    return readTraces(output, said);
  };
}

function readTraces(output: string, remarks: readonly string[]): TraceAnswer {
  const traces = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return { kind: 'traces', traces, remarks };
}

function tlsWords({ tls }: SwitchConfig): readonly string[] {
  if (tls === undefined) return [];
  return [
    '--tls',
    ...(tls.authority === undefined ? [] : ['--tls-ca', tls.authority]),
    ...(tls.certificate === undefined ? [] : ['--tls-cert', tls.certificate]),
    ...(tls.key === undefined ? [] : ['--tls-key', tls.key]),
    ...(tls['server-name'] === undefined ? [] : ['--tls-name', tls['server-name']]),
  ];
}

type Ended = { readonly exitCode: number | null; readonly output: string; readonly errors: string };

function run([program = '', ...words]: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    const taken = { output: '', errors: '' };
    const end = (exitCode: number | null, errors = taken.errors) => {
      clearTimeout(patience);
      resolve({ exitCode, output: taken.output, errors });
    };
    const patience = setTimeout(() => {
      child.kill();
      end(null, `the trace takes longer than ${PATIENCE_MS / 1000} s`);
    }, PATIENCE_MS);
    const take = (what: 'output' | 'errors') => (text: string) => {
      taken[what] += text;
      if (taken[what].length <= LONGEST_ANSWER) return;
      child.kill();
      end(null, 'the trace is too long to be shown');
    };
    child.stdout.setEncoding('utf8').on('data', take('output'));
    child.stderr.setEncoding('utf8').on('data', take('errors'));
    child.on('error', (problem) => end(null, problem.message));
    child.on('close', (code) => end(code));
  });
}
