/** The work of `moor ports`. */

import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { PortsClient, RpcError } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type Port, Port_State, Sending_By } from '../../p4runtime/gen/moor/v1/ports.ts';
import { EXIT } from '../exit-codes.ts';
import { UserProblem } from '../user-problem.ts';
import { printJson, printTable } from './output.ts';
import { type ConnectionOptions, explain, tlsOf } from './session.ts';

const STATES: Readonly<Record<Port_State, string>> = {
  [Port_State.STATE_UNSPECIFIED]: 'unknown',
  [Port_State.STATE_UP]: 'up',
  [Port_State.STATE_DOWN]: 'down',
  [Port_State.STATE_GONE]: 'gone',
};

const SENT_BY: Readonly<Record<Sending_By, string>> = {
  [Sending_By.BY_UNSPECIFIED]: 'unknown',
  [Sending_By.BY_AF_PACKET]: 'AF_PACKET',
  [Sending_By.BY_AF_XDP]: 'AF_XDP',
};

const COLUMNS = [
  'PORT',
  'INTERFACE',
  'STATE',
  'FRAMES IN',
  'BYTES IN',
  'LOST IN',
  'FRAMES OUT',
  'BYTES OUT',
  'LOST OUT',
  'SENDS BY',
];

async function withPorts(
  options: ConnectionOptions,
  work: (ports: PortsClient) => Promise<void>,
): Promise<number> {
  setLogVerbosity(logVerbosity.NONE);
  let ports: PortsClient | undefined;
  try {
    const { target, deviceId, timeout } = options;
    const tls = tlsOf(options);
    ports = new PortsClient({
      target,
      deviceId,
      timeoutMs: timeout * 1000,
      ...(tls === undefined ? {} : { tls }),
    });
    await work(ports);
    return EXIT.done;
  } catch (problem) {
    return explain(isOtherSwitch(problem) ? OTHER_SWITCH : problem, options);
  } finally {
    ports?.close();
  }
}

const OTHER_SWITCH = new UserProblem(
  'the target does not let its ports be seen or changed this way, which only moor switch does; ' +
    'for simple_switch_grpc use port_add and port_remove of simple_switch_CLI',
  EXIT.environment,
);

function isOtherSwitch(problem: unknown): boolean {
  return problem instanceof RpcError && problem.code === Code.UNIMPLEMENTED;
}

function described({ number, name, state, counters, sending }: Port) {
  return {
    port: number,
    interface: name,
    state: STATES[state],
    ...counters,
    ...(sending === undefined ? {} : { sendsBy: SENT_BY[sending.by] }),
    ...(sending === undefined || sending.reason === '' ? {} : { notXdpBecause: sending.reason }),
  };
}

/** What a port's frames are sent by, and why it is not AF_XDP; empty for files, and for switches of before. */
export function sendsBy({ sending }: Pick<Port, 'sending'>): string {
  if (sending === undefined) return '';
  const { by, reason } = sending;
  return reason === '' ? SENT_BY[by] : `${SENT_BY[by]}: ${reason}`;
}

/** `moor ports list`. */
export function listPorts(options: ConnectionOptions): Promise<number> {
  return withPorts(options, async (ports) => {
    const all = await ports.list();
    if (options.json === true) {
      printJson(all.map(described));
      return;
    }
    if (all.length === 0) {
      process.stdout.write('no ports; moor ports add PORT INTERFACE adds one\n');
      return;
    }
    printTable(
      COLUMNS,
      all.map((port) => {
        const { counters } = port;
        const numbers =
          counters === undefined
            ? []
            : [
                counters.receivedFrames,
                counters.receivedBytes,
                counters.receiveDrops,
                counters.sentFrames,
                counters.sentBytes,
                counters.sendDrops,
              ];
        return [String(port.number), port.name, STATES[port.state], ...numbers.map(String), sendsBy(port)];
      }),
    );
  });
}

/** `moor ports add`. */
export function addPort(port: number, name: string, options: ConnectionOptions): Promise<number> {
  return withPorts(options, async (ports) => {
    const { state } = await ports.add(port, name);
    if (state === Port_State.STATE_UP) return;
    process.stderr.write(
      `moor: port ${port} is there, and its link is down: 'ip link set ${name} up' there, or the other end, is missing\n`,
    );
  });
}

/** `moor ports remove`. */
export function removePort(port: number, options: ConnectionOptions): Promise<number> {
  return withPorts(options, (ports) => ports.remove(port));
}
