export { type Collection, type Identified, type Key, makeCollection, missing } from './collection.ts';
export * from './data-type.ts';
export * from './entities.ts';
export { buildSchema, type Schema } from './schema.ts';
