/** A switch that cases are put to: programs and entries over P4Runtime, packets in and out by its ports. */

import type { SwitchClient } from '../../p4runtime/client/index.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import type { RawDigest } from '../harness/embedded.ts';
import type { CompiledProgram } from '../harness/pipeline-program.ts';

/** A program that runs. */
export type Loaded = { readonly client: SwitchClient; readonly schema: Schema };

export type EngineUnderTest = {
  /** Runs a program with nothing in its tables and registers, also where it is the one that runs. */
  readonly load: (program: CompiledProgram) => Promise<Loaded>;
  /** Puts zeros into all registers of the program that runs; false where the engine has no way to: then it takes `load`. */
  readonly clearRegisters: () => Promise<boolean>;
  /** Gives packets to it, one after another: what leaves, in order for each port. */
  readonly send: (packets: readonly PortPacket[]) => Promise<readonly PortPacket[]>;
  /** What the data plane has reported since the last call. @param count How many are expected: they may be on their way. */
  readonly takeDigests: (count: number) => Promise<readonly RawDigest[]>;
  readonly close: () => Promise<void>;
};
