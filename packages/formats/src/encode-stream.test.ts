import fc from 'fast-check';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildTokenizerJson } from './build-tokenizer-json.ts';
import { byteChars } from './byte-level.ts';
import { encodeStream, findCut } from './encode-stream.ts';
import { openGguf } from './gguf.ts';
import { preTokenizerNamed } from './pre-tokenizers.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlama } from './testing/tiny-llama.ts';
import { bareTokenizer } from './testing/bare-tokenizer.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

vi.setConfig({ testTimeout: 60_000 });

const preTokenizers = ['smollm', 'gpt-2', 'llama-bpe', 'qwen2', 'deepseek-llm', 'deepseek-coder'];

async function tiny(pre: string): Promise<Tokenizer> {
  const metadata = { 'tokenizer.ggml.pre': pre };
  const model = await openGguf(
    bytesSource(
      tinyLlama(1, { numLayers: 1, hiddenSize: 4, headDim: 4, numHeads: 1, numKvHeads: 1, metadata }),
    ),
  );
  return createTokenizer(model.tokenizer);
}

async function stream(
  tokenizer: Tokenizer,
  pieces: readonly string[],
): Promise<{ ids: number[]; ends: number[]; sizes: number[] }> {
  async function* source(): AsyncGenerator<string> {
    for (const piece of pieces) yield Promise.resolve(piece);
  }
  const all = { ids: [] as number[], ends: [] as number[], sizes: [] as number[] };
  for await (const { ids, charEnds } of encodeStream(tokenizer, source())) {
    all.ids = all.ids.concat([...ids]);
    all.ends = all.ends.concat([...charEnds]);
    all.sizes.push(ids.length);
  }
  return all;
}

const piecesOf = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));

describe.each(preTokenizers)('encodeStream with the pre-tokenizer %s', (pre) => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await tiny(pre);
  });

  const unit = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ' ',
        '  ',
        '\n',
        '\r\n',
        '\t',
        'the',
        "'s",
        '12345',
        'é',
        '.',
        '…\n',
        '語',
        '🙂',
        '\u00a0',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constantFrom('\ud83d', '\ude42') },
  );

  it('cuts where the ids do not notice', () => {
    fc.assert(
      fc.property(fc.string({ unit, minLength: 2, maxLength: 40 }), (text) => {
        const cut = findCut(text, tokenizer.endsBeforeSpace);
        const ids = [...tokenizer.encodeText(text.slice(0, cut)), ...tokenizer.encodeText(text.slice(cut))];
        expect(ids).toEqual(tokenizer.encodeText(text));
      }),
      { seed: 20_261_124, numRuns: 1500 },
    );
  });

  it('gives the ids of the whole text, and ends that cover it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(unit, { minLength: 20, maxLength: 60 }),
        fc.integer({ min: 1, max: 40_000 }),
        async (units, size) => {
          const text = `${units.join('')}a `.repeat(Math.ceil(40_000 / units.join('').length));
          const { ids, ends, sizes } = await stream(tokenizer, piecesOf(text, size));
          expect(ids.join()).toBe(tokenizer.encodeText(text).join());
          expect(ends.at(-1)).toBe(text.length);
          expect(ends.every((end, i) => end >= (ends[i - 1] ?? 0))).toBe(true);
          expect(sizes.length).toBeGreaterThan(1);
        },
      ),
      { seed: 20_261_124, numRuns: 4 },
    );
  });
});

/** Joins a Hebrew letter with a space behind it, and that with the next letter: where both stand in one word. */
function acrossSpaces(pre: string): Tokenizer {
  const [first, second] = Array.from(new TextEncoder().encode('א'), (byte) => byteChars[byte] ?? '');
  const space = byteChars[0x20] ?? '';
  const letter = `${first}${second}`;
  const merges = [`${first} ${second}`, `${letter} ${space}`, `${letter}${space} ${letter}`];
  const tokens = [...byteChars, ...merges.map((merge) => merge.replace(' ', ''))];
  const { patterns, ignoreMerges } = preTokenizerNamed(pre);
  const named = tokens.map((token, id) => [token, id] as const);
  return bareTokenizer(
    buildTokenizerJson({
      origin: 'test',
      tokens: named,
      addedTokens: [],
      merges,
      patterns,
      ignoreMerges,
    }),
    tokens.length,
  );
}

describe('letters that stay together with a space behind them', () => {
  const units = fc.constantFrom('א', ' ', 'a', 'ש', '語', '1', '.', '\n', 'ﬀ', '٣', '—', '²');

  it.each(['deepseek-llm', 'deepseek-coder', 'gpt-2'])('are not cut from it by %s', (pre) => {
    const tokenizer = acrossSpaces(pre);
    fc.assert(
      fc.property(fc.string({ unit: units, minLength: 2, maxLength: 20 }), (text) => {
        const cut = findCut(text, tokenizer.endsBeforeSpace);
        const ids = [...tokenizer.encodeText(text.slice(0, cut)), ...tokenizer.encodeText(text.slice(cut))];
        expect(ids).toEqual(tokenizer.encodeText(text));
      }),
      { seed: 20_261_127, numRuns: 1500 },
    );
  });

  it('leave line feeds to cut at', async () => {
    const tokenizer = acrossSpaces('deepseek-llm');
    expect(tokenizer.encodeText('א א')).toHaveLength(1);
    expect(findCut('א א', tokenizer.endsBeforeSpace)).toBe(0);
    expect(findCut('א א\nא', tokenizer.endsBeforeSpace)).toBe(3);
    const text = 'א א\nא '.repeat(20_000);
    const { ids, sizes } = await stream(tokenizer, [text]);
    expect(ids).toEqual(tokenizer.encodeText(text));
    expect(sizes.length).toBeGreaterThan(3);
  });
});

describe('encodeStream', () => {
  it('gives nothing for nothing', async () => {
    expect((await stream(await tiny('smollm'), ['', ''])).ids).toEqual([]);
  });

  it('ends a token inside a character where the last whole one ended, and the completing one after it', async () => {
    const { ends } = await stream(await tiny('smollm'), ['a🙂é']);
    expect(ends).toEqual([1, 1, 1, 1, 3, 3, 4]);
  });

  it('cuts hard where there is no place to cut, never inside a surrogate pair', async () => {
    const tokenizer = await tiny('smollm');
    const text = `a${'🙂'.repeat(50_000)}`;
    const { ids, ends, sizes } = await stream(tokenizer, piecesOf(text, 7001));
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 65_536);
    expect(ids).toHaveLength(1 + 4 * 50_000);
    expect(ends.at(-1)).toBe(text.length);
  });

  it('reads lone surrogates as U+FFFD and keeps counting source code units', async () => {
    const tokenizer = await tiny('smollm');
    const { ids, ends } = await stream(tokenizer, ['x\ud83d', 'y\ude42z']);
    expect(ids).toEqual(tokenizer.encodeText('x\ufffdy\ufffdz'));
    expect(ends).toEqual([1, 1, 1, 2, 3, 3, 3, 4, 5]);
  });
});
