// Scripts that come late, or not at all.
import { expect, test, vi } from 'vitest';
import { LateParts } from './late-parts.ts';
import type { Late } from './view.ts';
import { Words } from './words.ts';

const there = {} as Late;
const hostOf = () => ({ requestUpdate: vi.fn(), words: new Words() });

test('a script that does not come is said to be missing, and is there when asked for again', async () => {
  const host = hostOf();
  const cause = new TypeError('Failed to fetch dynamically imported module: https://example.org/late.js');
  const importLate = vi.fn(() => Promise.resolve(there)).mockRejectedValueOnce(cause);
  const parts = new LateParts(host, importLate);
  await expect(parts.load()).rejects.toMatchObject({
    code: 'Network',
    message: expect.stringMatching(/could not be fetched.*try again.*reload/) as string,
    details: { reason: 'script' },
    cause,
  });
  expect([parts.now, host.requestUpdate.mock.calls.length]).toEqual([undefined, 0]);
  expect(await parts.load()).toBe(there);
  expect([parts.now, host.requestUpdate.mock.calls.length]).toEqual([there, 1]);
  await parts.load(); // changes nothing that is seen
  expect(host.requestUpdate).toHaveBeenCalledTimes(1);
});

test('what says how an answer came about is fetched when it is asked for', async () => {
  const host = hostOf();
  const parts = new LateParts(host);
  expect(parts.about).toBeUndefined();
  await parts.loadAbout();
  expect(parts.about).toHaveProperty('renderAbout');
  await parts.loadAbout();
  expect(host.requestUpdate).toHaveBeenCalledTimes(1);
});

test('fetched ahead, once, nothing fails', async () => {
  const importLate = vi.fn(() => Promise.resolve(there)).mockRejectedValueOnce(new TypeError('offline'));
  const parts = new LateParts(hostOf(), importLate);
  parts.prepare();
  parts.prepare();
  await vi.waitFor(() => expect(importLate).toHaveBeenCalledTimes(1));
  expect(await parts.load()).toBe(there);
});
