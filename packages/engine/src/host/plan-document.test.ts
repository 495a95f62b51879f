// What a document would take, from its size: tokens by what is stored, room by what the browser says.
import type { DocumentManifest, ReadSettings } from '@longread/core';
import { openGguf } from '@longread/formats';
import { bytesSource, tinyLlama } from '@longread/formats/testing';
import type { StorageUsage } from '@longread/store';
import { expect, test } from 'vitest';
import type { DocumentSize } from '../api.ts';
import { checkRoom, planDocument } from './plan-document.ts';

const { config } = await openGguf(bytesSource(tinyLlama(7)));
const settings: ReadSettings = {
  chunkSize: 64,
  budget: 96,
  recent: 24,
  exitLayer: 2,
  heads: [{ layer: 1, type: 'Q', head: 0 }],
};
const plan = (
  size: unknown,
  {
    quotaBytes = 0,
    stored = [] as { numChars: number; numTokens: number }[],
    rate = undefined as number | undefined,
  } = {},
) =>
  planDocument(
    config,
    settings,
    {
      list: () => Promise.resolve(stored as unknown as DocumentManifest[]),
      usage: () => Promise.resolve({ usedBytes: 1e6, quotaBytes } as StorageUsage),
    },
    size as DocumentSize,
    rate,
  );

test('tokens of characters are as in what is stored, or four characters each', async () => {
  expect((await plan({ characters: 1001 })).tokens).toBe(251);
  const stored = [
    { numChars: 300, numTokens: 100 },
    { numChars: 200, numTokens: 150 },
  ];
  expect((await plan({ characters: 1000 }, { stored })).tokens).toBe(500);
  expect((await plan({ tokens: 77 }, { stored })).tokens).toBe(77);
});

test('storage grows with the tokens, GPU memory does not', async () => {
  const [one, two, three] = [
    await plan({ tokens: 1000 }),
    await plan({ tokens: 2000 }),
    await plan({ tokens: 3000 }),
  ];
  expect(two.gpuBytes).toBe(one.gpuBytes);
  expect(two.storageBytes - one.storageBytes).toBe(three.storageBytes - two.storageBytes);
  expect(two.storageBytes - one.storageBytes).toBe(1000 * (8 + config.headDim + 4 + 4));
});

test('the time is by the rate, and unknown without one', async () => {
  expect((await plan({ tokens: 1000 })).readSeconds).toBeUndefined();
  expect((await plan({ tokens: 1000 }, { rate: 50 })).readSeconds).toBe(20);
});

test('what storage has no room for does not fit, and says what to do', async () => {
  expect(await plan({ tokens: 1e6 })).toMatchObject({ fits: true });
  expect(await plan({ tokens: 1e6 }, { quotaBytes: 1e12 })).toMatchObject({ fits: true });
  const { fits, reason } = await plan({ tokens: 1e6 }, { quotaBytes: 3e6 });
  expect(fits).toBe(false);
  expect(reason).toMatch(/and this browser has 2 MB left.*Delete/);
  expect(await plan({ tokens: 1e6 }, { quotaBytes: 5e5 })).toMatchObject({ fits: false }); // over it already
});

test('what does not fit is refused before it is read, what was stored of it counted', async () => {
  const room = (quotaBytes: number, storedBytes = 0) =>
    checkRoom(
      config,
      settings,
      { usage: () => Promise.resolve({ usedBytes: 1e6, quotaBytes } as StorageUsage) },
      { numTokens: 100_000, numChars: 400_000, storedBytes },
    );
  const { storageBytes } = await plan({ tokens: 100_000 });
  await expect(room(1e6 + storageBytes - 1)).rejects.toMatchObject({
    code: 'StorageQuota',
    details: { neededBytes: storageBytes, usedBytes: 1e6 },
  });
  await room(1e6 + storageBytes);
  await room(1e6 + storageBytes - 1, 1);
  await room(0); // the browser does not tell
});

test.for([{}, { tokens: -1 }, { tokens: 1.5 }, { characters: NaN }, { characters: Infinity }])(
  '%j is no size',
  async (size) => {
    await expect(plan(size)).rejects.toMatchObject({ code: 'InvalidInput' });
  },
);
