/** What is known of a call of SIP, and how that outlives a restart. */

import { z } from 'zod';
import type { Side, SignallingFlow } from './protocol.ts';
import { SAVED_FLOW } from './saved-session.ts';
import type { DialogMedia } from './sip-media.ts';

/** More dialogs of a call are left out. */
export const MOST_DIALOGS = 32;

export type Dialog = {
  readonly media: DialogMedia;
  readonly isConfirmed: boolean;
  /** Seconds: when it ends unless it is confirmed, or its BYE refused. */
  readonly until: number | undefined;
  /** The flows that were announced, as a text: what is the same is not announced again. */
  readonly announced: string;
};

export type Call = {
  /** Who has sent the first INVITE. */
  readonly initiator: Side;
  /** Where the client is now; the server is that of the first message. */
  flow: SignallingFlow;
  /** The number of the INVITE that began it, or of the last one before somebody answered. */
  sequence: number;
  /** By the tag of who answered; before anyone has, ''. */
  readonly dialogs: Map<string, Dialog>;
};

const port = z.int().min(0).max(65_535);

/** Fields that are left out in JSON are there without a value in memory. */
const MEDIA = z
  .strictObject({
    protocol: z.int().optional(),
    port,
    count: z.int().min(1).max(16),
    address: z.bigint().optional(),
    isRtp: z.boolean(),
    isMultiplexed: z.boolean(),
    rtcp: z
      .strictObject({ port, address: z.bigint().optional() })
      .transform(({ port: at, address }) => ({ port: at, address }))
      .optional(),
  })
  .transform(({ protocol, address, rtcp, ...rest }) => ({ ...rest, protocol, address, rtcp }));

const DESCRIPTIONS = z
  .strictObject({ client: z.array(MEDIA).optional(), server: z.array(MEDIA).optional() })
  .transform(({ client, server }) => ({ client, server }));

const DIALOG = z
  .strictObject({
    media: z.strictObject({ settled: DESCRIPTIONS, proposed: DESCRIPTIONS }),
    isConfirmed: z.boolean(),
    until: z.number().optional(),
    announced: z.string(),
  })
  .transform(({ until, ...rest }) => ({ ...rest, until }));

const CALL = z.strictObject({
  initiator: z.enum(['client', 'server']),
  flow: SAVED_FLOW,
  sequence: z.int(),
  dialogs: z.array(z.tuple([z.string(), DIALOG])).max(MOST_DIALOGS),
});

/** A call that was saved with its dialogs as a list; undefined for what is none. */
export function restoreCall(saved: unknown): Call | undefined {
  const { data } = CALL.safeParse(saved);
  return data === undefined ? undefined : { ...data, dialogs: new Map(data.dialogs) };
}
