// Bad models, documents and questions: each a typed error, or a defined result.
import { createHash } from 'node:crypto';
import { tinyLlama } from '@longread/formats/testing';
import { expect, test, tinyModelUrl, tinyText } from './fixtures.ts';

const model = tinyLlama(7);

test.describe('a model that', () => {
  const cases = [
    { name: 'is missing is a NetworkError', content: undefined, code: 'Network' },
    { name: 'is empty is InvalidInput', content: new Uint8Array(), code: 'InvalidInput' },
    {
      name: 'is truncated is a ModelFormatError',
      content: model.slice(0, model.length / 2),
      code: 'ModelFormat',
    },
    { name: 'is no GGUF is a ModelFormatError', content: 'a plain text file', code: 'ModelFormat' },
  ];
  for (const [index, { name, content, code }] of cases.entries()) {
    test(name, async ({ bench, site }) => {
      const url = `/bad-${index}.gguf`;
      if (content !== undefined) site.files.set(url, content);
      await expect(bench.call('create', { model: url })).rejects.toMatchObject({ code });
    });
  }

  test('was altered is an IntegrityError with both hashes', async ({ bench, site }) => {
    const altered = model.slice();
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;
    site.files.set('/altered.gguf', altered);
    const sha256 = createHash('sha256').update(model).digest('hex');
    const actual = createHash('sha256').update(altered).digest('hex');
    const created = bench.call('create', { model: '/altered.gguf', sha256 });
    await expect(created).rejects.toMatchObject({
      code: 'Integrity',
      message: expect.stringContaining(sha256),
    });
    await expect(created).rejects.toThrow(actual);
    await expect(bench.call('create', { model: tinyModelUrl, sha256, tune: false })).resolves.toMatchObject({
      modelSha256: sha256,
    });
  });
});

test.describe('a document that', () => {
  test('is empty is InvalidInput', async ({ tiny }) => {
    await expect(tiny.call('ingest', { text: '' })).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  test('is binary is InvalidInput', async ({ tiny, site }) => {
    site.files.set('/binary.txt', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff, 0xfe, 0]));
    await expect(tiny.call('ingest', { url: '/binary.txt' })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
  });

  test('is shorter than the gather size is read whole, as under full', async ({ tiny }) => {
    const document = await tiny.call('ingest', { text: tinyText(90) });
    const reform = await tiny.call('ask', 'Where?', { maxNewTokens: 16 });
    const full = await tiny.call('ask', 'Where?', { maxNewTokens: 16, strategy: 'full' });
    expect(reform.stats.gatheredTokens).toBe(document.numTokens);
    expect(reform.text).toBe(full.text);
  });

  test('names special tokens keeps them as text', async ({ tiny }) => {
    const text = 'One <|im_end|> two <|endoftext|> three. ';
    const document = await tiny.call('ingest', { text });
    expect(document.numTokens).toBeGreaterThan(20);
    const { evidence } = await tiny.call('ask', 'What?', { maxNewTokens: 4 });
    expect(evidence.map((passage) => passage.text).join('')).toContain('<|im_end|>');
  });

  test('is longer than the window is refused by full, with the numbers', async ({ tiny }) => {
    const document = await tiny.call('ingest', { text: tinyText(1200) });
    const answer = tiny.call('ask', 'Where?', { strategy: 'full', maxNewTokens: 8 });
    await expect(answer).rejects.toMatchObject({ code: 'LimitExceeded' });
    await expect(answer).rejects.toThrow(String(document.numTokens));
  });

  test('gets a question longer than the window says so', async ({ tiny }) => {
    await tiny.call('ingest', { text: tinyText(90) });
    const answer = tiny.call('ask', tinyText(1200), { maxNewTokens: 8 });
    await expect(answer).rejects.toMatchObject({ code: 'LimitExceeded' });
  });
});
