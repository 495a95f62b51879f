// What the engine itself knows of files: bytes of a text, and what is none.
export { decodeBytes, type Decoding } from './decode-bytes.ts';
export { markupOf, refuseFileKind } from './file-kinds.ts';
