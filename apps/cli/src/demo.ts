// `npm run demo`: build and serve the demo page, with the default model beside it, until Ctrl-C.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createSetUpNotes, note } from './console.ts';
import { findModel } from './model.ts';
import { modelUrl } from './run-in-browser.ts';
import { serveSite, type SiteFiles } from './site.ts';
import { parse, parseCount } from './usage.ts';

const usage = `Usage: npm run demo -- [options]
Serves the demo page on this machine.
  --port N           port to listen on (default 5173; documents are stored per port)
  --model PATH|URL   another GGUF model file to serve to the page
  --help             print this`;

const page = '/demo/index.html';

/** Browsers keep a model by its address: another file served at the same one needs another. */
function nameVersion(files: SiteFiles, modelPath: string): void {
  const html = files.get(page);
  if (typeof html !== 'string') throw new Error(`the build has no ${page}`);
  const { size, mtimeMs } = statSync(modelPath);
  files.set(page, html.replace(`"${modelUrl}"`, `"${modelUrl}?${size}-${Math.round(mtimeMs)}"`));
}

/** Runs the command. */
export async function demo(args: readonly string[]): Promise<void> {
  const { values } = parse(usage, {
    args: [...args],
    options: { port: { type: 'string' }, model: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const port = parseCount('--port', values.port, usage) ?? 5173;
  const model = await findModel(values.model, createSetUpNotes());
  const site = await serveSite([[modelUrl, { path: model.path }]], { port });
  nameVersion(site.files, model.path);
  process.stdout.write(`http://localhost:${site.port}/demo/\n`);
  note('Open this in Chrome, Edge or another browser with WebGPU. Ctrl-C ends it.');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await site.close();
}
