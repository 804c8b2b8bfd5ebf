/** The service moor.v1.Ports over gRPC: `p4runtime/proto/moor/v1/ports.proto`. */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type Port, Port_State, Sending_By } from '../../p4runtime/gen/moor/v1/ports.ts';
import type { PortsServer } from '../../p4runtime/gen/moor/v1/ports-service.ts';
import { PortError } from '../ports/index.ts';
import { toServiceError } from './status.ts';
import type { PortSource, ShownPort } from './switch-ports.ts';

/** Who has the ports. All throw PortError. */
export type PortAdministration = {
  readonly list: () => readonly ShownPort[];
  readonly add: (port: number, source: PortSource) => ShownPort;
  readonly remove: (port: number) => void;
};

/** Codes of the reasons why a port cannot be. */
const CODES: Readonly<Record<PortError['reason'], Code>> = {
  taken: Code.ALREADY_EXISTS,
  missing: Code.NOT_FOUND,
  invalid: Code.INVALID_ARGUMENT,
  forbidden: Code.PERMISSION_DENIED,
  environment: Code.FAILED_PRECONDITION,
};

const STATES = { up: Port_State.STATE_UP, down: Port_State.STATE_DOWN, gone: Port_State.STATE_GONE } as const;

const SENT_BY = { xdp: Sending_By.BY_AF_XDP, packet: Sending_By.BY_AF_PACKET } as const;

function toPort({ port, name, state, counters, sending }: ShownPort): Port {
  return {
    number: port,
    name,
    state: STATES[state],
    counters: {
      receivedFrames: BigInt(counters.receivedFrames),
      receivedBytes: BigInt(counters.receivedBytes),
      sentFrames: BigInt(counters.sentFrames),
      sentBytes: BigInt(counters.sentBytes),
      receiveDrops: BigInt(counters.receiveDrops),
      sendDrops: BigInt(counters.sendDrops),
    },
    sending: sending === undefined ? undefined : { by: SENT_BY[sending.by], reason: sending.reason ?? '' },
  };
}

/** The handlers of the three calls. */
export function makePortService(ports: PortAdministration, device: bigint): PortsServer {
  /** Does the work and answers; errors say what to do. */
  const answer = <T>(
    deviceId: bigint,
    callback: (problem: ReturnType<typeof toServiceError> | null, response?: T) => void,
    work: () => T,
  ): void => {
    try {
      if (deviceId !== device) {
        throw new EntityError(
          Code.NOT_FOUND,
          `device_id: there is no device ${deviceId} here, only ${device}`,
        );
      }
      callback(null, work());
    } catch (problem) {
      if (problem instanceof PortError) callback({ code: CODES[problem.reason], details: problem.message });
      else callback(toServiceError(problem));
    }
  };
  return {
    listPorts: ({ request }, callback) => {
      answer(request.deviceId, callback, () => ({ ports: ports.list().map(toPort) }));
    },
    addPort: ({ request }, callback) => {
      const source = { kind: 'interface', name: request.interface } as const;
      answer(request.deviceId, callback, () => ({ port: toPort(ports.add(request.number, source)) }));
    },
    removePort: ({ request }, callback) => {
      answer(request.deviceId, callback, () => {
        ports.remove(request.number);
        return {};
      });
    },
  };
}
