// The worker's side of an answer, on a tiny model in a real worker: what a call reports arrives whole and before its result.
import { splitGguf, tinyLlamaSource, writeGguf } from '@longread/formats/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AnswerPiece } from '../api.ts';
import { createTinyEngine, sharedEngine, tinyProse } from '../testing/tiny.ts';

/** What went wrong in the page that no call told of. */
let uncaught: unknown[];
const note = (event: ErrorEvent | PromiseRejectionEvent) => {
  event.preventDefault(); // seen here
  uncaught.push('reason' in event ? event.reason : event.error);
};
beforeEach(() => {
  uncaught = [];
  window.addEventListener('error', note);
  window.addEventListener('unhandledrejection', note);
});
afterEach(() => {
  window.removeEventListener('error', note);
  window.removeEventListener('unhandledrejection', note);
});

async function readPieces(pieces: AsyncIterable<AnswerPiece>, most = Infinity): Promise<string[]> {
  const read: string[] = [];
  for await (const { text } of pieces) {
    read.push(text);
    if (read.length >= most) break;
  }
  return read;
}

test('the files of a model in parts go to the worker', async () => {
  const source = tinyLlamaSource(7, { headDim: 16 });
  const parts = splitGguf(source, [8, source.tensors.length - 8]).map((part) => writeGguf(part));
  const files = parts.map((part, i) => new File([part], `tiny-0000${i + 1}-of-00002.gguf`));
  const engine = await createTinyEngine({ worker: true, model: files.toReversed() });
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  expect((await engine.info()).modelSha256).toBe(hex);
  await engine.dispose();
});

test.for([
  { where: 'across the worker', worker: true },
  { where: 'in place', worker: false },
])('what a question is said to take of the window is what it takes, $where', async ({ worker }) => {
  const engine = await sharedEngine({ worker });
  const prose = tinyProse(200, worker ? 3 : 4); // read here, not opened
  const book = await engine.ingest(prose);
  const turn = { question: 'where?', answer: 'in the harbour.' };
  const options = { maxNewTokens: 3, gather: { gatherSize: 64 }, history: [turn] };
  const { template, history, question, gathered } = await book.contextUsage('and then?', options);
  const { stats } = await book.ask('and then?', options).result();
  expect(template + history + question + gathered).toBe(stats.promptTokens);
  // Less is run where a prompt begins as the one before it did.
  const run = stats.phases.find(({ name }) => name === 'recompute')?.tokens ?? 0;
  expect(run).toBeLessThanOrEqual(stats.promptTokens);
  expect(run).toBeGreaterThan(gathered);
  expect(gathered).toBe(stats.gatheredTokens);
  expect(await engine.countTokens(prose)).toBe(book.manifest.numTokens);
  await expect(engine.countTokens(prose, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'Aborted',
  });
  const plan = await engine.plan({ tokens: book.manifest.numTokens });
  const { sizeBytes } = book.manifest;
  // But for the length of its text, which is not known before.
  expect(Math.abs(plan.storageBytes - sizeBytes)).toBeLessThan(0.02 * sizeBytes);
  expect(plan.readSeconds).toBeGreaterThan(0);
  await expect(engine.plan(5 as never)).rejects.toMatchObject({ code: 'InvalidInput' });
  await expect(book.contextUsage(' ')).rejects.toMatchObject({ code: 'InvalidInput' });
});

test.for([
  { where: 'across the worker', worker: true },
  { where: 'in place', worker: false },
])('a chat request answers as asking does, with a document and without, $where', async ({ worker }) => {
  const engine = await sharedEngine({ worker });
  const book = await engine.ingest(tinyProse(25));
  const { create } = engine.chat.completions;
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'and then?' },
  ] as const;
  const documents = [book.manifest.id];
  const asked = await book.ask('and then?', { maxNewTokens: 6, system: 'Be brief.' }).result();
  const one = await create({ messages, documents, max_tokens: 6 });
  expect(one.choices[0].message.content).toBe(asked.text);
  expect(one.longread.evidence).toEqual(asked.evidence);
  const { promptTokens, generatedTokens } = asked.stats;
  expect(one.usage).toMatchObject({ prompt_tokens: promptTokens, completion_tokens: generatedTokens });

  await book.close(); // the request opens it again
  const chunks = await create({ messages, documents, max_tokens: 6, stream: true });
  let text = '';
  for await (const { choices } of chunks) text += choices[0]?.delta.content ?? '';
  expect(text).toBe(asked.text);

  const alone = await create({ messages, max_tokens: 6 });
  expect(alone.longread.evidence).toEqual([]);
  const besides = one.usage.prompt_tokens - asked.stats.gatheredTokens;
  expect(alone.usage.prompt_tokens).toBeLessThanOrEqual(besides);
  expect(alone.usage.prompt_tokens).toBeGreaterThan(0);
  await expect(create({ messages, documents: ['none'] })).rejects.toMatchObject({ code: 'InvalidInput' });
  await expect(create({ messages, longread: { strategy: 'full' } })).rejects.toMatchObject({
    code: 'InvalidInput',
  });
});

test.for([
  { where: 'across the worker', worker: true, numAnswers: 100 },
  { where: 'in place', worker: false, numAnswers: 16 },
])('the pieces of answers are their texts, $where', async ({ worker, numAnswers }) => {
  const engine = await sharedEngine({ worker });
  const book = await engine.ingest(tinyProse(25));
  const options = { maxNewTokens: 8, gather: { gatherSize: 32 } };
  const whole = await book.ask('where?', options).result();
  const early = book.ask('where?', options);
  const first = await Promise.race([early.found(), readPieces(early, 1)]);
  const { evidence, gathered, curve } = whole;
  expect(first).toEqual({ evidence, gathered, curve });
  expect(await early.evidence()).toEqual(evidence);
  expect(curve?.levels).toHaveLength(Math.min(256, tinyProse(25).length));
  expect(await book.text()).toBe(tinyProse(25));
  const stop = whole.text.slice(3, 5);
  expect(stop).toHaveLength(2);
  const all = await readPieces(book.ask('where?', options));

  const finishes: string[] = [];
  for (let i = 0; i < numAnswers; i++) {
    const stream = book.ask('where?', i % 4 === 1 ? { ...options, stop: [stop] } : options);
    if (i % 4 === 3) {
      // A reader who has enough, after the first piece or after the last one, when the result is on its way.
      const most = i % 8 === 3 ? 1 : all.length;
      expect((await readPieces(stream, most)).join(''), `answer ${i}`).toBe(all.slice(0, most).join(''));
      await stream.result().catch((error: unknown) => expect(error).toMatchObject({ code: 'Aborted' }));
      finishes.push('left');
      continue;
    }
    const pieces = await readPieces(stream);
    const { text, finish } = await stream.result();
    expect(pieces.join(''), `answer ${i}`).toBe(text);
    finishes.push(finish);
  }
  const count = (wanted: string) => finishes.filter((finish) => finish === wanted).length;
  expect([count('length'), count('stop'), count('left')]).toEqual([2, 1, 1].map((n) => (n * numAnswers) / 4));
  expect(uncaught).toEqual([]);
});

test('memory over time comes with an answer across the worker, and from the tab that has the engine', async () => {
  const alone = await sharedEngine({ worker: true });
  const share = { worker: true, share: crypto.randomUUID() };
  const [first, second] = [await createTinyEngine(share), await createTinyEngine(share)];
  for (const engine of [alone, second]) {
    const book = await engine.ingest(tinyProse(200, 5));
    const { stats } = await book.ask('where?', { maxNewTokens: 3, gather: { gatherSize: 64 } }).result();
    const { samples, peakBytes } = stats.memory;
    const phases = new Set(samples.map(({ phase }) => phase));
    for (const phase of ['gather', 'recompute', 'decode'] as const) expect(phases).toContain(phase);
    const times = samples.map(({ ms }) => ms);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...samples.map(({ gpuBytes }) => gpuBytes))).toBe(peakBytes);
    expect(samples.every(({ gpuBytes }) => gpuBytes > 0)).toBe(true);
    await book.close();
  }
  await second.dispose();
  await first.dispose();
});

test('an error of the worker arrives with its cause', async () => {
  await expect(createTinyEngine({ worker: true, tokenizerJson: '{' })).rejects.toMatchObject({
    code: 'ModelFormat',
    cause: { name: 'SyntaxError', stack: expect.stringContaining('JSON') as unknown },
  });
});
