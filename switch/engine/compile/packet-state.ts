/** What is known about the packet that is being worked on, besides its headers and metadata: globals of the module. */

import type { FunctionBuilder, Global32, Global64, ModuleBuilder } from '../../wasm/index.ts';

/** A length that truncates nothing. */
export const UNTRUNCATED = 0xffff_ffff;

/** In `clone`: a clone is wanted. The session, of 15 bits, is below it. */
export const CLONE_WANTED = 0x8000;

/** The state of one packet. */
export class PacketState {
  /** Time now, in nanoseconds since the switch started. */
  readonly now: Global64;
  /** Its first byte, as it came to the parser. */
  readonly start: Global32;
  /** Behind its parsed headers; once it is deparsed, its first byte. */
  readonly payload: Global32;
  /** Behind its last byte. */
  readonly end: Global32;
  /** What counters and meters count. */
  readonly ingressLength: Global32;
  /** What standard_metadata.packet_length will be in egress: follows headers that come and go. */
  readonly packetLength: Global32;
  /** The session to clone to with `CLONE_WANTED`, or 0. */
  readonly clone: Global32;
  readonly cloneFields: Global32;
  /** The digest that is asked for, or 0. */
  readonly learn: Global32;
  /** The field list to resubmit with, or 0. */
  readonly resubmit: Global32;
  /** The field list to recirculate with, or 0. */
  readonly recirculate: Global32;
  /** The longest it may be when it leaves. */
  readonly truncated: Global32;
  /** Whether the pipeline ends here. */
  readonly exit: Global32;
  /** Whether an assertion failed: the packet is dropped. */
  readonly failed: Global32;
  /** The buffer that it is in and that is given back when it is gone; 0: the host's. */
  readonly buffer: Global32;
  /** How often it, or the packet it is a copy of, has been resubmitted, recirculated or cloned. */
  readonly generation: Global32;
  /** How many passes the packet that was received may still cause. */
  readonly passesLeft: Global32;

  /** Declares the globals. */
  constructor(m: ModuleBuilder) {
    this.now = m.global64('now');
    this.start = m.global32('start');
    this.payload = m.global32('payload');
    this.end = m.global32('end');
    this.ingressLength = m.global32('ingressLength');
    this.packetLength = m.global32('packetLength');
    this.clone = m.global32('clone');
    this.cloneFields = m.global32('cloneFields');
    this.learn = m.global32('learn');
    this.resubmit = m.global32('resubmit');
    this.recirculate = m.global32('recirculate');
    this.truncated = m.global32('truncated', UNTRUNCATED);
    this.exit = m.global32('exit');
    this.failed = m.global32('failed');
    this.buffer = m.global32('buffer');
    this.generation = m.global32('generation');
    this.passesLeft = m.global32('passesLeft');
  }

  /** What a packet that is new, or a new copy, starts with. */
  clearRequests(f: FunctionBuilder): void {
    for (const flag of [this.clone, this.cloneFields, this.learn, this.resubmit, this.recirculate]) {
      f.set(flag, 0);
    }
    f.set(this.truncated, UNTRUNCATED);
    f.set(this.exit, 0);
    f.set(this.failed, 0);
  }
}
