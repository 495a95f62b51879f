// A document's whole life in a real browser and worker: the same answers before and after, and nothing left over.
import { expect, openBench, test, tinyModelUrl, tinyText, type Bench } from './fixtures.ts';

// Which kernel variant is fastest may change from run to run, and answers are compared bit for bit.
const engine = { model: tinyModelUrl, tune: false } as const;
const settings = { maxNewTokens: 8, gather: { gatherSize: 128 } };
const [text, more] = [tinyText(700), ' Then the captain spoke of the whale, and of the sea. '.repeat(20)];

/** All of an answer but its timings. */
async function ask({ call }: Bench) {
  const { text: answer, evidence, finish } = await call('ask', 'Where?', settings);
  return { answer, evidence, finish };
}

test('ingest, reload, ask, append, ask, export, delete, import, ask', async ({ bench, page, site }) => {
  await bench.call('create', engine);
  const read = await bench.call('ingest', { text });
  const first = await ask(bench);

  const again = await openBench(page, site);
  await again.call('create', engine);
  expect(await again.call('ingest', { text })).toMatchObject({ id: read.id, opened: true });
  expect(await ask(again)).toEqual(first);

  site.files.set('/more.txt', more);
  const appended = await again.call('append', { url: '/more.txt' });
  expect(appended.numTokens).toBeGreaterThan(read.numTokens);
  const second = await ask(again);
  expect(second).not.toEqual(first);

  expect(await again.call('keepExport')).toBeGreaterThan(0);
  await again.call('forget');
  await expect(again.call('ask', 'Where?', settings)).rejects.toMatchObject({ code: 'InvalidInput' });
  expect(await again.call('importKept')).toMatchObject({ id: read.id, numTokens: appended.numTokens });
  expect(await ask(again)).toEqual(second);
});

test('a hundred questions, each of a document opened anew, leave nothing behind', async ({ bench }) => {
  test.setTimeout(600_000);
  const { page, call } = bench;
  await call('create', { ...engine, worker: false });
  await call('ingest', { text });
  const cdp = await page.context().newCDPSession(page);
  const measure = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
    return { heap: usedSize + backingStorageSize, gpu: (await call('info')).gpuBytes };
  };
  const cycle = async () => {
    await call('reopen');
    return ask(bench);
  };
  const first = await cycle();
  for (let i = 0; i < 5; i++) await cycle(); // caches fill
  const before = await measure();
  for (let i = 0; i < 100; i++) expect(await cycle()).toEqual(first);
  const after = await measure();
  console.log(`heap ${before.heap} -> ${after.heap} bytes, GPU ${before.gpu} -> ${after.gpu} bytes`);
  expect(after.gpu).toBe(before.gpu);
  expect(after.heap - before.heap).toBeLessThan(1_000_000);
});

test('two tabs have one engine; when its tab goes, the other goes on with its document', async ({
  bench,
  context,
  site,
}) => {
  const shared = { ...engine, share: true };
  await bench.call('create', shared);
  const second = await openBench(await context.newPage(), site);
  await second.call('create', shared);
  expect([bench, second].map(({ page }) => page.workers().length)).toEqual([1, 0]);
  await second.call('ingest', { text });
  const answer = await ask(second);
  await bench.page.close();
  expect(await ask(second)).toEqual(answer);
  expect(second.page.workers()).toHaveLength(1);
});
