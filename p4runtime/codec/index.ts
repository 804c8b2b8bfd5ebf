export { decodeSigned, decodeUnsigned, encodeSigned, encodeUnsigned } from './bytestrings.ts';
export { type DataValue, decodeData, encodeData, type VarbitValue } from './data.ts';
export { decodeKey, decodeMatch, encodeKey, encodeMatch, type MatchValue } from './matches.ts';
export { decodeValue, encodeValue, type FieldValue } from './values.ts';
