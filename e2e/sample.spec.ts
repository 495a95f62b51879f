// The book to try: what one page exported another one imports, and reads only what another model had read.
import { createHash } from 'node:crypto';
import { tinyLlama } from '@longread/formats/testing';
import type { Page } from '@playwright/test';
import type { Site, SiteFiles } from '@longread/driver';
import { nameModel, nameSample } from '@longread/cli/src/demo.ts';
import { expect, servePageIn, test, tinyModelUrl, tinyText, type Bench } from './fixtures.ts';

const text = tinyText(700);
const sha256 = createHash('sha256').update(tinyLlama(7)).digest('hex');

async function exportOf({ call }: Bench): Promise<{ readonly id: string; readonly bytes: Uint8Array }> {
  await call('create', { model: tinyModelUrl, tune: false });
  const { id } = await call('ingest', { text, title: 'Harbour, chapter 1' });
  const bytes = Buffer.from(await call('keptBytes', 0, await call('keepExport')), 'base64');
  await call('forget');
  return { id, bytes };
}

/** Opens the page in a folder with the tiny model and a sample that `model` has read; gives the phases that are reported. */
async function tryIn(
  folder: string,
  page: Page,
  site: Site,
  sample: Awaited<ReturnType<typeof exportOf>>,
  model: string,
) {
  const files: SiteFiles = new Map(
    ['/index.html', '/service-worker.js'].map((name) => [name, site.files.get(name) ?? '']),
  );
  nameModel(files, { url: '/model.gguf', sha256, name: 'Tiny', sizeBytes: 1 });
  const facts = { file: './moby-dick.longread', bytes: sample.bytes.length, id: sample.id, model };
  nameSample(files, { title: 'Harbour, chapter 1', text, read: { path: '', facts } });
  servePageIn(folder, site);
  for (const [name, content] of files) site.files.set(folder + name, content);
  site.files.set(`${folder}/model.gguf`, tinyLlama(7));
  site.files.set(`${folder}/moby-dick.longread`, sample.bytes);
  await page.goto(`${site.origin}${folder}/`);
  const phases = await page.evaluateHandle(() => {
    const seen: string[] = [];
    document.addEventListener('longread-progress', (event) =>
      seen.push((event as CustomEvent<{ phase: string }>).detail.phase),
    );
    return seen;
  });
  await page.getByRole('button', { name: 'Try Harbour' }).click();
  await expect(page.locator('[part~=title]', { hasText: 'Harbour, chapter 1' }).first()).toBeVisible();
  await expect(page.getByLabel('Your question')).toHaveValue(/chaplain/);
  return phases.jsonValue();
}

test('what the same model read is imported; what another one read is read again', async ({
  bench,
  page,
  site,
}) => {
  const sample = await exportOf(bench);
  expect(await tryIn('/same', page, site, sample, sha256)).not.toContain('compress');
  expect(await tryIn('/other', page, site, { ...sample, id: 'another' }, 'ab'.repeat(32))).toContain(
    'tokenize',
  );
});
