/** The P4Runtime service over gRPC: between grpc-js and `SwitchState`. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerDuplexStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import {
  type ReadRequest,
  ReadResponse,
  type StreamMessageRequest,
  type StreamMessageResponse,
  type WriteResponse,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { type P4RuntimeServer, P4RuntimeService } from '../../p4runtime/gen/p4/v1/p4runtime-service.ts';
import { BATCHES_KEY, BATCHES_VALUE } from '../../p4runtime/packet-batches.ts';
import { batchError, toServiceError } from './status.ts';
import type { StreamChannels } from './stream-channel.ts';
import { StreamOutlet } from './stream-outlet.ts';
import type { SwitchState } from './switch-state.ts';
import { decodeWriteRequest, type WireWriteRequest } from './wire-updates.ts';

/** The version of the API, as Capabilities tells it. */
export const API_VERSION = '1.5.0';

/** Messages that wait for a controller before more of them are dropped. */
const MAXIMUM_WAITING = 1024;

/** How long a reader that does not take its answers keeps writers waiting; past it, answers wait in memory. */
const PATIENCE_MS = 1000;

/**
 * P4Runtime, but for how the updates of a Write come, and how answers to a Read go: they wait as bytes, since an entity has some
 * kilobytes as an object, and a slow reader may leave a million of them waiting.
 */
export const SERVICE = {
  ...P4RuntimeService,
  write: { ...P4RuntimeService.write, requestDeserialize: decodeWriteRequest },
  read: { ...P4RuntimeService.read, responseSerialize: (answer: Buffer) => answer },
} as const;

type P4RuntimeHandlers = {
  readonly [Call in keyof typeof SERVICE]: Call extends 'write'
    ? handleUnaryCall<WireWriteRequest, WriteResponse>
    : Call extends 'read'
      ? handleServerStreamingCall<ReadRequest, Buffer>
      : P4RuntimeServer[Call];
};

/** The handlers of the six calls. */
export function makeService(state: SwitchState, channels: StreamChannels): P4RuntimeHandlers {
  return {
    write: (call, callback) => {
      state.write(call.request).then(
        (outcomes) => {
          if (outcomes.every((outcome) => outcome === undefined)) callback(null, {});
          else callback(batchError('updates', outcomes));
        },
        (problem: unknown) => callback(toServiceError(problem)),
      );
    },
    read: (call) => {
      void read(state, call);
    },
    setForwardingPipelineConfig: (call, callback) => {
      state.setPipeline(call.request).then(
        () => callback(null, {}),
        (problem: unknown) => callback(toServiceError(problem)),
      );
    },
    getForwardingPipelineConfig: (call, callback) => {
      try {
        const { deviceId, responseType } = call.request;
        callback(null, { config: state.getPipeline(deviceId, responseType) });
      } catch (problem) {
        callback(toServiceError(problem));
      }
    },
    streamChannel: (call) => serveStream(channels, call),
    capabilities: (_call, callback) => callback(null, { p4runtimeApiVersion: API_VERSION }),
  };
}

async function read(state: SwitchState, call: ServerWritableStream<ReadRequest, Buffer>): Promise<void> {
  let patience = PATIENCE_MS;
  const send = async (entities: ReadResponse['entities']): Promise<void> => {
    const answer = Buffer.from(ReadResponse.encode({ entities }).finish());
    if (call.write(answer) || patience <= 0 || call.cancelled) return nextTurn();
    const start = performance.now();
    await drained(call, patience);
    patience -= performance.now() - start;
  };
  try {
    const outcomes = await state.read(call.request, send);
    if (outcomes.every((outcome) => outcome === undefined)) call.end();
    else call.emit('error', batchError('requests', outcomes));
  } catch (problem) {
    call.emit('error', toServiceError(problem));
  }
}

/** Resolves when a call takes more, has ended, or the time is over. */
function drained(call: ServerWritableStream<ReadRequest, Buffer>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      call.off('drain', done);
      call.off('cancelled', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    call.on('drain', done);
    call.on('cancelled', done);
  });
}

function serveStream(
  channels: StreamChannels,
  call: ServerDuplexStream<StreamMessageRequest, StreamMessageResponse>,
): void {
  let isOver = false;
  const answer = new Metadata();
  answer.set(BATCHES_KEY, BATCHES_VALUE);
  call.sendMetadata(answer);
  const outlet = new StreamOutlet(call, call.metadata.get(BATCHES_KEY).includes(BATCHES_VALUE));
  const id = channels.open({
    send: (message) => {
      if (!isOver) outlet.send(message);
    },
    isBusy: () => isOver || outlet.waiting > MAXIMUM_WAITING,
    hasWaiting: () => isOver || outlet.waiting > 0,
    fail: (error) => {
      if (isOver) return;
      isOver = true;
      call.emit('error', error);
    },
  });
  const close = () => {
    isOver = true;
    channels.close(id);
  };
  call.on('data', (message: StreamMessageRequest) => channels.receive(id, message));
  call.on('end', () => {
    if (!isOver) call.end();
    close();
  });
  call.on('cancelled', close);
  call.on('error', close);
  call.on('close', close);
}
