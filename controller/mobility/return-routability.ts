/**
 * Home Test Init and Care-of Test Init (RFC 6275, 9.4). Nothing is remembered of who asks: the token is made from the
 * address and the nonce, and made again when a Binding Update comes.
 */

import type { Ipv6Packet, MobilityMessage } from '../../wire/index.ts';
import { emitMobilityPacket } from './answers.ts';
import { useNonce } from './nonces.ts';
import { takeToken } from './rate-limit.ts';
import { count, type MobilityState } from './state.ts';
import { careOfKeygenToken, homeKeygenToken } from './tokens.ts';
import type { MobilityEffect } from './types.ts';

/** Answers with Home Test or Care-of Test. */
export function receiveTestInit(
  state: MobilityState,
  packet: Ipv6Packet,
  message: MobilityMessage & { readonly kind: 'homeTestInit' | 'careOfTestInit' },
  now: number,
  effects: MobilityEffect[],
): void {
  const { source, destination } = packet.header;
  // 9.4.1, 9.4.2: one with a Home Address option is silently ignored.
  if (packet.homeAddress !== undefined) {
    count(state, 'ignored: test init with a Home Address option');
    return;
  }
  if (!takeToken(state.answersPerAddress, source, now)) {
    count(state, 'limited: test');
    return;
  }
  const nonce = useNonce(state.nonces, now, state.random, effects);
  const isHome = message.kind === 'homeTestInit';
  const keygenToken = isHome ? homeKeygenToken(nonce, source) : careOfKeygenToken(nonce, source);
  count(state, isHome ? 'sent: home test' : 'sent: care-of test');
  effects.push({
    kind: 'send',
    packet: emitMobilityPacket(destination, source, {
      kind: isHome ? 'homeTest' : 'careOfTest',
      nonceIndex: nonce.index,
      cookie: message.cookie,
      keygenToken,
      options: [],
    }),
  });
}
