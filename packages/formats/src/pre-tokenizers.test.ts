// Every pre-tokenizer, and pieces with scores or merges, against Hugging Face's tokenizers library on random texts (e2e/golden/pretokens.py): ids
// by digests of a hundred texts, and that they decode to the texts. LONGREAD_TEXTS=10000 compares all texts that there are.
import { describe, expect, it } from 'vitest';
import golden from '../../../e2e/golden/pretokens.json' with { type: 'json' };
import { addedToken, buildTokenizerJson } from './build-tokenizer-json.ts';
import type { GgufValue } from './gguf-header.ts';
import { readTokenizer } from './gguf-tokenizer.ts';
import { preTokenizerNamed } from './pre-tokenizers.ts';
import { randomTexts, unlikeBlocks } from './testing/random-texts.ts';
import { bareTokenizer } from './testing/bare-tokenizer.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

const texts = randomTexts(golden.texts, Number(process.env.LONGREAD_TEXTS ?? 1000));

/** Expects the ids of the texts, and what they decode to. */
function expectTexts(
  tokenizer: Tokenizer,
  name: string,
  digests: string,
  shown = (text: string): string => text,
): void {
  const ids = texts.map((text) => tokenizer.encodeText(text));
  const unlike = unlikeBlocks(ids, digests, golden.texts);
  expect(unlike, `blocks unlike those of pretokens.py --show ${name} BLOCK`).toEqual([]);
  const wrong = texts.filter((text, i) => decoded(tokenizer, ids[i]) !== shown(text));
  expect(wrong.slice(0, 5), 'decode to something else').toEqual([]);
}

function decoded(tokenizer: Tokenizer, ids: readonly number[] = []): string {
  const decoder = tokenizer.createDecoder();
  return ids.map((id) => decoder.push(id)).join('') + decoder.end();
}

it.each(Object.entries(golden.digests))('%s', { timeout: 120_000 }, (name, digests) => {
  const { patterns, ignoreMerges } = preTokenizerNamed(name);
  const runs = name === golden.runs.name ? golden.runs.tokens : [];
  const json = buildTokenizerJson({
    origin: 'golden',
    tokens: golden.tokens.map((token, id) => [token, id] as const),
    addedTokens: runs.map((run, i) => addedToken(golden.tokens.length + i, run, false)),
    merges: golden.merges,
    patterns,
    ignoreMerges,
  });
  const tokenizer = bareTokenizer(json, golden.tokens.length + runs.length);
  expectTexts(tokenizer, name, digests);
});

const { pieces } = golden;
const unsaid: Readonly<Record<string, GgufValue>> = {
  'tokenizer.ggml.model': 'llama',
  'tokenizer.ggml.tokens': pieces.tokens,
  'tokenizer.ggml.token_type': pieces.types,
  'tokenizer.ggml.scores': pieces.scores,
  'tokenizer.ggml.eos_token_id': 1,
  'tokenizer.ggml.bos_token_id': 2,
};
const definitionOf = (metadata: Readonly<Record<string, GgufValue>> = {}, controlsSwallowSpace = false) =>
  readTokenizer(
    new Map(
      Object.entries<GgufValue>({
        ...unsaid,
        'tokenizer.ggml.add_space_prefix': false,
        ...metadata,
      }),
    ),
    { controlsSwallowSpace },
  );
const ofPieces = (metadata: Readonly<Record<string, GgufValue>> = {}) =>
  createTokenizer(definitionOf(metadata));

describe('pieces with scores', () => {
  const spaced = (text: string): string => text.replaceAll('\u2581', ' ');

  it('as the library has them', { timeout: 120_000 }, () => {
    const tokenizer = ofPieces();
    expectTexts(tokenizer, 'whole', pieces.digests.whole, spaced);
  });

  it('as the library has them without the one that joins words', { timeout: 120_000 }, () => {
    const types = pieces.types.map((type, id) => (pieces.tokens[id] === pieces.across ? 5 : type));
    const tokenizer = ofPieces({ 'tokenizer.ggml.token_type': types });
    expectTexts(tokenizer, 'words', pieces.digests.words, spaced);
  });

  it('never become control tokens or bytes that a text names', () => {
    const tokenizer = ofPieces();
    const controls = pieces.types.flatMap((type, id) => (type === 3 ? [id] : []));
    const ids = tokenizer.encodeText('<bos><start_of_turn>user<0x41><end_of_turn>');
    expect(ids.filter((id) => controls.includes(id) || pieces.tokens[id] === '<0x41>')).toEqual([]);
    expect(tokenizer.encodeTemplate('<bos>a').map((id) => pieces.tokens[id])).toEqual(['<bos>', 'a']);
    expect(tokenizer.endOfTurnIds.map((id) => pieces.tokens[id])).toEqual(['<eos>', '<end_of_turn>']);
  });

  it('begin with a space where a text does, and behind control tokens', { timeout: 120_000 }, () => {
    const withoutRuns = { 'tokenizer.ggml.token_type': pieces.types.map((type) => (type === 4 ? 5 : type)) };
    const tokenizer = ofPieces({ ...withoutRuns, 'tokenizer.ggml.add_space_prefix': true });
    const ids = texts.map((text) => tokenizer.encodeTemplate(text));
    const unlike = unlikeBlocks(ids, pieces.digests.begun, golden.texts);
    expect(unlike, 'blocks unlike those of pretokens.py --show begun BLOCK').toEqual([]);
    expect(tokenizer.encodeTemplate('the', true)).toEqual(ofPieces().encodeTemplate('the'));
    expect(tokenizer.encodeText('the')).toEqual(ofPieces().encodeText('the'));
    expect(tokenizer.encodeTemplate('')).toEqual([]);
    const [the, bos] = ['\u2581the', '<bos>'].map((token) => pieces.tokens.indexOf(token));
    const words = [bos ?? NaN, the ?? NaN, the ?? NaN];
    expect([decoded(tokenizer, words), decoded(ofPieces(), words)]).toEqual(['the the', ' the the']);
  });

  it('put a space before unless the file says otherwise, and begin with a token for that', () => {
    expect(definitionOf()).toMatchObject({ spaceBefore: false, addBos: true });
    expect(definitionOf({ 'tokenizer.ggml.add_bos_token': false }).addBos).toBe(false);
    const entries = new Map(Object.entries(unsaid));
    const plain = { controlsSwallowSpace: false };
    expect(readTokenizer(entries, plain)).toMatchObject({ spaceBefore: true, addBos: true });
  });

  it('lose whitespace behind control tokens where a family has it so', () => {
    const [plain, swallowing] = [ofPieces(), createTokenizer(definitionOf({}, true))];
    const bare = plain.encodeTemplate('<end_of_turn>the\n<unk>');
    expect(swallowing.encodeTemplate('<end_of_turn> \n the\n<unk>')).toEqual(bare);
    expect(swallowing.encodeTemplate('<unk>\n the')).toEqual(plain.encodeTemplate('<unk>\n the'));
    expect(swallowing.encodeText(' \n the')).toEqual(plain.encodeText(' \n the'));
  });

  it('end where their text does, and decode to it', () => {
    const tokenizer = ofPieces();
    for (const text of [...texts.slice(0, 200), ' a \u2581b', '🙂 é\n\n  x']) {
      const { ids, charEnds, unread } = tokenizer.encodeSpans(text);
      const decoder = tokenizer.createDecoder();
      const shown = text.replaceAll('\u2581', ' ');
      let decoded = '';
      ids.forEach((id, i) => {
        decoded += decoder.push(id);
        expect(shown.slice(0, charEnds[i])).toBe(decoded);
      });
      expect(decoded + decoder.end()).toBe(shown);
      expect(unread).toEqual([]);
    }
  });

  it.each<[string, GgufValue]>([
    ['tokenizer.ggml.remove_extra_whitespaces', true],
    ['tokenizer.ggml.precompiled_charsmap', [1, 2]],
    ['tokenizer.ggml.scores', [1, 2]],
  ])('are refused with %s = %j', (key, value) => {
    expect(() => ofPieces({ [key]: value })).toThrow(key);
  });

  it('are refused when a byte has no token', () => {
    const tokens = pieces.tokens.map((token) => (token === '<0x7F>' ? '<other>' : token));
    expect(() => ofPieces({ 'tokenizer.ggml.tokens': tokens })).toThrow('<0x7F>');
  });
});

describe('pieces with merges', () => {
  const { tokens, types, merges, digests } = golden.merged;
  const definitionOf = (metadata: Readonly<Record<string, GgufValue>> = {}) =>
    readTokenizer(
      new Map(
        Object.entries<GgufValue>({
          'tokenizer.ggml.model': 'gemma4',
          'tokenizer.ggml.tokens': tokens,
          'tokenizer.ggml.token_type': types,
          'tokenizer.ggml.merges': merges,
          'tokenizer.ggml.eos_token_id': 1,
          'tokenizer.ggml.bos_token_id': 2,
          ...metadata,
        }),
      ),
      { controlsSwallowSpace: false },
    );
  const spaced = (text: string): string => text.replaceAll('\u2581', ' ');

  it('as the library has them', { timeout: 120_000 }, () => {
    expectTexts(createTokenizer(definitionOf()), 'merged', digests, spaced);
  });

  it('begin with a token for that and no space, whatever the file says', () => {
    expect(definitionOf()).toMatchObject({ spaceBefore: false, addBos: true });
    const said = { 'tokenizer.ggml.add_space_prefix': true, 'tokenizer.ggml.add_bos_token': false };
    expect(definitionOf(said)).toMatchObject({ spaceBefore: false, addBos: true });
  });

  it('are parted at line feeds unless one goes across', () => {
    const withLine = (token: string, merge: string) => ({
      'tokenizer.ggml.tokens': [...tokens, token],
      'tokenizer.ggml.token_type': [...types, 1],
      'tokenizer.ggml.merges': [...merges, merge],
    });
    const partsOf = (metadata?: Readonly<Record<string, GgufValue>>) =>
      definitionOf(metadata).json.pre_tokenizer?.pretokenizers;
    expect(partsOf()).toMatchObject([{ pattern: { Regex: '[^\\n]+|\\n+' } }]);
    expect(partsOf(withLine('a\n', 'a \n'))).toBeUndefined();
    const tokenizer = createTokenizer(definitionOf(withLine('a\n', 'a \n')));
    expect(tokenizer.encodeText('a\n')).toEqual([tokens.length]);
  });

  it('never become control tokens or bytes that a text names; tokens that show may end a turn', () => {
    const names = ['<turn|>', '<|channel>', '<|tool_response>'];
    const tokenizer = createTokenizer(
      definitionOf({
        'tokenizer.ggml.tokens': [...tokens, ...names],
        'tokenizer.ggml.token_type': [...types, 3, 4, 4],
      }),
    );
    const [turn, channel, response] = names.map((_, i) => tokens.length + i);
    const ids = tokenizer.encodeText(`<bos><turn|><0x41>${names.join('')}`);
    expect(ids.filter((id) => id < 6 || id >= tokens.length || tokens[id] === '<0x41>')).toEqual([]);
    expect(tokenizer.encodeTemplate(names.join(''))).toEqual([turn, channel, response]);
    expect(tokenizer.endOfTurnIds).toEqual([1, 5, turn, response]);
    const decoder = tokenizer.createDecoder();
    expect([turn, channel].map((id) => decoder.push(id ?? NaN))).toEqual(['', '<|channel>']);
  });

  it.each<[string, GgufValue]>([
    ['tokenizer.ggml.remove_extra_whitespaces', true],
    ['tokenizer.ggml.precompiled_charsmap', [1, 2]],
    ['tokenizer.ggml.merges', ['t']],
    ['tokenizer.ggml.merges', ['t q']],
    ['tokenizer.ggml.merges', [1]],
    ['tokenizer.ggml.suppress_tokens', [7]],
  ])('are refused with %s = %j', (key, value) => {
    expect(() => definitionOf({ [key]: value })).toThrow(key.replace('.merges', ''));
  });
});
