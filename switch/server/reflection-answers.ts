/** What server reflection answers, from the descriptors of all protos. */

import { createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { DESCRIPTORS } from '../../p4runtime/gen/descriptors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type {
  ServerReflectionRequest,
  ServerReflectionResponse,
} from '../../p4runtime/gen/grpc/reflection/v1/reflection.ts';

const SET = fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTORS, 'base64'));
const FILES: ReadonlyMap<string, FileDescriptorProto> = new Map(SET.file.map((file) => [file.name, file]));
const REGISTRY = createFileRegistry(SET);

type Answer = NonNullable<ServerReflectionResponse['messageResponse']>;

function refuse(what: string): Answer {
  return {
    $case: 'errorResponse',
    value: { errorCode: Code.NOT_FOUND, errorMessage: `there is no ${what} here` },
  };
}

/** A file with all that it imports, itself first. */
function withImports(file: FileDescriptorProto): Answer {
  const found = new Set([file]);
  // A set is walked with what is added meanwhile.
  for (const { dependency } of found) {
    for (const name of dependency) {
      const imported = FILES.get(name);
      if (imported !== undefined) found.add(imported);
    }
  }
  const fileDescriptorProto = [...found].map((one) => toBinary(FileDescriptorProtoSchema, one));
  return { $case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
}

/** The file of a message, an enum, a service; or of a field, a value, a method, whose name is one part longer. */
function fileOf(symbol: string): FileDescriptorProto | undefined {
  const found = REGISTRY.get(symbol) ?? REGISTRY.get(symbol.slice(0, Math.max(0, symbol.lastIndexOf('.'))));
  return found?.file.proto;
}

/** The answer to a request. @param services Their full names. */
export function answerReflection(
  { messageRequest: request }: ServerReflectionRequest,
  services: readonly string[],
): Answer {
  switch (request?.$case) {
    case 'listServices':
      return { $case: 'listServicesResponse', value: { service: services.map((name) => ({ name })) } };
    case 'fileByFilename': {
      const file = FILES.get(request.value);
      return file === undefined ? refuse(`file '${request.value}'`) : withImports(file);
    }
    case 'fileContainingSymbol': {
      const file = fileOf(request.value);
      return file === undefined ? refuse(`symbol '${request.value}'`) : withImports(file);
    }
    case 'allExtensionNumbersOfType':
      // Protos of version 3 have no extensions.
      return REGISTRY.getMessage(request.value) === undefined
        ? refuse(`message '${request.value}'`)
        : {
            $case: 'allExtensionNumbersResponse',
            value: { baseTypeName: request.value, extensionNumber: [] },
          };
    case 'fileContainingExtension':
      return refuse(`extension ${request.value.extensionNumber} of '${request.value.containingType}'`);
    default:
      return {
        $case: 'errorResponse',
        value: { errorCode: Code.INVALID_ARGUMENT, errorMessage: 'the request asks for nothing' },
      };
  }
}
