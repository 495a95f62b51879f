// Answers by another server, over a real connection to one that this test makes: what is sent, what comes back, and what may go wrong.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Answer, AskOptions, Evidence } from '../api.ts';
import type { HostAskOptions } from '../host/engine-host.ts';
import { answerElsewhere, type ElsewhereOptions } from './answer-elsewhere.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

const key = 'sk-very-secret';
let respond: (response: ServerResponse) => void;
let received: Received[];
let closed: Promise<void>;
const server = createServer((request, response) => {
  let text = '';
  closed = new Promise((resolve) => response.once('close', resolve));
  request.on('data', (bytes: Buffer) => (text += bytes.toString()));
  request.on('end', () => {
    received.push({
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(text) as Record<string, unknown>,
    });
    respond(response);
  });
});
let origin: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const piece = (content: string) => ({ choices: [{ index: 0, delta: { content } }] });
const finish = (finish_reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason }] });
const usage = { choices: [], usage: { prompt_tokens: 70, completion_tokens: 5 } };
const event = (data: unknown) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
/** Answers with these events; writes in pieces that part characters and lines. */
const streams =
  (...events: unknown[]) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const bytes = Buffer.from(events.map(event).join(''));
    for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
    response.end();
  };
const says =
  (status: number, body: string, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers);
    response.end(body);
  };

const passages: readonly Evidence[] = [
  { start: 500, end: 520, score: 3, text: 'The ship was the Pequod.', place: { fraction: 0.5, page: '7' } },
  { start: 100, end: 120, score: 2, text: 'Ahab is her captain.', place: { fraction: 0.1 } },
];
const curve = { lowest: 0, highest: 3, levels: [0, 255] };
let gathered: HostAskOptions[];
beforeEach(() => {
  [received, gathered] = [[], []];
  respond = streams(piece('Captain '), piece('Ahab – π 三.'), finish('stop'), usage, '[DONE]');
});

interface Case extends Partial<ElsewhereOptions> {
  readonly settings?: Omit<AskOptions, 'answerWith'>;
  readonly signal?: AbortSignal;
  readonly onPiece?: (text: string) => void;
}

function ask(who: object = {}, { settings = {}, signal, onPiece, ...limits }: Case = {}): Promise<Answer> {
  const with_ = { url: `${origin}/v1`, model: 'big', ...who };
  return answerElsewhere(
    with_,
    'Who?',
    settings,
    { signal, onPiece },
    {
      gather: (asked) => {
        gathered.push(asked);
        const phases = ['gather', 'decode'].map((name) => ({ name, ms: 1, tokens: 0 }));
        const stats = { strategy: 'reform', gatheredTokens: 12, phases } as unknown as Answer['stats'];
        const found = { evidence: passages, gathered: passages, curve, support: undefined };
        return Promise.resolve({ text: '', ...found, finish: 'stop', stats });
      },
      ...limits,
    },
  );
}

test('what the server thinks aloud is no part of its answer', async () => {
  const pieces: string[] = [];
  respond = streams(
    piece('<think>Ahab?'),
    piece(' Yes.</thi'),
    piece('nk>\n\nCaptain Ahab.'),
    finish('stop'),
  );
  const answer = await ask({}, { onPiece: (text) => pieces.push(text) });
  expect([answer.text, answer.thought, pieces.join('')]).toEqual([
    'Captain Ahab.',
    'Ahab? Yes.',
    'Captain Ahab.',
  ]);
});

test('the passages and the question are sent, once, and the answer streams in', async () => {
  const pieces: string[] = [];
  const history = [{ question: 'Where?', answer: 'At sea.' }];
  const settings = {
    history,
    system: 'Be brief.',
    maxNewTokens: 50,
    temperature: 0.5,
    seed: 3,
    stop: ['END'],
  };
  const answer = await ask(
    { apiKey: key, headers: { 'X-Own': 'value' } },
    { settings, onPiece: (text) => pieces.push(text) },
  );
  expect(answer).toMatchObject({ text: 'Captain Ahab – π 三.', evidence: passages, curve, finish: 'stop' });
  expect(pieces.join('')).toBe(answer.text);
  expect(answer.stats).toMatchObject({
    answeredBy: { url: `${origin}/v1/chat/completions`, model: 'big' },
    promptTokens: 70,
    generatedTokens: 5,
    gatheredTokens: 12,
    historyTurns: 1,
  });
  expect(answer.stats.phases.map(({ name }) => name)).toEqual(['gather', 'decode']);
  expect(JSON.stringify(answer)).not.toContain(key);
  expect(gathered).toEqual([{ maxNewTokens: 0 }]);

  expect(received).toHaveLength(1);
  const [{ path, headers, body } = {} as Received] = received;
  expect(path).toBe('/v1/chat/completions');
  expect(headers).toMatchObject({ authorization: `Bearer ${key}`, 'x-own': 'value' });
  expect(headers.referer ?? headers.cookie).toBeUndefined();
  const { messages, ...rest } = body;
  expect(rest).toEqual({
    model: 'big',
    stream: true,
    stream_options: { include_usage: true },
    stop: ['END'],
    max_tokens: 50,
    temperature: 0.5,
    seed: 3,
  });
  const [system, ...others] = messages as { role: string; content: string }[];
  expect(system?.content).toMatch(/^Be brief\./);
  expect(others).toEqual([
    { role: 'user', content: 'Where?' },
    { role: 'assistant', content: 'At sea.' },
    {
      role: 'user',
      content:
        'Passages:\n\n[1] (10 %)\nAhab is her captain.\n\n[2] (p. 7)\nThe ship was the Pequod.\n\nQuestion: Who?',
    },
  ]);
});

test.for([
  ['', '/v1/chat/completions'],
  ['/', '/v1/chat/completions'],
  ['/v1/', '/v1/chat/completions'],
  ['/api/openai', '/api/openai/chat/completions'],
  ['/deep/chat/completions?version=2', '/deep/chat/completions?version=2'],
])('the address %j is asked at %j', async ([url, path]) => {
  await ask({ url: origin + (url ?? '') });
  expect(received[0]?.path).toBe(path);
});

test('an answer that is cut at its length says so, one that repeats itself ends here', async () => {
  respond = streams(piece('Captain Ahab'), finish('length'), '[DONE]');
  expect((await ask()).finish).toBe('length');
  const sentence = 'Captain Ahab stood upon the deck. ';
  respond = streams(
    ...sentence
      .repeat(4)
      .split(/(?<= )/)
      .map(piece),
    finish('stop'),
    '[DONE]',
  );
  const answer = await ask();
  expect([answer.finish, answer.text.trim()]).toEqual(['repetition', sentence.trim()]);
  expect(answer.stats.generatedTokens).toBeGreaterThan(0);
});

const refusal = (reason: string, status: number, body: string) => ({
  what: `answers ${status}`,
  reason,
  status,
  answer: says(status, body),
});
test.for<{ what: string; reason: string; answer: (response: ServerResponse) => void; status?: number }>([
  refusal('unauthorised', 401, JSON.stringify({ error: { message: `no key ${key}` } })),
  refusal('not-found', 404, '{"error":"no such model"}'),
  refusal('rate-limit', 429, ''),
  refusal('server', 503, '<html>'.repeat(100_000)),
  refusal('refused', 422, '{"detail":"no stop"}'),
  {
    what: 'sends the request to another origin',
    reason: 'redirect',
    answer: says(307, '', { location: 'http://127.0.0.1:9/' }),
  },
  {
    what: 'gives a page',
    reason: 'not-a-stream',
    answer: says(200, '<html>', { 'content-type': 'text/html' }),
  },
  {
    what: 'gives a whole completion',
    reason: 'not-a-stream',
    answer: says(200, '{}', { 'content-type': 'application/json' }),
  },
  { what: 'streams nonsense', reason: 'not-a-stream', answer: streams('{"choices"') },
  {
    what: 'streams an error',
    reason: 'server',
    answer: streams(piece('Cap'), { error: { message: `out of memory ${key}` } }),
  },
  { what: 'ends early', reason: 'cut', answer: streams(piece('Captain')) },
  { what: 'says it is done at once', reason: 'cut', answer: streams('[DONE]') },
  {
    what: 'breaks the connection',
    reason: 'cut',
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece('Captain')), () => response.destroy());
    },
  },
  {
    what: 'never ends a line',
    reason: 'too-large',
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let i = 0; i < 64; i++) response.write('data: '.padEnd(16_384, 'x'));
    },
  },
  {
    what: 'sends nothing more',
    reason: 'stalled',
    answer: (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(piece('Captain')));
    },
  },
  { what: 'does not answer', reason: 'stalled', answer: () => undefined },
])('a server that $what is told of, without the key', async ({ reason, answer, status }) => {
  respond = answer;
  const limits = reason === 'stalled' ? { stallMs: 100 } : { maxBytes: 100_000 };
  const failure: unknown = await ask({ url: `${origin}/v1?token=${key}`, apiKey: key }, limits).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({
    code: 'Network',
    details: { url: `${origin}/v1/chat/completions`, reason, ...(status && { status }) },
  });
  const { message, stack, details, cause } = failure as Error & { details: unknown };
  for (const shown of [message, stack, JSON.stringify(details), String(cause)])
    expect(shown).not.toContain(key);
  await closed; // nothing goes on arriving
});

test('nobody there is told of', async () => {
  await expect(ask({ url: 'http://127.0.0.1:9/v1' })).rejects.toMatchObject({
    code: 'Network',
    details: { reason: 'unreachable' },
  });
});

test('cancelling ends the request, with the reason', async () => {
  const controller = new AbortController();
  respond = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event(piece('Captain')));
  };
  const reason = new Error('enough');
  const asking = ask({}, { signal: controller.signal, onPiece: () => controller.abort(reason) });
  await expect(asking).rejects.toMatchObject({ code: 'Aborted', cause: reason });
  await closed;
  await expect(ask({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'Aborted' });
  expect(received).toHaveLength(1);
});
