// Models in safetensors beside the same weights in GGUF.
import { describe, expect, it } from 'vitest';
import { openGguf, type ModelFile } from '../gguf.ts';
import { bytesSource } from '../testing/bytes-source.ts';
import { firstDifference } from '../testing/first-difference.ts';
import { readTensor } from '../testing/read-tensor.ts';
import { tinyLlama } from '../testing/tiny-llama.ts';
import { tinyHub, type HubFiles } from '../testing/write-safetensors.ts';
import { createTokenizer } from '../tokenizer.ts';
import { openSafetensors } from './open.ts';

const named = (files: HubFiles) =>
  Object.entries(files).map(([name, bytes]) => ({ name, source: bytesSource(bytes) }));
const open = (files: HubFiles) => openSafetensors(named(files));

async function expectSameTensors(got: ModelFile, want: ModelFile): Promise<void> {
  expect(got.tensors.map(({ id }) => id)).toEqual(want.tensors.map(({ id }) => id));
  for (const [i, tensor] of got.tensors.entries()) {
    const other = want.tensors[i] ?? expect.fail();
    expect(tensor.layout).toEqual(other.layout);
    expect(firstDifference(await readTensor(got, tensor, 1000), await readTensor(want, other))).toBeNull();
  }
}

describe('a tiny llama', () => {
  it.each(['F32', 'F16', 'BF16'] as const)(
    'in %s is what its GGUF is, but for the order of rows',
    async (type) => {
      const options = {
        weightType: type,
        embeddingType: type,
        normType: type,
        tiedEmbeddings: type === 'F16',
      };
      const [hub, gguf] = await Promise.all([
        open(tinyHub(5, options)),
        openGguf(bytesSource(tinyLlama(5, options))),
      ]);
      expect(hub.config).toEqual({ ...gguf.config, ropePairing: 'half', rmsNormEps: 1e-5 }); // there in f32
      await expectSameTensors(hub, gguf);
      const [own, other] = [createTokenizer(hub.tokenizer), createTokenizer(gguf.tokenizer)];
      const text = 'the 123 and\n<|im_end|> é';
      expect(own.encodeText(text)).toEqual(other.encodeText(text));
      const messages = [{ role: 'user', content: 'x' }];
      expect(own.encodeTemplate(own.renderChat(messages))).toEqual(
        other.encodeTemplate(other.renderChat(messages)),
      );
      expect(own.endOfTurnIds).toEqual(other.endOfTurnIds);
    },
  );

  it('in several files is what it is in one', async () => {
    await expectSameTensors(await open(tinyHub(5, {}, 3)), await open(tinyHub(5)));
  });
});
