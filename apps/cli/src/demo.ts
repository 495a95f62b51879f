// `npm run demo`: build and serve the demo page, with the default model beside it, until Ctrl-C.
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { createSetUpNotes, note, parse, parseCount, UsageError } from '@longread/command';
import { defaultQuestion } from '@longread/command/default-document';
import { serveModel, serveSite, type SiteFiles } from '@longread/driver';
import { filesOfModel, findModel, sha256OfModel } from '@longread/models';
import { makeSample, type PageSample } from './sample.ts';

const usage = `Usage: npm run demo -- [options]
Serves the demo page on this machine.
  --port N           port to listen on (default 5173; documents are stored per port)
  --model PATH|URL   another model to serve to the page, by name (gemma-3-270m), file, folder or address
  --no-sample        do not read the book to try beforehand (once, two minutes at most on a software adapter)
  --help             print this`;

/** What is served of a model beside the page. */
interface ServedModel {
  readonly url: string;
  readonly sha256: string;
  readonly name: string;
  readonly sizeBytes: number;
}

const textOf = (files: SiteFiles, name: string): string => {
  const found = files.get(name);
  if (typeof found !== 'string') throw new Error(`the build has no ${name}`);
  return found;
};

/**
 * Tells the page which model lies beside it. Browsers keep a model by its address, and the page itself by what its service worker says:
 * another file needs other ones, and only its content tells files apart.
 */
export function nameModel(files: SiteFiles, { url, sha256, name, sizeBytes }: ServedModel): void {
  const page = textOf(files, '/index.html');
  const meta = `<meta name="longread-model" data-url=".${url}?sha256=${sha256}" data-name="${escaped(name)}" data-bytes="${sizeBytes}"`;
  files.set(
    '/index.html',
    page.replace(/<meta name="longread-model"[^>]*?(?=\s*\/?>)/, () => meta),
  );
  const worker = textOf(files, '/service-worker.js');
  files.set('/service-worker.js', worker.replace(/shell-[0-9a-f]{16}/g, `$&-${sha256.slice(0, 16)}`));
}

/** Offers the book to try: its text, and the file of what was read of it where there is one. */
export function nameSample(files: SiteFiles, { title, text, read }: PageSample): void {
  const facts = { title, text: './moby-dick.txt', question: defaultQuestion, ...read?.facts };
  files.set('/moby-dick.txt', text);
  if (read) files.set(read.facts.file.slice(1), { path: read.path });
  const attributes = Object.entries(facts).map(
    ([name, value]) => ` data-${name}="${escaped(String(value))}"`,
  );
  const page = textOf(files, '/index.html');
  const meta = `<meta name="longread-sample"${attributes.join('')}`;
  files.set(
    '/index.html',
    page.replace(/<meta name="longread-sample"[^>]*?(?=\s*\/?>)/, () => meta),
  );
}

function escaped(value: string): string {
  return value.replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
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
    options: {
      port: { type: 'string' },
      model: { type: 'string' },
      'no-sample': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const port = readPort(values.port);
  const model = await findModel(values.model, createSetUpNotes());
  const served = await serveModel(model.path);
  const site = await serveSite(served.files, { port, demo: 'alone' });
  const sha256 = model.sha256 ?? (await sha256OfModel(model.path));
  const paths = await filesOfModel(model.path);
  nameModel(site.files, {
    url: served.url,
    sha256,
    name: values.model === undefined ? 'SmolLM2 135M' : basename(model.path),
    sizeBytes: paths.reduce((sum, path) => sum + statSync(path).size, 0),
  });
  nameSample(site.files, await makeSample(values.model, sha256, values['no-sample'] !== true));
  process.stdout.write(`http://localhost:${site.port}/\n`);
  note('Open this in Chrome, Edge or another browser with WebGPU. Ctrl-C ends it.');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await site.close();
}
