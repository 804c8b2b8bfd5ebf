export { type BindingsOptions, makeBindings, PACKAGED_RUNTIME } from './make-bindings.ts';
