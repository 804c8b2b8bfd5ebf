/** A P4Runtime server that listens: gRPC with or without TLS, health and reflection, and an end without loose ends. */

import { Server, ServerCredentials } from '@grpc/grpc-js';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { HealthService } from '../../p4runtime/gen/grpc/health/v1/health-service.ts';
import { PortsService } from '../../p4runtime/gen/moor/v1/ports-service.ts';
import type { ForwardingPipelineConfig } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Device } from './device.ts';
import { Health } from './health.ts';
import { type Listener, listenAt } from './listener.ts';
import { makePortService, type PortAdministration } from './port-service.ts';
import { makeReflection, REFLECTION_NAMES, REFLECTION_SERVICES } from './reflection.ts';
import { makeService, SERVICE } from './service.ts';
import { StreamChannels } from './stream-channel.ts';
import { SwitchState } from './switch-state.ts';

/** Certificates as PEM. With `clientAuthority`, clients have to show a certificate of it (mTLS). */
export type ServerTls = {
  readonly certificate: Buffer;
  readonly key: Buffer;
  readonly clientAuthority?: Buffer;
};

export type ServerOptions = {
  readonly device: Device;
  readonly deviceId: bigint;
  /** HOST:PORT; port 0 takes a free one. */
  readonly address: string;
  readonly tls?: ServerTls;
  /** The ports that clients may see and change: the service moor.v1.Ports. */
  readonly ports?: PortAdministration;
  /** A program to begin with. */
  readonly config?: ForwardingPipelineConfig;
};

export type RunningServer = {
  /** The port that it listens at. */
  readonly port: number;
  /** Messages for controllers that did not take them. */
  readonly dropped: () => number;
  /** Runs another program, as its controller would have set it. @throws EntityError. */
  readonly start: (config: ForwardingPipelineConfig) => void;
  /** Ends: controllers are told, requests on their way are answered. */
  readonly close: () => Promise<void>;
};

/** Programs with their JSON, and batches of a million entries. */
const LARGEST_MESSAGE = 512 * 1024 * 1024;

/** How long requests on their way may take once the server ends. */
const GRACE_MS = 2000;

const SERVICE_NAME = 'p4.v1.P4Runtime';
const PORTS_SERVICE_NAME = 'moor.v1.Ports';
const HEALTH_NAME = 'grpc.health.v1.Health';

/**
 * Starts a server.
 * @throws EntityError for a program that cannot run; Error when the address cannot be listened at.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const state = new SwitchState(options.device, options.deviceId);
  if (options.config !== undefined) state.start(options.config);
  const channels = new StreamChannels(state);
  const server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_send_message_length': -1,
    // Controllers on lines that die silently are gone within half a minute.
    'grpc.keepalive_time_ms': 15_000,
    'grpc.keepalive_timeout_ms': 10_000,
  });
  server.addService(SERVICE, makeService(state, channels));
  const services = [SERVICE_NAME];
  if (options.ports !== undefined) {
    server.addService(PortsService, makePortService(options.ports, options.deviceId));
    services.push(PORTS_SERVICE_NAME);
  }
  const health = new Health(['', ...services]);
  server.addService(HealthService, health.service());
  const reflection = makeReflection([...services, HEALTH_NAME, ...REFLECTION_NAMES]);
  for (const service of REFLECTION_SERVICES) server.addService(service, reflection);
  const listener = await listenAt(
    options.address,
    server.createConnectionInjector(credentials(options.tls)),
  ).catch((problem: unknown) => {
    server.forceShutdown();
    throw problem;
  });
  return {
    port: listener.port,
    dropped: () => channels.dropped,
    start: (config) => state.start(config),
    close: async () => {
      health.stop();
      channels.stop({ code: Code.UNAVAILABLE, details: 'the switch is shutting down' });
      await shutDown(server, listener);
    },
  };
}

function credentials(tls: ServerTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  return ServerCredentials.createSsl(
    tls.clientAuthority ?? null,
    [{ private_key: tls.key, cert_chain: tls.certificate }],
    tls.clientAuthority !== undefined,
  );
}

/** Lets requests end that are on their way, as far as they do so soon, and then ends all connections. */
function shutDown(server: Server, listener: Listener): Promise<void> {
  listener.stop();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      listener.destroy();
      resolve();
    };
    const timer = setTimeout(() => {
      server.forceShutdown();
      end();
    }, GRACE_MS);
    server.tryShutdown(end);
  });
}
