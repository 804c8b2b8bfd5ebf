/**
 * The gRPC server reflection protocol, https://github.com/grpc/grpc/blob/master/doc/server-reflection.md, in both its
 * versions. The descriptors are read when somebody asks: it takes as long as the rest of the server's start.
 */

import type { ServerReflectionRequest } from '../../p4runtime/gen/grpc/reflection/v1/reflection.ts';
import {
  type ServerReflectionServer,
  ServerReflectionService,
} from '../../p4runtime/gen/grpc/reflection/v1/reflection-service.ts';

/** The names of the protocol's versions. */
export const REFLECTION_NAMES = [
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
] as const;

/** The two versions, which differ in their name only. */
export const REFLECTION_SERVICES = REFLECTION_NAMES.map((name) => ({
  serverReflectionInfo: {
    ...ServerReflectionService.serverReflectionInfo,
    path: `/${name}/ServerReflectionInfo`,
  },
}));

/** Handles the one call. @param services The names that are listed. */
export function makeReflection(services: readonly string[]): ServerReflectionServer {
  return {
    serverReflectionInfo: (call) => {
      // One promise for all of a stream, so that answers keep the order.
      const reading = import('./reflection-answers.ts');
      call.on('data', (request: ServerReflectionRequest) => {
        void reading.then(({ answerReflection }) => {
          call.write({
            validHost: request.host,
            originalRequest: request,
            messageResponse: answerReflection(request, services),
          });
        });
      });
      call.on('end', () => void reading.then(() => call.end()));
      call.on('error', () => {});
    },
  };
}
