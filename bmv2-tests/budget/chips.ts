/** What one pipe of a Tofino has, stage by stage: public figures of the chips and of their open-source compiler. */

export type Chip = {
  readonly name: string;
  readonly stages: number;
  /** Per stage. SRAM blocks have 1,024 words of 128 bits, TCAM blocks 512 of 44. */
  readonly sram: number;
  readonly mapRam: number;
  readonly tcam: number;
  readonly logicalTables: number;
  readonly exactCrossbarBytes: number;
  readonly ternaryCrossbarBytes: number;
  /** For registers, meters and selectors; counters have four of their own. */
  readonly statefulAlus: number;
  readonly counterAlus: number;
  /** Slices of 16 bits that lead hashes to actions, registers and counters. */
  readonly hashSlices: number;
};

const STAGE = {
  sram: 80,
  mapRam: 48,
  tcam: 24,
  logicalTables: 16,
  exactCrossbarBytes: 128,
  ternaryCrossbarBytes: 66,
  statefulAlus: 4,
  counterAlus: 4,
  hashSlices: 6,
} as const;

export const TOFINO_1: Chip = { name: 'Tofino 1', stages: 12, ...STAGE };
export const TOFINO_2: Chip = { name: 'Tofino 2', stages: 20, ...STAGE };

/** Of the containers that stages compute on, which ingress and egress share. */
export const FIELD_BITS = 4096;

export const WORDS = 1024;
export const WORD_BITS = 128;
export const TCAM_WORDS = 512;
export const TCAM_BITS = 44;

/** What something takes, of each thing that a stage has. */
export type Use = { readonly [Resource in keyof typeof STAGE]: number };

export const NOTHING: Use = {
  sram: 0,
  mapRam: 0,
  tcam: 0,
  logicalTables: 0,
  exactCrossbarBytes: 0,
  ternaryCrossbarBytes: 0,
  statefulAlus: 0,
  counterAlus: 0,
  hashSlices: 0,
};
