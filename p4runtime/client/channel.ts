/** How clients connect. */

import { ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';

/** Certificates as PEM. Without an authority, those of the system are believed. */
export type ClientTls = {
  readonly authority?: Buffer;
  /** For servers that ask who the client is. */
  readonly certificate?: Buffer;
  readonly key?: Buffer;
  /** The name in the server's certificate, where it is not that of the target. */
  readonly serverName?: string;
};

const LARGEST_MESSAGE = 512 * 1024 * 1024;

/** What a channel believes and shows. */
export function channelCredentials(tls: ClientTls | undefined): ChannelCredentials {
  if (tls === undefined) return ChannelCredentials.createInsecure();
  return ChannelCredentials.createSsl(tls.authority ?? null, tls.key ?? null, tls.certificate ?? null);
}

/** Programs with their JSON are long messages. */
export function channelOptions(tls: ClientTls | undefined): ChannelOptions {
  return {
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_send_message_length': -1,
    ...(tls?.serverName === undefined ? {} : { 'grpc.ssl_target_name_override': tls.serverName }),
  };
}
