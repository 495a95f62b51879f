// `npm run demo`: build and serve the demo page, with the default model beside it, until Ctrl-C.
import { once } from 'node:events';
import { createSetUpNotes, note, parse, parseCount, UsageError } from '@longread/command';
import { modelUrl, serveModel, serveSite, type SiteFiles } from '@longread/driver';
import { findModel, sha256OfModel } from '@longread/models';

const usage = `Usage: npm run demo -- [options]
Serves the demo page on this machine.
  --port N           port to listen on (default 5173; documents are stored per port)
  --model PATH|URL   another model to serve to the page, by name (gemma-3-270m), file, folder or address
  --help             print this`;

const page = '/index.html';

/** Browsers keep a model by its address: another file needs another one, and only its content tells files apart. */
function nameVersion(files: SiteFiles, url: string, sha256: string): void {
  const html = files.get(page);
  if (typeof html !== 'string') throw new Error(`the build has no ${page}`);
  files.set(page, html.replace(`".${modelUrl}"`, `".${url}?sha256=${sha256}"`));
}

function readPort(value: string | undefined): number {
  const port = parseCount('--port', value, usage) ?? 5173;
  if (port < 65_536) return port;
  throw new UsageError(`--port takes a number up to 65535, not ${port}.`, usage);
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
  const port = readPort(values.port);
  const model = await findModel(values.model, createSetUpNotes());
  const served = await serveModel(model.path);
  const site = await serveSite(served.files, { port, demo: 'alone' });
  nameVersion(site.files, served.url, model.sha256 ?? (await sha256OfModel(model.path)));
  process.stdout.write(`http://localhost:${site.port}/\n`);
  note('Open this in Chrome, Edge or another browser with WebGPU. Ctrl-C ends it.');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await site.close();
}
