// Lost devices on a tiny model: calls go on over the next device and end in the same bits; repeated loss is said, and nothing is lost.
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Answer, DeviceLoss, Engine, Progress } from '../api.ts';
import { watchDevices, type Devices } from '../testing/devices.ts';
import { createTinyEngine, tinyProse } from '../testing/tiny.ts';

const text = tinyProse(160);
const more = tinyProse(60, 3);
const question = 'where?';
const settings = { maxNewTokens: 12, gather: { gatherSize: 128 } };
const content = ({ text: answer, evidence, finish }: Answer) => ({ answer, evidence, finish });

let devices: Devices;
let engine: Engine;
let losses: DeviceLoss[];
beforeAll(async () => {
  devices = watchDevices();
  engine = await createTinyEngine();
  engine.onDeviceLost((loss) => losses.push(loss));
});
beforeEach(() => {
  losses = [];
  laterByMinutes(2);
});
afterAll(async () => {
  vi.useRealTimers();
  devices.release();
  await engine.dispose();
});

/** Three losses a minute are too many, whichever test they are of. */
function laterByMinutes(minutes: number): void {
  vi.useFakeTimers({ now: Date.now() + minutes * 60_000, toFake: ['Date'] });
}

/** Takes the device away once, when `phase` has come to `done`. */
function loseAt(wanted: Progress['phase'], from: number) {
  let isDone = false;
  return ({ phase, done }: Progress) => {
    if (isDone || phase !== wanted || done < from) return;
    isDone = true;
    devices.lose();
  };
}

/** A second passes with every report: what is read is stored once a second. */
function secondsPass() {
  let passed = 0;
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  onTestFinished(() => clock.mockRestore());
  return (report: (progress: Progress) => void) => (progress: Progress) => {
    passed += 1000;
    report(progress);
  };
}

/** What an engine that loses nothing answers, before and after `more`. */
async function expected() {
  const whole = await engine.ingest(text, { title: 'Whole' });
  const first = content(await whole.ask(question, settings).result());
  await whole.append(more);
  const second = content(await whole.ask(question, settings).result());
  await engine.documents.delete(whole.manifest.id);
  return [first, second];
}

describe('a lost device', () => {
  test('is replaced in every phase, is reported once, and changes no bit', async () => {
    const [first, second] = await expected();
    const slowly = secondsPass();
    const book = await engine.ingest(text, { onProgress: slowly(loseAt('compress', 200)) });
    expect(losses).toHaveLength(1);
    expect(losses[0]?.message).toContain('lost');
    expect(book.manifest).toMatchObject({ state: 'ready' });
    // The chunks that were stored are not read again.
    expect(book.phases.find(({ name }) => name === 'compress')?.tokens).toBeLessThan(book.manifest.numTokens);
    expect(content(await book.ask(question, settings).result())).toEqual(first);

    for (const phase of ['gather', 'recompute'] as const) {
      const answer = book.ask(question, { ...settings, onProgress: loseAt(phase, 0) });
      expect(content(await answer.result()), phase).toEqual(first);
      laterByMinutes(2);
    }
    const stream = book.ask(question, { ...settings, onProgress: loseAt('decode', 5) });
    let pieces = '';
    for await (const piece of stream) pieces += piece.text;
    expect(content(await stream.result())).toEqual(first);
    expect(pieces).toBe(first?.answer);

    laterByMinutes(2);
    await book.append(more, { onProgress: loseAt('compress', 70) });
    expect(content(await book.ask(question, settings).result())).toEqual(second);
    expect(losses).toHaveLength(5);
    expect(devices.count).toBe(6);
  });

  test('while nothing runs is replaced by the next call', async () => {
    const book = await engine.ingest(text);
    const before = content(await book.ask(question, settings).result());
    devices.lose();
    await vi.waitFor(() => expect(losses).toHaveLength(1));
    expect((await engine.info()).gpuBytes).toBe(0);
    expect(content(await book.ask(question, settings).result())).toEqual(before);
    expect((await engine.info()).gpuBytes).toBeGreaterThan(0);
  });

  test('documents that are open together are opened again, too', async () => {
    const [book, other] = [await engine.ingest(text), await engine.ingest(more)];
    const together = await engine.documents.together([book.manifest.id, other.manifest.id]);
    const before = content(await together.ask(question, settings).result());
    devices.lose();
    await vi.waitFor(() => expect(losses).toHaveLength(1));
    expect(content(await together.ask(question, settings).result())).toEqual(before);
  });

  test('three times within a minute is said, and a minute later all is there', async () => {
    const book = await engine.ingest(text);
    const before = content(await book.ask(question, settings).result());
    const lose = ({ phase }: Progress) => {
      if (phase === 'recompute') devices.lose();
    };
    const twice = book.ask(question, { ...settings, onProgress: lose }).result();
    await expect(twice).rejects.toMatchObject({ code: 'DeviceLost' });
    const thrice = book.ask(question, { ...settings, onProgress: lose }).result();
    await expect(thrice).rejects.toMatchObject({ code: 'DeviceLost', details: { losses: 3 } });
    await expect(book.append(more)).rejects.toThrow('3 times within 60 seconds');
    expect(losses).toHaveLength(3);
    laterByMinutes(1.02);
    expect(content(await book.ask(question, settings).result())).toEqual(before);
  });

  test('cancelling while the next one is loaded cancels', async () => {
    const book = await engine.ingest(text);
    devices.lose();
    await vi.waitFor(() => expect(losses).toHaveLength(1));
    const controller = new AbortController();
    const answer = book.ask(question, {
      ...settings,
      signal: controller.signal,
      onProgress: ({ phase }) => {
        if (phase === 'load') controller.abort();
      },
    });
    await expect(answer.result()).rejects.toMatchObject({ code: 'Aborted' });
    expect((await book.ask(question, settings).result()).text).not.toBe('');
  });
});
