// A model file's own tokenizer, in Node: to make texts of so many tokens.
import { open } from 'node:fs/promises';
import { createTokenizer, openGguf, type Tokenizer } from '@longread/formats';

/** @throws ModelFormatError */
export async function openTokenizer(modelPath: string): Promise<Tokenizer> {
  const file = await open(modelPath);
  try {
    const { size } = await file.stat();
    const model = await openGguf({
      size,
      async read(offset, length) {
        const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    });
    return createTokenizer(model.tokenizer);
  } finally {
    await file.close();
  }
}
