// Completions and their chunks, over an answer that the test writes: their shape is what OpenAI's clients read.
import { ClosedError } from '@longread/core';
import { expect, test } from 'vitest';
import type { Answer, AskOptions, ChatCompletionChunk } from '../api.ts';
import { answerStream } from '../host/answer-stream.ts';
import { createChat } from './completions.ts';

const evidence = [{ start: 3, end: 9, score: 1.5, text: 'Ahab i', place: { fraction: 0 } }];
const found = { evidence, gathered: evidence, curve: undefined };

function bench(of: { readonly finish?: Answer['finish']; readonly failure?: Error } = {}) {
  const { finish = 'stop', failure } = of;
  const seen = {
    opened: [] as (string | undefined)[],
    closed: 0,
    question: '',
    settings: {} as AskOptions,
    aborted: false,
  };
  const chat = createChat({
    model: () => Promise.resolve('Tiny'),
    open: (document) => {
      seen.opened.push(document);
      return Promise.resolve({
        ask: (question, options) => {
          seen.question = question;
          return answerStream(options, async ({ signal, onPiece, onFound }, settings) => {
            seen.settings = settings;
            signal?.addEventListener('abort', () => (seen.aborted = true));
            onFound?.(found);
            for (const piece of ['Captain ', 'Ahab.']) {
              await new Promise((resolve) => setTimeout(resolve)); // so that it is read
              onPiece?.(piece);
            }
            await new Promise((resolve) => setTimeout(resolve));
            if (failure) throw failure;
            const stats = { promptTokens: 40, generatedTokens: 3 } as Answer['stats'];
            return { text: 'Captain Ahab.', ...found, support: undefined, finish, stats };
          });
        },
        close: () => {
          seen.closed++;
          return Promise.resolve();
        },
      });
    },
  });
  return { seen, create: chat.completions.create };
}
const messages = [{ role: 'user', content: 'Who?' }] as const;
const usage = { prompt_tokens: 40, completion_tokens: 3, total_tokens: 43 };

async function all(chunks: AsyncIterable<ChatCompletionChunk>) {
  const read: ChatCompletionChunk[] = [];
  for await (const chunk of chunks) read.push(chunk);
  return read;
}

test('a completion has the text, the usage, and the passages beside', async () => {
  const { create, seen } = bench();
  const completion = await create({ messages, documents: ['book'], max_tokens: 5 });
  expect(completion).toEqual({
    id: expect.stringMatching(/^chatcmpl-/) as string,
    object: 'chat.completion',
    created: expect.any(Number) as number,
    model: 'Tiny',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Captain Ahab.', refusal: null },
        finish_reason: 'stop',
        logprobs: null,
      },
    ],
    usage,
    longread: { evidence, finish: 'stop' },
  });
  expect(seen).toMatchObject({
    opened: ['book'],
    closed: 1,
    question: 'Who?',
    settings: { maxNewTokens: 5 },
  });
});

test('chunks are a role with the passages, the pieces, an end, and the usage where it is asked for', async () => {
  const { create, seen } = bench({ finish: 'length' });
  const stream = await create({ messages, stream: true, stream_options: { include_usage: true } });
  const chunks = await all(stream);
  const head = {
    id: chunks[0]?.id,
    object: 'chat.completion.chunk',
    created: chunks[0]?.created,
    model: 'Tiny',
  };
  const choice = { index: 0, finish_reason: null, logprobs: null };
  expect(chunks).toEqual([
    {
      ...head,
      choices: [{ ...choice, delta: { role: 'assistant', content: '' } }],
      usage: null,
      longread: { evidence },
    },
    { ...head, choices: [{ ...choice, delta: { content: 'Captain ' } }], usage: null },
    { ...head, choices: [{ ...choice, delta: { content: 'Ahab.' } }], usage: null },
    {
      ...head,
      choices: [{ ...choice, delta: {}, finish_reason: 'length' }],
      usage: null,
      longread: { finish: 'length' },
    },
    { ...head, choices: [], usage },
  ]);
  expect(seen.closed).toBe(1);
  const plain = await all(await bench().create({ messages, stream: true }));
  expect(plain.every((chunk) => chunk.choices.length === 1 && chunk.usage === undefined)).toBe(true);
});

test('an answer that ends before it says a sentence again has stopped', async () => {
  const { choices, longread } = await bench({ finish: 'repetition' }).create({ messages });
  expect([choices[0].finish_reason, longread.finish]).toEqual(['stop', 'repetition']);
});

test('a reader who leaves cancels the answer and closes the document, also before the first word', async () => {
  for (const most of [1, 2]) {
    const { create, seen } = bench();
    let count = 0;
    for await (const chunk of await create({ messages, stream: true })) {
      expect(chunk.object).toBe('chat.completion.chunk');
      if (++count === most) break;
    }
    expect(seen).toMatchObject({ aborted: true, closed: 1 });
  }
});

test('what goes wrong comes from the stream, after what came before it', async () => {
  const { create, seen } = bench({ failure: new ClosedError('gone') });
  const texts: string[] = [];
  const reading = (async () => {
    for await (const { choices } of await create({ messages, stream: true }))
      texts.push(choices[0]?.delta.content ?? '');
  })();
  await expect(reading).rejects.toMatchObject({ code: 'Closed' });
  expect(texts.join('')).toBe('Captain Ahab.');
  expect(seen.closed).toBe(1);
  await expect(bench({ failure: new ClosedError('gone') }).create({ messages })).rejects.toMatchObject({
    code: 'Closed',
  });
});

test('what cannot be served is refused before anything is opened', async () => {
  const { create, seen } = bench();
  await expect(create({ messages, n: 2 } as never)).rejects.toMatchObject({ details: { field: 'n' } });
  expect(seen.opened).toEqual([]);
});

test('a signal that has fired reaches the answer', async () => {
  const { create, seen } = bench();
  const controller = new AbortController();
  const stream = await create({ messages, stream: true }, { signal: controller.signal });
  const chunks = stream[Symbol.asyncIterator]();
  await chunks.next();
  controller.abort();
  expect(seen.aborted).toBe(true);
  await chunks.return?.();
});
