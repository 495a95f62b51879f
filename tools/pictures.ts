// `node tools/start.mjs pictures`: the page at three widths, light and dark, as WebP files in docs/pictures. The page, its styles and the
// book are the real ones; the engine is the element's fake one, so that pictures take no model and no time. Its answers say what the
// packaged model said of the same passages.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findInstalledBrowser, launchBrowser, siteAddress } from '@longread/browser';
import { note, parse, rootFolder } from '@longread/command';
import { defaultDocument } from '@longread/command/default-document';
import type { Scene } from '@longread/element/testing';
import { createServer } from 'vite';

const usage = `Usage: node tools/start.mjs pictures [--out FOLDER]
Takes the pictures of the page that the documents show.
  --out FOLDER   where to (docs/pictures)
  --help         print this`;

const sizes = [
  [1440, 900],
  [900, 800],
  [390, 780],
] as const;

const question = 'What is the name of the famous chaplain?';
const answer = 'The famous chaplain is Father Mapple.';
/** Beginnings of the sentences that are its passages, best first, and what is drawn as gathered beside them. */
const passages = [
  'Yes, it was the famous Father Mapple,',
  'No one having previously heard his history,',
  'Father Mapple rose, and in a mild voice',
];
const shelf = [
  ['Middlemarch', 2.1],
  ['lease-2024.pdf', 0.4],
  ['A Vindication of the Rights of Woman: with Strictures on Political and Moral Subjects', 1.2],
] as const;

/** Page code, as the dev server gives it. */
const sceneAddress = `/@fs${join(rootFolder, 'packages', 'element', 'src', 'testing', 'scene.ts')}`;

interface Showing extends Scene {
  readonly scene: string;
}

/** Runs in the page. */
async function showScene({ scene, ...what }: Showing): Promise<void> {
  const { show } = (await import(scene)) as { readonly show: (what: Scene) => Promise<void> };
  await show(what);
}

/** Runs in a page: the browser has the encoder. */
async function asWebp(png: string): Promise<string> {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext('2d')?.drawImage(image, 0, 0);
  return canvas.toDataURL('image/webp', 0.85).split(',')[1] ?? '';
}

/** Runs the command. */
export async function pictures(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: { out: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const out = values.out ?? join(rootFolder, 'docs', 'pictures');
  await mkdir(out, { recursive: true });
  const browserPath = findInstalledBrowser();
  if (browserPath === undefined) throw new Error('There is no Chromium; npm run ask sets one up.');
  const server = await createServer({
    configFile: false,
    root: join(rootFolder, 'apps', 'demo'),
    optimizeDeps: { entries: ['index.html'] },
    worker: { format: 'es' },
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, allowedHosts: true },
  });
  await server.listen();
  const { port } = new URL(server.resolvedUrls?.local[0] ?? '');
  const context = await launchBrowser({ browserPath, adapter: 'software', port: Number(port), profile: '' });
  try {
    const page = await context.newPage();
    const blank = await context.newPage();
    const keep = async (name: string, png: Buffer): Promise<void> => {
      const data = await blank.evaluate(asWebp, png.toString('base64'));
      await writeFile(join(out, `${name}.webp`), Buffer.from(data, 'base64'));
    };
    await page.bringToFront();
    for (const [width, height] of sizes)
      for (const scheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await page.goto(`${siteAddress}/`);
        await page.getByText('fetched when you begin').waitFor();
        await page.locator('#library-heading').waitFor({ state: 'attached' });
        await keep(`first-${width}-${scheme}`, await page.screenshot());
        await page.evaluate(showScene, {
          scene: sceneAddress,
          ...defaultDocument(),
          question,
          answer,
          passages,
          shelf,
        });
        await keep(`answer-${width}-${scheme}`, await page.screenshot());
        note(`${width} px, ${scheme}`);
      }
  } finally {
    await context.close();
    await server.close();
  }
}
