/** The back end for BMv2's simple_switch: from a lowered v1model program to the JSON that the switch loads. */

export { BMV2_PASSES } from './passes.ts';
export { BMV2_JSON_VERSION, type Bmv2Json, makeBmv2Json } from './program.ts';
