/**
 * SIP (RFC 3261): INVITE and its replies begin a call, offers and answers in them, in ACK, PRACK (RFC 3262) and UPDATE
 * (RFC 3311) say where its media goes (RFC 6337), BYE ends it. A call is known by its Call-ID and the tag of who began it;
 * where the request was forked it has several dialogs, by the tag of who answered. Messages of one call may come by
 * several flows.
 */

import { BoundedMap } from './bounded-map.ts';
import { makeMessageFramer } from './message-framer.ts';
import {
  type Side,
  type SignallingEvent,
  type SignallingFlow,
  type SignallingProtocol,
  TCP,
  type Tracker,
  UDP,
} from './protocol.ts';
import { type Call, type Dialog, MOST_DIALOGS, restoreCall } from './sip-call.ts';
import { isAnswered, mediaFlows, NO_MEDIA, propose, revert, settle } from './sip-media.ts';
import { parseSip, type SipMessage } from './sip-message.ts';

/** A call that rings may do so for longer than timer C, three minutes (RFC 3261, section 16.6). */
const RINGING_TIMEOUT = 200;
/** Without a session timer; with one, what that says (RFC 4028, section 4). */
const CALL_TIMEOUT = 1800;
const LONGEST_TIMEOUT = 86_400;
/** 64 T1: a BYE without a reply, or a branch that nobody took (RFC 3261, section 17.1.1.2, 13.2.2.4). */
const LINGERING = 32;

export const SIP: SignallingProtocol = {
  name: 'sip',
  announces: [UDP, TCP],
  makeFramer: () =>
    makeMessageFramer({
      startLine: /^(?:SIP\/2\.0 [1-6]\d\d\b.*|\S+ \S.* SIP\/2\.0)$/i,
      startLineInside:
        /(?:SIP\/2\.0 [1-6]\d\d\b[\x20-\x7e]*|(?:INVITE|ACK|BYE|CANCEL|UPDATE|PRACK|OPTIONS|REGISTER|INFO|REFER|NOTIFY|SUBSCRIBE|MESSAGE|PUBLISH) \S+ SIP\/2\.0)$/i,
      lengthField: /^(?:content-length|l)[ \t]*:[ \t]*(\d+)[ \t]*\r?$/im,
      isInterleaved: false,
    }),
  makeTracker: (mostSessions) => new SipTracker(mostSessions),
};

class SipTracker implements Tracker {
  readonly #calls: BoundedMap<string, Call>;
  /** Calls with dialogs that end by themselves. */
  readonly #ending = new Set<string>();
  #dropped: SignallingEvent[] = [];

  constructor(mostSessions: number) {
    this.#calls = new BoundedMap(mostSessions, (session) => {
      this.#ending.delete(session);
      this.#dropped.push({ kind: 'ended', session });
    });
  }

  take(bytes: Uint8Array, side: Side, flow: SignallingFlow, now: number): readonly SignallingEvent[] {
    const message = parseSip(bytes);
    if (message === undefined || message.fromTag === '') return [];
    const found = this.#find(message);
    if (found === undefined) {
      const isNew = message.method === 'INVITE' && message.status === undefined && message.toTag === '';
      return isNew ? this.#begin(message, side, flow) : [];
    }
    const [session, call] = found;
    this.#calls.set(session, call);
    if (side === 'client') call.flow = { ...flow, server: call.flow.server };
    const events: SignallingEvent[] = [{ kind: 'active', session }];
    if (message.status === undefined) this.#request(session, call, message, side, now, events);
    else this.#reply(session, call, message, message.status, side, now, events);
    return events;
  }

  closed(): readonly SignallingEvent[] {
    return [];
  }

  forget(session: string): void {
    this.#calls.delete(session);
    this.#ending.delete(session);
  }

  expire(now: number): readonly SignallingEvent[] {
    const events: SignallingEvent[] = [];
    for (const session of this.#ending) {
      const call = this.#calls.get(session);
      if (call === undefined) {
        this.#ending.delete(session);
        continue;
      }
      for (const [tag, { until }] of call.dialogs) {
        if (until !== undefined && until <= now) this.#endDialog(session, call, tag, events);
      }
      if (![...call.dialogs.values()].some(({ until }) => until !== undefined)) this.#ending.delete(session);
    }
    return events;
  }

  save(session: string): unknown {
    const call = this.#calls.get(session);
    return call === undefined ? undefined : { ...call, dialogs: [...call.dialogs] };
  }

  restore(session: string, saved: unknown): boolean {
    const call = restoreCall(saved);
    if (call === undefined) return false;
    this.#calls.set(session, call);
    if ([...call.dialogs.values()].some(({ until }) => until !== undefined)) this.#ending.add(session);
    return true;
  }

  /** A call is found from either side: who asks has the tag in From. */
  #find({ callId, fromTag, toTag }: SipMessage): readonly [string, Call] | undefined {
    for (const tag of [fromTag, toTag]) {
      const session = `${callId}\n${tag}`;
      const call = tag === '' ? undefined : this.#calls.get(session);
      if (call !== undefined) return [session, call];
    }
    return undefined;
  }

  #begin(message: SipMessage, side: Side, flow: SignallingFlow): readonly SignallingEvent[] {
    const session = `${message.callId}\n${message.fromTag}`;
    const call: Call = { initiator: side, flow, sequence: message.sequence, dialogs: new Map() };
    this.#calls.set(session, call);
    const events: SignallingEvent[] = [{ kind: 'began', session, timeout: RINGING_TIMEOUT }];
    const media = message.media === undefined ? NO_MEDIA : propose(NO_MEDIA, side, message.media);
    this.#put(session, call, '', { media, isConfirmed: false, until: undefined, announced: '' }, events);
    const dropped = this.#dropped;
    this.#dropped = [];
    return [...dropped, ...events];
  }

  #request(
    session: string,
    call: Call,
    message: SipMessage,
    side: Side,
    now: number,
    events: SignallingEvent[],
  ): void {
    const tag = answererTag(session, message);
    // An INVITE that is sent again, perhaps with another offer after a challenge.
    if (message.method === 'INVITE' && tag === '') call.sequence = message.sequence;
    let dialog = call.dialogs.get(tag);
    if (dialog === undefined) {
      // What made this dialog was not seen.
      if (message.media === undefined || call.dialogs.size >= MOST_DIALOGS) return;
      const media = call.dialogs.get('')?.media ?? NO_MEDIA;
      dialog = { media, isConfirmed: true, until: undefined, announced: '' };
    }
    if (message.method === 'BYE') {
      this.#put(session, call, tag, { ...dialog, until: now + LINGERING }, events);
      this.#ending.add(session);
      return;
    }
    if (message.media === undefined) return;
    const media = propose(dialog.media, side, message.media);
    // The answer to the offer of a 200.
    const isAnswer = message.method === 'ACK';
    this.#put(session, call, tag, { ...dialog, media: isAnswer ? settle(media) : media }, events);
  }

  #reply(
    session: string,
    call: Call,
    message: SipMessage,
    status: number,
    side: Side,
    now: number,
    events: SignallingEvent[],
  ): void {
    const tag = answererTag(session, message);
    const isFirst = message.method === 'INVITE' && side !== call.initiator && isOfFirst(call, message);
    if (isFirst && status >= 300) {
      // Nobody takes it any more, unless somebody has (RFC 3261, section 16.7).
      for (const [one, { isConfirmed }] of call.dialogs) {
        if (!isConfirmed) this.#endDialog(session, call, one, events);
      }
      return;
    }
    let dialog = call.dialogs.get(tag);
    if (dialog === undefined && isFirst && status > 100 && tag !== '') {
      if (call.dialogs.size >= MOST_DIALOGS) return;
      const media = call.dialogs.get('')?.media ?? NO_MEDIA;
      dialog = { media, isConfirmed: false, until: undefined, announced: '' };
    }
    if (dialog === undefined) return;
    if (message.method === 'BYE') {
      if (status >= 200 && (status < 300 || status === 408 || status === 481)) {
        this.#endDialog(session, call, tag, events);
      } else if (status >= 300) {
        this.#put(session, call, tag, { ...dialog, until: undefined }, events);
      }
      return;
    }
    if (!['INVITE', 'UPDATE', 'PRACK'].includes(message.method)) return;
    let { media } = dialog;
    if (message.media !== undefined) media = propose(media, side, message.media);
    if (status >= 300) media = revert(media);
    // The 200 of an INVITE without an offer has one itself; ACK answers it.
    // A reliable provisional reply can have the answer, and another exchange may follow before the call is taken
    // (RFC 6337, section 2.2).
    else if (status >= 200 || (!dialog.isConfirmed && isAnswered(media))) media = settle(media);
    const isConfirmed = dialog.isConfirmed || (message.method === 'INVITE' && status >= 200 && status < 300);
    if (isConfirmed && !dialog.isConfirmed) {
      this.#confirm(session, call, tag, now, events);
      events.push({ kind: 'timeout', session, seconds: timeoutOf(message) });
    } else if (isConfirmed && message.expires !== undefined && status < 300) {
      events.push({ kind: 'timeout', session, seconds: timeoutOf(message) });
    }
    const until = isConfirmed && !dialog.isConfirmed ? undefined : dialog.until;
    this.#put(session, call, tag, { ...dialog, media, isConfirmed, until }, events);
  }

  /** Somebody has answered: what was offered to all is his; the other branches end unless they answer too. */
  #confirm(session: string, call: Call, tag: string, now: number, events: SignallingEvent[]): void {
    for (const [one, dialog] of call.dialogs) {
      if (one === tag || dialog.isConfirmed || dialog.until !== undefined) continue;
      this.#put(session, call, one, { ...dialog, until: now + LINGERING }, events);
      this.#ending.add(session);
    }
  }

  #endDialog(session: string, call: Call, tag: string, events: SignallingEvent[]): void {
    const dialog = call.dialogs.get(tag);
    call.dialogs.delete(tag);
    // Before anyone has answered there may be further branches, but then the first one is still there.
    const isOver = [...call.dialogs.keys()].every((one) => one === '') && tag !== '';
    if (isOver || call.dialogs.size === 0) {
      this.forget(session);
      events.push({ kind: 'ended', session });
    } else if (dialog !== undefined && dialog.announced !== '') {
      events.push({ kind: 'announced', session, medium: tag, flows: [] });
    }
  }

  /** Keeps a dialog, and tells of its flows if they are others. */
  #put(session: string, call: Call, tag: string, dialog: Dialog, events: SignallingEvent[]): void {
    const flows = mediaFlows(dialog.media, call.flow);
    const announced = flows.map((one) => Object.values(one).map(String).join()).join(' ');
    call.dialogs.set(tag, { ...dialog, announced });
    if (announced !== dialog.announced) events.push({ kind: 'announced', session, medium: tag, flows });
  }
}

/** The tag of the end that did not begin the call. */
function answererTag(session: string, { fromTag, toTag, callId }: SipMessage): string {
  return session === `${callId}\n${fromTag}` ? toTag : fromTag;
}

function isOfFirst({ sequence }: Call, message: SipMessage): boolean {
  return message.sequence === sequence;
}

function timeoutOf({ expires }: SipMessage): number {
  return Math.min(expires ?? CALL_TIMEOUT, LONGEST_TIMEOUT);
}
