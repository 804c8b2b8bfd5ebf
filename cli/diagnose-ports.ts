/** Whether the ports that moor.yaml names are there, up, and used both ways. */

import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import type { SwitchConfig } from '../controller/config/index.ts';
import { PemError, tlsOf } from '../controller/read-pem.ts';
import { PortsClient, RpcError } from '../p4runtime/client/index.ts';
import { type Port, Port_State } from '../p4runtime/gen/moor/v1/ports.ts';
import { sendsBy } from './p4runtime/port-commands.ts';
import type { Finding } from './run-doctor.ts';

const PORTS_TIMEOUT_MS = 3000;
/** So many frames without an answer are told: a server that lives asks for its router, at least. */
const MUTE_FRAMES = 5n;

type ConfiguredPort = {
  readonly of: Pick<SwitchConfig, 'name' | 'target'>;
  readonly number: number;
  readonly role: SwitchConfig['ports'][number]['role'];
};

/** Whether the ports of the configuration are there and up, where the switch tells. */
export async function portFindings(switches: readonly SwitchConfig[]): Promise<readonly Finding[]> {
  setLogVerbosity(logVerbosity.NONE);
  const found = await Promise.all(
    switches.map(async (one): Promise<readonly Finding[]> => {
      const there = await listPorts(one).catch((problem: unknown) => {
        if (problem instanceof PemError) return problem;
        throw problem;
      });
      if (there instanceof PemError) {
        return [
          { what: one.name, condition: 'missing', found: there.message, advice: "mend its 'tls' settings" },
        ];
      }
      if (there === undefined) {
        const advice = 'look with its own tools (simple_switch_CLI: show_ports)';
        return [{ what: one.name, condition: 'absent', found: 'does not tell of its ports', advice }];
      }
      const byNumber = new Map(there.map((port) => [port.number, port]));
      return one.ports.map(({ number, role }) => {
        const port = byNumber.get(number);
        return portFinding({ of: one, number, role }, port);
      });
    }),
  );
  return found.flat();
}

/** What there is to say about a port that the configuration has. @param port As the switch tells of it, if it does. */
export function portFinding({ of, number, role }: ConfiguredPort, port: Port | undefined): Finding {
  const what = `${of.name} port ${number} (${role})`;
  if (port === undefined) {
    const advice = `moor ports add ${number} INTERFACE --target ${of.target}`;
    return { what, condition: 'missing', found: 'the switch has no such port', advice };
  }
  const { name, counters } = port;
  if (port.state === Port_State.STATE_UP) {
    const { receivedFrames = 0n, sentFrames = 0n, receiveDrops = 0n, sendDrops = 0n } = counters ?? {};
    if (role !== 'uplink' && receivedFrames === 0n && sentFrames >= MUTE_FRAMES) {
      const advice =
        "is the 'link-address' of the server right (ip link there), is it on, and does the port lead to it?";
      const found = `${name}, up; ${sentFrames} frames went out and none came in`;
      return { what, condition: 'warning', found, advice };
    }
    if (100n * (receiveDrops + sendDrops) > receivedFrames + sentFrames) {
      const advice =
        'in: packets came faster than the switch takes them; out: frames were too long for the interface, or its queue was full';
      const found = `${name}, up; frames lost since it is open: ${receiveDrops} in, ${sendDrops} out`;
      return { what, condition: 'warning', found, advice };
    }
    const by = sendsBy(port);
    return { what, condition: 'ok', found: by === '' ? `${name}, up` : `${name}, up, sends by ${by}` };
  }
  if (port.state === Port_State.STATE_DOWN) {
    const advice = `is the cable in? ip link set ${name} up, on both sides`;
    return { what, condition: 'missing', found: `${name} is down`, advice };
  }
  const advice = `there is no interface ${name} on the switch any more; the port goes on when it is back`;
  return { what, condition: 'missing', found: `${name} is gone`, advice };
}

/** Undefined where the switch does not tell. @throws PemError where what TLS takes cannot be read. */
async function listPorts(own: SwitchConfig): Promise<readonly Port[] | undefined> {
  const tls = tlsOf(own);
  const client = new PortsClient({
    target: own.target,
    deviceId: BigInt(own['device-id']),
    timeoutMs: PORTS_TIMEOUT_MS,
    ...(tls === undefined ? {} : { tls }),
  });
  try {
    return await client.list();
  } catch (problem) {
    // Other switches do not know the service; that one cannot be reached at all is said elsewhere.
    if (problem instanceof RpcError) return undefined;
    throw problem;
  } finally {
    client.close();
  }
}
