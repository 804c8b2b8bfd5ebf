export { type BindingsOptions, makeBindings } from './make-bindings.ts';
