/** What P4Runtime's objects are called in each architecture. */

import type { CheckedProgram } from '../../check/checked-program.ts';
import type { EvaluatedProgram } from '../../evaluate/index.ts';
import type { Node } from '../../syntax/ast.ts';

/** The extern types and table properties that P4Info knows, as one architecture calls them. */
export type Architecture = {
  /** What `pkg_info` says. */
  readonly name: string;
  /** How the number of cells is called; and which type argument is the index, if any. */
  readonly counter: { readonly type: string; readonly size: string; readonly index: number };
  readonly meter: { readonly type: string; readonly size: string; readonly index: number };
  readonly register: { readonly type: string; readonly size: string; readonly index: number };
  readonly directCounter: string;
  readonly directMeter: string;
  readonly actionProfile: string;
  readonly actionSelector: string;
  /** An extern; undefined: digests are sent by a call of the function `digest`. */
  readonly digest: string | undefined;
  readonly properties: {
    readonly implementation: string;
    readonly directCounter: string;
    readonly directMeter: string;
    readonly idleTimeout: string;
  };
};

const V1MODEL: Architecture = {
  name: 'v1model',
  counter: { type: 'counter', size: 'size', index: 0 },
  meter: { type: 'meter', size: 'size', index: 0 },
  register: { type: 'register', size: 'size', index: 1 },
  directCounter: 'direct_counter',
  directMeter: 'direct_meter',
  actionProfile: 'action_profile',
  actionSelector: 'action_selector',
  digest: undefined,
  properties: {
    implementation: 'implementation',
    directCounter: 'counters',
    directMeter: 'meters',
    idleTimeout: 'support_timeout',
  },
};

const PSA: Architecture = {
  name: 'psa',
  counter: { type: 'Counter', size: 'n_counters', index: 1 },
  meter: { type: 'Meter', size: 'n_meters', index: 0 },
  register: { type: 'Register', size: 'size', index: 1 },
  directCounter: 'DirectCounter',
  directMeter: 'DirectMeter',
  actionProfile: 'ActionProfile',
  actionSelector: 'ActionSelector',
  digest: 'Digest',
  properties: {
    implementation: 'psa_implementation',
    directCounter: 'psa_direct_counter',
    directMeter: 'psa_direct_meter',
    idleTimeout: 'psa_idle_timeout',
  },
};

const PNA: Architecture = {
  ...PSA,
  name: 'pna',
  properties: {
    implementation: 'pna_implementation',
    directCounter: 'pna_direct_counter',
    directMeter: 'pna_direct_meter',
    idleTimeout: 'pna_idle_timeout',
  },
};

/** Tofino. An action selector takes its members from an action profile, which is then no thing of its own. */
const TNA: Architecture = {
  name: 'tna',
  counter: { type: 'Counter', size: 'size', index: 1 },
  meter: { type: 'Meter', size: 'size', index: 0 },
  register: { type: 'Register', size: 'size', index: 1 },
  directCounter: 'DirectCounter',
  directMeter: 'DirectMeter',
  actionProfile: 'ActionProfile',
  actionSelector: 'ActionSelector',
  digest: 'Digest',
  properties: {
    implementation: 'implementation',
    directCounter: 'counters',
    directMeter: 'meters',
    idleTimeout: 'idle_timeout',
  },
};

/** The file that declares a package says which architecture it is of. */
const BY_FILE: ReadonlyMap<string, Architecture> = new Map([
  ['v1model', V1MODEL],
  ['psa', PSA],
  ['pna', PNA],
  ['pna_types', PNA],
  ['pna_blocks', PNA],
  ['tofino1_arch', TNA],
  ['tofino2_arch', { ...TNA, name: 't2na' }],
  // Its registers are PSA's.
  ['ubpf_model', { ...PSA, name: 'ubpf' }],
]);

/**
 * The architecture of `main`: that of the file which declares its package, or of the one that the program includes
 * when it declares the package itself. A file that is not known here gets tables and actions, and externs named as
 * PSA's; a program that declares all by itself is taken as one for BMv2.
 */
export function architectureOf({ program }: CheckedProgram, { main }: EvaluatedProgram): Architecture {
  const own = fileName(main.type.declaration);
  const known = BY_FILE.get(own);
  if (known !== undefined) return known;
  for (const declaration of program.declarations) {
    const included = declaration.span.source.isLibrary ? BY_FILE.get(fileName(declaration)) : undefined;
    if (included !== undefined) return included;
  }
  const declaredByProgram = main.type.declaration.span.source === main.origin.span.source;
  return declaredByProgram ? V1MODEL : { ...PSA, name: own };
}

function fileName({ span }: Node): string {
  return span.source.path.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
}
