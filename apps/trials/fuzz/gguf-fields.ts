// Where the numbers of a (whole) GGUF header stand that say how many, how long or where: the places for a lie.
// Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

export interface GgufField {
  readonly what: string;
  readonly offset: number;
  readonly width: 4 | 8;
}

/** Bytes of a value by its type number; strings (8) and arrays (9) have their own length. */
const scalarBytes = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const stringType = 8;
const arrayType = 9;

export function ggufFields(file: Uint8Array<ArrayBuffer>): readonly GgufField[] {
  const view = new DataView(file.buffer);
  const fields: GgufField[] = [];
  let at = 8;
  const number = (what: string, width: 4 | 8): number => {
    fields.push({ what, offset: at, width });
    at += width;
    return width === 4 ? view.getUint32(at - 4, true) : Number(view.getBigUint64(at - 8, true));
  };
  const string = (what: string): void => {
    const length = number(`the length of ${what}`, 8);
    at += length;
  };
  const value = (type: number): void => {
    if (type === stringType) string('a string value');
    else if (type === arrayType) {
      const itemType = number('an item type', 4);
      const count = number('an array length', 8);
      for (let i = 0; i < count; i++) value(itemType);
    } else at += scalarBytes[type] ?? 0;
  };
  const numTensors = number('the tensor count', 8);
  const numKeys = number('the key count', 8);
  for (let i = 0; i < numKeys; i++) {
    string('a key');
    value(number('a value type', 4));
  }
  for (let i = 0; i < numTensors; i++) {
    string('a tensor name');
    const dims = number('a dimension count', 4);
    for (let k = 0; k < dims; k++) number('a dimension', 8);
    number('a tensor type', 4);
    number('a tensor offset', 8);
  }
  return fields;
}
