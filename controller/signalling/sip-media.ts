/**
 * Which flows two session descriptions mean (RFC 3264): the streams of the server's, each with the client's in the same
 * place. While an offer is not settled, old and new descriptions both count, since media may go by either.
 */

import {
  type End,
  type ExpectedFlow,
  flowKey,
  type Side,
  type SignallingFlow,
  TCP,
  UDP,
} from './protocol.ts';
import type { MediaDescription } from './sdp.ts';

type Descriptions = Readonly<Record<Side, readonly MediaDescription[] | undefined>>;

/** What both sides of a dialog have said. */
export type DialogMedia = {
  /** Agreed on. */
  readonly settled: Descriptions;
  /** Said in the exchange that is going on. */
  readonly proposed: Descriptions;
};

const NOTHING: Descriptions = { client: undefined, server: undefined };
export const NO_MEDIA: DialogMedia = { settled: NOTHING, proposed: NOTHING };

export function propose(
  media: DialogMedia,
  side: Side,
  description: readonly MediaDescription[],
): DialogMedia {
  return { ...media, proposed: { ...media.proposed, [side]: description } };
}

/** Whether both sides have spoken in the exchange that is going on. */
export function isAnswered({ proposed }: DialogMedia): boolean {
  return proposed.client !== undefined && proposed.server !== undefined;
}

/** The exchange has succeeded. */
export function settle({ settled, proposed }: DialogMedia): DialogMedia {
  return {
    settled: {
      client: proposed.client ?? settled.client,
      server: proposed.server ?? settled.server,
    },
    proposed: NOTHING,
  };
}

/** The exchange has failed: what was before goes on. */
export function revert({ settled }: DialogMedia): DialogMedia {
  return { settled, proposed: NOTHING };
}

/** The flows that may come from the client. */
export function mediaFlows(
  { settled, proposed }: DialogMedia,
  flow: SignallingFlow,
): readonly ExpectedFlow[] {
  const flows = new Map<string, ExpectedFlow>();
  for (const server of [settled.server, proposed.server]) {
    if (server === undefined) continue;
    const clients = [settled.client, proposed.client].filter((one) => one !== undefined);
    for (const client of clients.length === 0 ? [undefined] : clients) {
      for (const [index, far] of server.entries()) {
        for (const one of streamFlows(far, client?.[index], flow)) flows.set(keyOf(one), one);
      }
    }
  }
  return [...flows.values()];
}

function streamFlows(
  far: MediaDescription,
  near: MediaDescription | undefined,
  flow: SignallingFlow,
): readonly ExpectedFlow[] {
  if (far.port === 0 || far.protocol === undefined || near?.port === 0) return [];
  const flows: ExpectedFlow[] = [];
  const add = (to: Partial<End>, from: Partial<End> | undefined) => {
    flows.push({
      protocol: far.protocol ?? UDP,
      clientAddress: from?.address ?? near?.address ?? flow.client.address,
      // Connections are opened from any port (RFC 4145); so is media of nobody knows where from.
      clientPort: far.protocol === TCP ? undefined : from?.port,
      virtualAddress: to.address ?? far.address ?? flow.virtual.address,
      virtualPort: to.port ?? far.port,
    });
  };
  const step = far.isRtp ? 2 : 1;
  const isMultiplexed = far.isMultiplexed && near?.isMultiplexed !== false;
  for (let index = 0; index < far.count; index++) {
    const at = far.port + index * step;
    const from = near === undefined ? undefined : near.port + index * step;
    if (at > 65_535) break;
    add({ port: at }, from === undefined || from > 65_535 ? undefined : { port: from });
    // With RTCP multiplexed it comes to the same port; until both have said so it may come to its own, too.
    if (!far.isRtp || (isMultiplexed && near !== undefined)) continue;
    const farRtcp = index === 0 && far.rtcp !== undefined ? far.rtcp : { port: at + 1, address: undefined };
    if (farRtcp.port > 65_535) continue;
    const nearRtcp = index === 0 && near?.rtcp !== undefined ? near.rtcp : undefined;
    const nearPort = nearRtcp?.port ?? (from === undefined ? undefined : from + 1);
    add(
      { port: farRtcp.port, ...(farRtcp.address === undefined ? {} : { address: farRtcp.address }) },
      nearPort === undefined || nearPort > 65_535
        ? undefined
        : {
            port: nearPort,
            ...(nearRtcp?.address === undefined ? {} : { address: nearRtcp.address }),
          },
    );
  }
  return flows;
}

function keyOf({ protocol, clientAddress, clientPort, virtualAddress, virtualPort }: ExpectedFlow): string {
  return flowKey({
    protocol,
    client: { address: clientAddress ?? -1n, port: clientPort ?? -1 },
    virtual: { address: virtualAddress, port: virtualPort ?? -1 },
  });
}
