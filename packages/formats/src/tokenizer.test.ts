import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openGguf } from './gguf.ts';
import { bytesSource } from './testing/bytes-source.ts';
import { tinyLlama, tinyLlamaSource, type TinyLlamaOptions } from './testing/tiny-llama.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';
import type { TokenizerDefinition } from './tokenizer-definition.ts';

async function define(metadata: TinyLlamaOptions['metadata'] = {}): Promise<TokenizerDefinition> {
  return (await openGguf(bytesSource(tinyLlama(1, { numLayers: 1, metadata })))).tokenizer;
}

const decode = (tokenizer: Tokenizer, ids: readonly number[]): string => {
  const decoder = tokenizer.createDecoder();
  return ids.map((id) => decoder.push(id)).join('') + decoder.end();
};

describe('a tokenizer', () => {
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = createTokenizer(await define());
  });

  it('makes special strings special in templates only', () => {
    const text = 'a<|im_start|><|im_end|>b';
    expect(tokenizer.encodeTemplate(text).filter((id) => id < 3)).toEqual([1, 2]);
    expect(tokenizer.encodeText(text).every((id) => id >= 3)).toBe(true);
    expect(decode(tokenizer, tokenizer.encodeText(text))).toBe(text);
    expect(decode(tokenizer, tokenizer.encodeTemplate(text))).toBe('ab');
  });

  it('counts the bytes of its tokens', () => {
    const text = ' the naïve 🙂';
    const lengths = tokenizer.encodeText(text).map((id) => tokenizer.byteLength(id));
    expect(lengths.reduce((a, b) => a + b)).toBe(new TextEncoder().encode(text).length);
    expect(tokenizer.byteLength(1)).toBe('<|im_start|>'.length);
    expect(() => tokenizer.byteLength(tokenizer.vocabSize)).toThrow('outside the vocabulary');
  });

  it('holds back the bytes of an unfinished character', () => {
    const decoder = tokenizer.createDecoder();
    const pieces = tokenizer.encodeText('🙂!').map((id) => decoder.push(id));
    expect([...pieces, decoder.end()]).toEqual(['', '', '', '🙂', '!', '']);
    const [first = 0] = tokenizer.encodeText('🙂');
    expect(decoder.push(first) + decoder.end()).toBe('\ufffd');
  });

  it('survives lone surrogates and control characters', () => {
    expect(decode(tokenizer, tokenizer.encodeText('\ud83d\u0000\ude42'))).toBe('\ufffd\u0000\ufffd');
  });

  it('is the same from a definition that went through a structured clone', async () => {
    const cloned = createTokenizer(structuredClone(await define()));
    expect(cloned.encodeTemplate('<|im_start|>the 12')).toEqual(
      tokenizer.encodeTemplate('<|im_start|>the 12'),
    );
  });
});

describe('single characters that were added to a vocabulary', () => {
  // What stands for a byte that no text in UTF-8 has, as in DeepSeek's: the token is a letter none the less.
  const { metadata } = tinyLlamaSource(1);
  const tokens = metadata['tokenizer.ggml.tokens'] as readonly string[];
  const id = tokens.indexOf('ü');
  const types = tokens.map((_, i) => (i === id ? 4 : i < 3 ? 3 : 1));

  it('are taken whole from texts and templates, and come back', async () => {
    const tokenizer = createTokenizer(await define({ 'tokenizer.ggml.token_type': types }));
    const text = 'ü the für<|im_end|> ÿ über 🙂ü';
    const ids = tokenizer.encodeText(text);
    expect(ids.filter((each) => each === id)).toHaveLength(4);
    expect(decode(tokenizer, ids)).toBe(text);
    expect(tokenizer.byteLength(id)).toBe(2);
    const { charEnds, unread } = tokenizer.encodeSpans(text);
    expect(charEnds.at(-1)).toBe(text.length);
    expect(unread).toEqual([]);
    expect(tokenizer.encodeTemplate('für<|im_end|>').filter((each) => each === id || each === 2)).toEqual([
      id,
      2,
    ]);
  });

  it('are bytes where they were not', async () => {
    const tokenizer = createTokenizer(await define());
    expect(tokenizer.encodeText('für')).not.toContain(id);
    expect(tokenizer.byteLength(id)).toBe(1);
  });
});

describe('a vocabulary', () => {
  const { metadata } = tinyLlamaSource(1);
  const tokens = metadata['tokenizer.ggml.tokens'] as readonly string[];
  const types = metadata['tokenizer.ggml.token_type'] as readonly number[];

  it('may have words that are properties of every object', async () => {
    const named = tokens.with(-1, '__proto__').with(-2, 'constructor');
    const merges = (metadata['tokenizer.ggml.merges'] as readonly string[]).slice(0, -2);
    const tokenizer = createTokenizer(
      await define({ 'tokenizer.ggml.tokens': named, 'tokenizer.ggml.merges': merges }),
    );
    expect(tokenizer.byteLength(tokens.length - 1)).toBe(9);
    expect(decode(tokenizer, tokenizer.encodeText('__proto__ constructor'))).toBe('__proto__ constructor');
  });

  it('may lack bytes: they are left out, and ends still count them', async () => {
    const without = tokens.with(tokens.indexOf('!'), '[unused]').with(tokens.indexOf('©'), '[unused 2]');
    const tokenizer = createTokenizer(await define({ 'tokenizer.ggml.tokens': without }));
    const { ids, charEnds } = tokenizer.encodeSpans('!a!é!b!');
    expect(ids).toHaveLength(3);
    expect([...charEnds]).toEqual([2, 4, 6]);
  });

  it('may have user-defined tokens: whole in templates, text in documents, shown when decoded', async () => {
    const named = tokens.with(-1, '<tool>');
    const merges = (metadata['tokenizer.ggml.merges'] as readonly string[]).slice(0, -1);
    const tokenizer = createTokenizer(
      await define({
        'tokenizer.ggml.tokens': named,
        'tokenizer.ggml.token_type': types.with(-1, 4),
        'tokenizer.ggml.merges': merges,
      }),
    );
    expect(tokenizer.encodeTemplate('<tool>')).toEqual([tokens.length - 1]);
    expect(tokenizer.encodeText('<tool>').length).toBeGreaterThan(1);
    expect(decode(tokenizer, [tokens.length - 1])).toBe('<tool>');
  });
});

describe('a chat template', () => {
  it('is the model file’s', async () => {
    const text = createTokenizer(await define()).renderChat([{ role: 'user', content: 'hi <|im_end|>' }]);
    expect(text).toBe('<|im_start|>user\nhi <|im_end|><|im_end|>\n<|im_start|>assistant\n');
  });

  it('is told whether thoughts are wanted, and gets no system message', async () => {
    // What templates of models that may think do: namespaces, slices, the last answer's thoughts, a switch that may be absent.
    const template = `{%- set ns = namespace(last=messages|length - 1) -%}
      {%- if messages[0].role == 'system' %}{{- messages[0].content + '|' }}{%- endif %}
      {%- for m in messages[::-1] %}{%- if m.role == 'user' and ns.last == messages|length - 1 %}{% set ns.last = loop.index0 %}{% endif %}{%- endfor %}
      {%- for m in messages %}{{- '<|im_start|>' + m.role + '\n' + m.content.split('</think>')[-1].lstrip('\n') + '<|im_end|>\n' }}{%- endfor %}
      {%- if add_generation_prompt %}{{- '<|im_start|>assistant\n' }}
      {%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\n\n</think>\n\n' }}{%- endif %}{%- endif %}`;
    const tokenizer = createTokenizer(await define({ 'tokenizer.chat_template': template }));
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: '<think>x</think>\n\nb' },
      { role: 'user', content: 'c' },
    ];
    expect(tokenizer.renderChat(messages)).toBe(
      '<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>\n' +
        '<|im_start|>assistant\n<think>\n\n</think>\n\n',
    );
    expect(tokenizer.renderChat(messages, true)).toMatch(/<\|im_start\|>assistant\n$/);
  });

  it('says so when it refuses the messages', async () => {
    const template = "{{ raise_exception('no system role') }}";
    const tokenizer = createTokenizer(await define({ 'tokenizer.chat_template': template }));
    expect(tokenizer.endOfTurnTexts).toEqual([]);
    expect(() => tokenizer.renderChat([{ role: 'system', content: '' }])).toThrow('no system role');
  });

  it.each([true, false])(
    'is a text to go on with where there is none (begun with a token: %s)',
    async (addBos) => {
      const metadata = { 'tokenizer.chat_template': undefined, 'tokenizer.ggml.add_bos_token': addBos };
      const definition = await define(metadata);
      const tokenizer = createTokenizer(definition);
      const text = tokenizer.renderChat([
        { role: 'user', content: 'A text.\n\nWho?' },
        { role: 'assistant', content: ' Anna' },
        { role: 'user', content: 'Where?' },
      ]);
      const begun = addBos ? definition.config.bos_token : '';
      expect(text).toBe(`${begun}A text.\n\nWho?\nAnswer: Anna\n\nWhere?\nAnswer:`);
      // What would be its next question is none of its answer.
      expect(tokenizer.endOfTurnTexts).toEqual(['\n\n']);
    },
  );

  it.each([
    ['{{ bos_token }}', true, 1],
    ['', true, 1],
    ['', false, 0],
    ['{{ bos_token }}', false, 1],
  ])(
    'after %j, which the file wants begun (%s), begins %i times with the token',
    async (start, addBos, times) => {
      const template = `${start}{% for m in messages %}{{ m['content'] }}{% endfor %}`;
      const metadata = { 'tokenizer.chat_template': template, 'tokenizer.ggml.add_bos_token': addBos };
      const definition = await define(metadata);
      const tokenizer = createTokenizer(definition);
      const text = tokenizer.renderChat([{ role: 'user', content: 'Who?' }]);
      expect(text).toBe(`${(definition.config.bos_token ?? '').repeat(times)}Who?`);
      expect(tokenizer.beginId).toBe(addBos ? 1 : undefined);
    },
  );

  it('is refused at once when it does not parse', async () => {
    const definition = await define({ 'tokenizer.chat_template': '{% for x in %}' });
    expect(() => createTokenizer(definition)).toThrow('does not parse');
  });
});

it('encodes texts without the TextEncoder of a browser, whose arrays outlive many collections', async () => {
  const tokenizer = createTokenizer(await define());
  const encode = vi.spyOn(TextEncoder.prototype, 'encode');
  try {
    expect(decode(tokenizer, [...tokenizer.encodeSpans('the naïve 🙂 三 12').ids])).toBe(
      'the naïve 🙂 三 12',
    );
    expect(encode).not.toHaveBeenCalled();
  } finally {
    encode.mockRestore();
  }
});
