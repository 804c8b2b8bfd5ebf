export { type Collection, type Identified, type Key, makeCollection, missing } from './collection.ts';
export {
  type DataType,
  type HeaderType,
  resolveNewType,
  resolveType,
  type StructType,
  type UnionType,
} from './data-type.ts';
export * from './entities.ts';
export { buildSchema, type Schema } from './schema.ts';
