// Sets up what transformers.js is measured with: an int4 ONNX file of the model's weights, made once by a Python script.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import which from 'which';
import { cacheFolder, rootFolder } from '@longread/command';
import type { SiteFiles } from '@longread/driver';

const run = promisify(execFile);
const peersFolder = join(rootFolder, 'apps', 'bench', 'pages', 'peers');
const isWindows = process.platform === 'win32';

/** The virtual environment's Python with the script's requirements; made on first use. */
async function setUpPython(note: (message: string) => void): Promise<string> {
  const folder = join(cacheFolder, 'peers', 'venv');
  const python = join(folder, isWindows ? 'Scripts' : 'bin', isWindows ? 'python.exe' : 'python');
  const requirements = join(peersFolder, 'requirements.txt');
  if (!existsSync(python)) {
    const system = which.sync('python3', { nothrow: true }) ?? which.sync('python', { nothrow: true });
    if (system === null)
      throw new Error('making the ONNX file needs Python 3.10 or later, and none was found');
    note('    Setting up Python packages for the ONNX file (140 MB, once)');
    await run(system, ['-m', 'venv', folder]);
  }
  const quiet = ['--quiet', '--disable-pip-version-check'];
  await run(python, ['-m', 'pip', 'install', ...quiet, '--requirement', requirements]);
  return python;
}

/** The folder of the ONNX file for the model with this hash; made on first use. */
async function findOnnx(
  modelPath: string,
  sha256: string | undefined,
  note: (message: string) => void,
): Promise<string> {
  const script = join(peersFolder, 'make_onnx.py');
  const key = createHash('sha256')
    .update(await readFile(script))
    .update(sha256 ?? modelPath);
  const folder = join(cacheFolder, 'peers', `onnx-${key.digest('hex').slice(0, 12)}`);
  // Without the model's hash nothing says that an older file is of this model.
  if (sha256 !== undefined && existsSync(join(folder, 'config.json'))) return folder;
  await mkdir(folder, { recursive: true });
  const python = await setUpPython(note);
  note('    Making the int4 ONNX file');
  await run(python, [script, modelPath, folder]);
  return folder;
}

/**
 * Puts the ONNX file and ONNX Runtime where transformers.js looks for them; returns the model's name there.
 * @throws Error that says what is missing
 */
export async function offerOnnx(
  files: SiteFiles,
  model: { readonly path: string; readonly sha256: string | undefined },
  note: (message: string) => void,
): Promise<string> {
  const folder = await findOnnx(model.path, model.sha256, note);
  const name = 'onnx-model';
  for (const file of ['config.json', 'onnx/model.onnx'])
    files.set(`/peers/${name}/${file}`, { path: join(folder, file) });
  const bench = createRequire(join(rootFolder, 'apps', 'bench', 'package.json'));
  const runtime = createRequire(bench.resolve('@huggingface/transformers'));
  const dist = dirname(runtime.resolve('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm'));
  for (const extension of ['mjs', 'wasm']) {
    const file = `ort-wasm-simd-threaded.asyncify.${extension}`;
    files.set(`/peers/ort/${file}`, { path: join(dist, file) });
  }
  return name;
}
