export { type ControlPlane, makeP4Info, type P4InfoInput } from './make-p4info.ts';
