/** The gRPC health checking protocol, https://github.com/grpc/grpc/blob/master/doc/health-checking.md. */

import type { ServerWritableStream } from '@grpc/grpc-js';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Status,
} from '../../p4runtime/gen/grpc/health/v1/health.ts';
import type { HealthServer } from '../../p4runtime/gen/grpc/health/v1/health-service.ts';

type Watcher = ServerWritableStream<HealthCheckRequest, HealthCheckResponse>;

/** How each service is; the empty name is the server as a whole. */
export class Health {
  readonly #services: readonly string[];
  #status: Status = Status.SERVING;
  readonly #watchers = new Set<Watcher>();

  constructor(services: readonly string[]) {
    this.#services = services;
  }

  /** From now on, nothing is served. Who watches is told, and that is the end of it: servers wait for open streams. */
  stop(): void {
    this.#status = Status.NOT_SERVING;
    for (const watcher of this.#watchers) {
      watcher.write({ status: this.#of(watcher) });
      watcher.end();
    }
  }

  #of({ request }: { readonly request: HealthCheckRequest }): Status {
    return this.#services.includes(request.service) ? this.#status : Status.SERVICE_UNKNOWN;
  }

  /** The handlers of the three calls. */
  service(): HealthServer {
    return {
      check: (call, callback) => {
        const status = this.#of(call);
        if (status !== Status.SERVICE_UNKNOWN) callback(null, { status });
        else {
          const known = this.#services.filter((name) => name !== '').join(', ');
          const details = `there is no service '${call.request.service}'; there are ${known}`;
          callback({ code: Code.NOT_FOUND, details });
        }
      },
      list: (_call, callback) => {
        const status = this.#status;
        callback(null, { statuses: Object.fromEntries(this.#services.map((name) => [name, { status }])) });
      },
      watch: (call) => {
        this.#watchers.add(call);
        call.on('cancelled', () => {
          this.#watchers.delete(call);
          call.end();
        });
        call.on('close', () => this.#watchers.delete(call));
        call.write({ status: this.#of(call) });
      },
    };
  }
}
