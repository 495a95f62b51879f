import { beforeAll, describe, expect, it } from 'vitest';
import { openGguf } from './gguf.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlama } from './testing/tiny-llama.ts';
import { createTokenizer } from './tokenizer.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';
import { tokenizerFromJson } from './tokenizer-json.ts';

let base: TokenizerDefinition;
beforeAll(async () => {
  base = (await openGguf(bytesSource(tinyLlama(1, { numLayers: 1 })))).tokenizer;
});

describe('tokenizerFromJson', () => {
  it('takes back what a definition holds', () => {
    const tokenizer = createTokenizer(tokenizerFromJson(JSON.stringify(base.json), base));
    const original = createTokenizer(base);
    for (const text of ['the 123 and<|im_end|>', 'é🙂']) {
      expect(tokenizer.encodeTemplate(text)).toEqual(original.encodeTemplate(text));
      expect(tokenizer.encodeText(text)).toEqual(original.encodeText(text));
    }
    const messages = [{ role: 'user', content: 'x' }];
    expect(tokenizer.renderChat(messages)).toBe(original.renderChat(messages));
  });

  it('swallows whitespace around added tokens that ask for it', () => {
    const added = base.json.added_tokens.map((token) => ({ ...token, lstrip: true, rstrip: token.id === 2 }));
    const tokenizer = createTokenizer(
      tokenizerFromJson(JSON.stringify({ ...base.json, added_tokens: added }), base),
    );
    const plain = createTokenizer(base);
    expect(tokenizer.encodeTemplate('a  <|im_end|>  b')).toEqual(plain.encodeTemplate('a<|im_end|>b'));
    expect(tokenizer.encodeTemplate('a  <|im_start|>  b')).toEqual(plain.encodeTemplate('a<|im_start|>  b'));
  });

  it('shows what the model file shows', () => {
    const change = (special: boolean) => base.json.added_tokens.map((token) => ({ ...token, special }));
    const shown = { ...base, json: { ...base.json, added_tokens: change(false) } };
    const json = JSON.stringify({ ...base.json, added_tokens: change(true) });
    const texts = [base, shown].map((of) => {
      const decoder = createTokenizer(tokenizerFromJson(json, of)).createDecoder();
      return base.json.added_tokens.map(({ id }) => decoder.push(id)).join('');
    });
    expect(texts).toEqual(['', base.json.added_tokens.map(({ content }) => content).join('')]);
  });

  it('composes no characters where the file says to, alone or in a sequence', () => {
    const text = 'e\u0301';
    for (const normalizer of [{ type: 'NFC' }, { type: 'Sequence', normalizers: [{ type: 'NFC' }] }]) {
      const tokenizer = createTokenizer(
        tokenizerFromJson(JSON.stringify({ ...base.json, normalizer }), base),
      );
      expect(tokenizer.encodeText(text)).toEqual(createTokenizer(base).encodeText(text));
    }
  });

  const model = (change: object) => ({ model: { ...base.json.model, ...change } });
  const step = (change: object) => ({ pre_tokenizer: { type: 'Sequence', pretokenizers: [change] } });

  it.each<[string, () => object]>([
    ['another normalizer than NFC', () => ({ normalizer: { type: 'NFKC' } })],
    ['another model', () => model({ type: 'Unigram' })],
    ['byte fallback', () => model({ byte_fallback: true })],
    ['no vocabulary', () => model({ vocab: undefined })],
    ['ids that are no ids', () => model({ vocab: { a: 'b' } })],
    ['ids beyond the model', () => model({ vocab: { a: 1e6 } })],
    ['merges outside the vocabulary', () => model({ merges: ['a zz'] })],
    ['merges of three', () => model({ merges: [['a', 'b', 'c']] })],
    ['no end token', () => ({ added_tokens: [] })],
    ['an added token without content', () => ({ added_tokens: [{ id: 2 }] })],
    ['no pre-tokenizer', () => ({ pre_tokenizer: null })],
    ['an unknown pre-tokenizer', () => step({ type: 'Metaspace' })],
    ['no splitting at all', () => step({ type: 'ByteLevel', add_prefix_space: false, use_regex: false })],
    ['a prefix space', () => step({ type: 'ByteLevel', add_prefix_space: true, use_regex: true })],
    [
      'a pattern that looks back',
      () => step({ type: 'Split', pattern: { Regex: '(?<=a)b' }, behavior: 'Isolated' }),
    ],
  ])('refuses %s', (_, change) => {
    expect(() => tokenizerFromJson(JSON.stringify({ ...base.json, ...change() }), base)).toThrow(
      /^tokenizer\.json: /,
    );
  });

  it.each(['', 'not JSON', 'null', '[]', '{}', '{"model":{"vocab":[]}}'])('refuses %j', (json) => {
    expect(() => tokenizerFromJson(json, base)).toThrow(/^tokenizer\.json/);
  });
});

describe('pieces with bytes as a fallback', () => {
  const bytes = Array.from(
    { length: 256 },
    (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  const tokens = ['<s>', ...bytes, '<', 's', '>', '<s', '\u2581', '\u2581s', '\n', '\n\n', '<0x4', '1>'];
  const json = {
    added_tokens: [
      { id: 0, content: '<s>', special: true },
      ...['\n', '\n\n'].map((content) => ({ id: tokens.indexOf(content), content })),
    ],
    normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '\u2581' },
    pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
    model: {
      type: 'BPE',
      byte_fallback: true,
      fuse_unk: true,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: [
        ['<', 's'],
        ['<s', '>'],
        ['\u2581', 's'],
        ['\n', '\n'],
        ['<0x4', '1>'],
      ],
    },
  };
  const read = (change: object = {}) =>
    tokenizerFromJson(JSON.stringify({ ...json, ...change }), {
      ...base,
      vocabSize: tokens.length,
      eosId: 0,
    });

  it('never become a control token that a text spells, whatever the merges say', () => {
    const tokenizer = createTokenizer(read());
    expect(tokenizer.encodeText('<s> s').map((id) => tokens[id])).toEqual(['<s', '>', '\u2581s']);
    expect(tokenizer.encodeText('\n\n\n').map((id) => tokens[id])).toEqual(['\n\n', '\n']);
    expect(tokenizer.encodeText('<0x41>').map((id) => tokens[id])).not.toContain('<0x41>');
    expect(tokenizer.encodeText('é').map((id) => tokens[id])).toEqual(['<0xC3>', '<0xA9>']);
    expect(tokenizer.encodeTemplate('<s>s').map((id) => tokens[id])).toEqual(['<s>', 's']);
  });

  it.each<[string, object]>([
    ['without a normalizer', { normalizer: null }],
    [
      'with one that puts a space before a text',
      {
        normalizer: {
          type: 'Sequence',
          normalizers: [{ type: 'Prepend', prepend: '\u2581' }, json.normalizer],
        },
      },
    ],
    [
      'with another one behind it',
      { normalizer: { type: 'Sequence', normalizers: [json.normalizer, { type: 'NFKC' }] } },
    ],
    ['with another pre-tokenizer', { pre_tokenizer: { type: 'Metaspace' } }],
    ['that are taken whole', { model: { ...json.model, ignore_merges: true } }],
    ['without a byte', { model: { ...json.model, vocab: { ...json.model.vocab, '<0x41>': undefined } } }],
  ])('are refused %s', (_, change) => {
    expect(() => read(change)).toThrow(/^tokenizer\.json: /);
  });
});
