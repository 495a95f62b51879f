// Every pre-tokenizer, and pieces with scores, against Hugging Face's tokenizers library on random texts (e2e/golden/pretokens.py): ids
// by their hashes.
import { describe, expect, it } from 'vitest';
import golden from '../../../e2e/golden/pretokens.json' with { type: 'json' };
import { buildTokenizerJson } from './build-tokenizer-json.ts';
import type { GgufValue } from './gguf-header.ts';
import { readTokenizer } from './gguf-tokenizer.ts';
import { preTokenizerNamed } from './pre-tokenizers.ts';
import { createTokenizer } from './tokenizer.ts';

/** The generator of pretokens.py. */
function randomTexts(seed: number, fragments: readonly string[], count: number): string[] {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 16) % limit;
  };
  return Array.from({ length: count }, () => {
    const length = 1 + below(24);
    return Array.from({ length }, () => fragments[below(fragments.length)]).join('');
  });
}

/** FNV-1a of 32 bits over the ids, as hex. */
function hashed(ids: readonly number[]): string {
  const value = ids.reduce((hash, id) => Math.imul(hash ^ id, 16_777_619) >>> 0, 2_166_136_261);
  return value.toString(16).padStart(8, '0');
}

const texts = randomTexts(golden.seed, golden.fragments, golden.numTexts);

it.each(Object.entries(golden.hashes))('%s', (name, hashes) => {
  const { patterns, ignoreMerges } = preTokenizerNamed(name);
  const json = buildTokenizerJson({
    origin: 'golden',
    tokens: golden.tokens.map((token, id) => [token, id] as const),
    addedTokens: [],
    merges: golden.merges,
    patterns,
    ignoreMerges,
  });
  const tokenizer = createTokenizer({
    json,
    config: {
      tokenizer_class: 'PreTrainedTokenizer',
      bos_token: null,
      eos_token: '',
      clean_up_tokenization_spaces: false,
      chat_template: null,
    },
    vocabSize: golden.tokens.length,
    bosId: null,
    eosId: 0,
    spaceBefore: false,
    addBos: false,
    endOfTurnIds: [0],
  });
  const wrong = texts.flatMap((text, i) => {
    const ids = tokenizer.encodeText(text);
    return hashed(ids) === hashes.slice(8 * i, 8 * i + 8) ? [] : [{ text, ids }];
  });
  expect(wrong.slice(0, 5), `${wrong.length} of ${texts.length} texts`).toEqual([]);
});

const { pieces } = golden;
const pieceTexts = randomTexts(golden.seed, pieces.fragments, golden.numTexts);
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
  // One piece has a space at its end, with which words may not be joined one by one; without it they are.
  it.each(['é\u2581', undefined])('as the library has them, with the piece %j', (across) => {
    const tokens = pieces.tokens.map((token) => (token === 'é\u2581' ? (across ?? token) : token));
    const types = pieces.types.map((type, id) =>
      across === undefined && tokens[id] === 'é\u2581' ? 5 : type,
    );
    const tokenizer = ofPieces({ 'tokenizer.ggml.token_type': types });
    const wrong = pieceTexts.flatMap((text, i) => {
      if (across === undefined && text.includes('é')) return [];
      const ids = tokenizer.encodeText(text);
      return hashed(ids) === pieces.hashes.slice(8 * i, 8 * i + 8) ? [] : [{ text, ids }];
    });
    expect(wrong.slice(0, 5), `${wrong.length} of ${pieceTexts.length} texts`).toEqual([]);
  });

  it('never become control tokens or bytes that a text names', () => {
    const tokenizer = ofPieces();
    const controls = pieces.types.flatMap((type, id) => (type === 3 ? [id] : []));
    const ids = tokenizer.encodeText('<bos><start_of_turn>user<0x41><end_of_turn>');
    expect(ids.filter((id) => controls.includes(id) || pieces.tokens[id] === '<0x41>')).toEqual([]);
    expect(tokenizer.encodeTemplate('<bos>a').map((id) => pieces.tokens[id])).toEqual(['<bos>', 'a']);
    expect(tokenizer.endOfTurnIds.map((id) => pieces.tokens[id])).toEqual(['<eos>', '<end_of_turn>']);
  });

  it('begin with a space where a text does, and behind control tokens', () => {
    const withoutRuns = { 'tokenizer.ggml.token_type': pieces.types.map((type) => (type === 4 ? 5 : type)) };
    const tokenizer = ofPieces({ ...withoutRuns, 'tokenizer.ggml.add_space_prefix': true });
    const wrong = pieceTexts.flatMap((text, i) => {
      const ids = tokenizer.encodeTemplate(text);
      return hashed(ids) === pieces.begun.slice(8 * i, 8 * i + 8) ? [] : [{ text, ids }];
    });
    expect(wrong.slice(0, 5), `${wrong.length} of ${pieceTexts.length} texts`).toEqual([]);
    expect(tokenizer.encodeTemplate('the', true)).toEqual(ofPieces().encodeTemplate('the'));
    expect(tokenizer.encodeText('the')).toEqual(ofPieces().encodeText('the'));
    expect(tokenizer.encodeTemplate('')).toEqual([]);
    const decoded = (of: typeof tokenizer, ...ids: readonly number[]) => {
      const decoder = of.createDecoder();
      return ids.map((id) => decoder.push(id)).join('');
    };
    const [the, bos] = ['\u2581the', '<bos>'].map((token) => pieces.tokens.indexOf(token));
    const words = [bos ?? NaN, the ?? NaN, the ?? NaN];
    expect([decoded(tokenizer, ...words), decoded(ofPieces(), ...words)]).toEqual(['the the', ' the the']);
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
    for (const text of [...pieceTexts.slice(0, 200), ' a \u2581b', '🙂 é\n\n  x']) {
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
