// Requests in OpenAI's shape: what becomes of each field, and that none is left out without a word.
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../api.ts';
import { readRequest } from './request.ts';

const user = (content: unknown) => ({ role: 'user', content });
const read = (request: object) => readRequest({ messages: [user('Who?')], ...request } as ChatRequest);

test('a bare request is a question without anything', () => {
  expect(read({})).toEqual({
    question: 'Who?',
    document: undefined,
    settings: { history: [] },
    stream: false,
    includeUsage: false,
  });
});

test('settings go to those of asking', () => {
  const request = {
    model: 'gpt-x',
    user: 'me',
    documents: ['one'],
    stream: true,
    stream_options: { include_usage: true },
    stop: 'END',
    seed: -1,
    temperature: 0.5,
    top_p: 0.9,
    max_tokens: 7,
    longread: { strategy: 'bm25', topK: 3 },
  };
  const { settings, ...rest } = read(request);
  expect(rest).toEqual({ question: 'Who?', document: 'one', stream: true, includeUsage: true });
  expect(settings).toEqual({
    history: [],
    strategy: 'bm25',
    topK: 3,
    stop: ['END'],
    seed: 0xffff_ffff,
    temperature: 0.5,
    topP: 0.9,
    maxNewTokens: 7,
  });
  expect(read({ max_tokens: 7, max_completion_tokens: 9 }).settings.maxNewTokens).toBe(9);
});

describe('messages', () => {
  test('are system text, turns and a question', () => {
    const { question, settings } = read({
      messages: [
        { role: 'developer', content: 'Be brief.' },
        user('Who?'),
        { role: 'assistant', content: 'Ahab.', tool_calls: [], refusal: null },
        {
          role: 'system',
          content: [
            { type: 'text', text: 'In ' },
            { type: 'text', text: 'English.' },
          ],
        },
        user('Where?'),
        user('And when?'),
      ],
    });
    expect(question).toBe('Where?\n\nAnd when?');
    expect(settings).toEqual({
      system: 'Be brief.\n\nIn English.',
      history: [{ question: 'Who?', answer: 'Ahab.' }],
    });
  });

  test.for([
    { messages: [], field: 'messages' },
    { messages: 'Who?', field: 'messages' },
    { messages: [null], field: 'messages[0]' },
    { messages: [{ role: 'system', content: 'x' }], field: 'messages' },
    { messages: [user('x'), { role: 'assistant', content: 'y' }], field: 'messages' },
    { messages: [{ role: 'assistant', content: 'y' }, user('x')], field: 'messages' },
    { messages: [{ role: 'tool', content: 'y' }, user('x')], field: 'messages[0].role' },
    { messages: [user(null)], field: 'messages[0].content' },
    { messages: [user([{ type: 'image_url', image_url: {} }])], field: 'messages[0].content[0]' },
    { messages: [user([{ type: 'text' }])], field: 'messages[0].content[0]' },
    {
      messages: [user('x'), { role: 'assistant', content: '', tool_calls: [{}] }, user('y')],
      field: 'messages[1].tool_calls',
    },
  ])('$messages are refused', ({ messages, field }) => {
    expect(() => read({ messages })).toThrow(
      expect.objectContaining({ code: 'InvalidInput', details: { field } }) as Error,
    );
  });
});

test.for<Readonly<Record<string, unknown>>>([
  { n: 2 },
  { logprobs: true },
  { tools: [{ type: 'function' }] },
  { tool_choice: { type: 'function' } },
  { response_format: { type: 'json_schema', json_schema: {} } },
  { response_format: { type: 'json_object' } },
  { frequency_penalty: 0.5 },
  { logit_bias: { 5: 1 } },
  { audio: {} },
  { modalities: ['text', 'audio'] },
  { store: true },
  { reasoning_effort: 'high' },
  { unheard_of: 1 },
  { toString: 1 },
  { documents: 'one' },
  { documents: ['one', 'two'] },
  { documents: [1] },
  { stop: ['a', 'b', 'c', 'd', 'e'] },
  { stop: '' },
  { stop: 5 },
  { stream: 'yes' },
  { stream_options: { include_usage: true } },
  { seed: 0.5 },
  { temperature: -1 },
  { temperature: NaN },
  { top_p: 1.5 },
  { max_tokens: 0 },
  { max_completion_tokens: '5' },
  { longread: 'fast' },
])('%j is refused by its field', (request) => {
  const [field = ''] = Object.keys(request);
  expect(() => read(request)).toThrow(
    expect.objectContaining({ code: 'InvalidInput', details: { field } }) as Error,
  );
});

test.for([
  { n: 1 },
  { tools: [] },
  { logit_bias: {} },
  { response_format: { type: 'text' } },
  { presence_penalty: 0 },
  { metadata: { a: 'b' } },
  { stop: null, seed: null, temperature: null, documents: null, tools: null, max_tokens: null, stream: null },
  { documents: [] },
])('%j asks for nothing', (request) => {
  expect(read(request)).toEqual(read({}));
});

test.for([undefined, null, 5, 'x', []])('%j is no request', (request) => {
  expect(() => readRequest(request as never)).toThrow(
    expect.objectContaining({ details: { field: 'request' } }) as Error,
  );
});
