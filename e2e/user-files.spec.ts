// Files that people name: each command reads the file it was given, whatever the browser's profile kept of earlier ones.
import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAndAsk } from '@longread/cli/src/ask.ts';
import { tinyLlama } from '@longread/formats/testing';
import { launchBrowser, siteAddress, findInstalledBrowser } from '@longread/browser';
import { runInBrowser, runInPage } from '@longread/driver';
import { expect, test } from './fixtures.ts';

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longread-e2e-'));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

const question = {
  question: 'What?',
  followUps: [],
  tokens: undefined,
  preset: undefined,
  gather: 64,
  maxNew: 2,
  thinking: false,
  strategy: 'reform',
} as const;

/** How commands run but for the times of kernels, which change nothing of what is read. */
const untuned = { adapter: 'software', engine: { tune: false }, onProgress: () => undefined } as const;

/** What the command's page reads of each file, by the passages of an answer that gathers all of it, or why it could not. */
async function readThrough(profile: string, model: string, paths: readonly string[]): Promise<string[]> {
  return runInBrowser({ ...untuned, model, profile }, async (work) => {
    const texts: string[] = [];
    for (const path of paths) {
      const report = readAndAsk(question, { title: path, content: { path } }, work);
      const text = report.then(({ evidence }) => evidence.map((passage) => passage.text).join(''));
      texts.push(await text.catch(String));
    }
    return texts;
  });
}

/** A profile as older versions left it: it keeps a redirect for the model and the document. */
async function poison(profile: string): Promise<void> {
  const server = createServer(({ url }, response) => {
    if (url === '/' || url === '/gone/') response.end('<!doctype html>');
    else response.writeHead(301, { location: '/gone/', 'cache-control': 'max-age=31536000' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await launchBrowser({
    browserPath: findInstalledBrowser() ?? '',
    adapter: 'software',
    port,
    profile,
  });
  const page = await browser.newPage();
  await page.goto(`${siteAddress}/`);
  const urls = await page.evaluate(
    async (paths) => Promise.all(paths.map(async (path) => (await fetch(path)).url)),
    ['/document.txt', '/model.gguf', '/document.txt'],
  );
  expect(urls.map((url) => new URL(url).pathname)).toEqual(['/gone/', '/gone/', '/gone/']);
  await browser.close();
  server.closeAllConnections();
  server.close();
}

test('a profile that keeps redirects for the paths in use heals', async () => {
  const [profile, model, book] = [
    join(folder, 'profile'),
    join(folder, 'tiny.gguf'),
    join(folder, 'book.txt'),
  ];
  writeFileSync(model, tinyLlama(7));
  writeFileSync(book, 'Call me Ishmael.');
  await poison(profile);
  expect(await readThrough(profile, model, [book])).toEqual(['Call me Ishmael.']);
});

test('two files of one size and time are two, and a file that is gone says so', async () => {
  const [a, b, model] = [join(folder, 'a.txt'), join(folder, 'b.txt'), join(folder, 'tiny.gguf')];
  writeFileSync(model, tinyLlama(7));
  for (const [path, text] of [
    [a, 'The gate code is 9021.'],
    [b, 'The gate code is 7755.'],
  ] as const) {
    writeFileSync(path, text);
    utimesSync(path, 1, 1);
  }
  const [one, other, gone] = await readThrough('', model, [a, b, join(folder, 'gone.txt')]);
  expect([one, other]).toEqual(['The gate code is 9021.', 'The gate code is 7755.']);
  expect(gone).toMatch(/^NetworkError: .*404.*gone\.txt cannot be read/);
});

test('the command lets nothing of its files be kept', async ({ site, request }) => {
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'Call me Ishmael.');
  site.files.set('/kept.txt', { path });
  site.files.set('/folder.txt', { path: folder });
  for (const [url, status] of [
    ['/kept.txt', 200],
    ['/folder.txt', 404],
    ['/nothing.txt', 404],
    ['/driven/', 200],
  ] as const) {
    const response = await request.get(`${site.origin}${url}`, { maxRedirects: 0 });
    expect([url, response.status()]).toEqual([url, status]);
    const { 'cache-control': cache, etag, 'last-modified': modified } = response.headers();
    expect([cache, etag, modified]).toEqual(['no-store', undefined, undefined]);
  }
});

test('what one command read, others list, export, delete, import and ask on, without the file', async () => {
  const [profile, model, book] = [join(folder, 'profile'), join(folder, 'tiny.gguf'), join(folder, 'b.txt')];
  const exported = join(folder, 'b.longread');
  writeFileSync(model, tinyLlama(7));
  writeFileSync(book, 'The gate code is 9021. '.repeat(20));
  const run = { ...untuned, model, profile };
  const several = { ...question, followUps: ['Where?', 'Why?'] };
  const source = { title: 'b.txt', content: { path: book } };
  const first = await runInBrowser(run, (work) => readAndAsk(several, source, work));
  expect(first.stats.historyTurns).toBe(0);
  expect(first.followUps.map(({ question: asked, stats }) => [asked, stats.historyTurns])).toEqual([
    ['Where?', 1],
    ['Why?', 2],
  ]);
  rmSync(book);

  const { id } = first.document;
  await runInPage({ profile, onProgress: untuned.onProgress }, async ({ session, files }) => {
    const stored = await session.call('stored');
    expect(stored.documents.map((document) => [document.id, document.title])).toEqual([[id, 'b.txt']]);
    const sizeBytes = await session.exportTo(id, (bytes) => appendFile(exported, bytes));
    expect(statSync(exported).size).toBe(sizeBytes);
    await session.call('remove', id);
    expect((await session.call('stored')).documents).toEqual([]);
    files.set('/cut', Buffer.from('no such file'));
    await expect(session.call('receive', '/cut')).rejects.toMatchObject({ code: 'Integrity' });
    expect((await session.call('stored')).documents).toEqual([]);
    files.set('/b.longread', { path: exported });
    expect(await session.call('receive', '/b.longread')).toMatchObject({ id, title: 'b.txt' });
    await expect(session.call('receive', '/b.longread')).rejects.toMatchObject({ code: 'InvalidInput' });
  });

  const again = await runInBrowser(run, (work) => readAndAsk(question, { ids: [id] }, work));
  expect(again.document).toEqual({ ...first.document, opened: true });
  expect(again.evidence).toEqual(first.evidence);

  writeFileSync(book, 'The pier code is 4417. '.repeat(20));
  const both = await runInBrowser(run, async (work) => {
    await readAndAsk({ ...question, preset: 'skim' }, { ...source, title: 'c.txt' }, work);
    return readAndAsk({ ...question, gather: 400 }, { ids: undefined }, work); // all that is stored
  });
  expect(both.document).toMatchObject({ title: 'b.txt, c.txt', opened: true });
  const texts = { 'b.txt': 'The gate code is 9021. ', 'c.txt': 'The pier code is 4417. ' };
  for (const { document, start, end, text } of both.evidence)
    expect(text).toBe(texts[document?.title as keyof typeof texts].repeat(20).slice(start, end));
});
