// WebGPU in Node, from Dawn: for tests and measurements on a machine's own adapter, without a browser around them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InvalidInputError, WebGpuUnavailableError } from '@longread/core';
import { create, globals } from 'webgpu';
import { dawnFlags, parseDawnOptions, type DawnOptions } from './options.ts';

export interface Dawn {
  readonly gpu: GPU;
  readonly options: DawnOptions;
  /** Of the adapter that a request with default options gets. */
  readonly info: GPUAdapterInfo;
  readonly features: ReadonlySet<string>;
}

/**
 * Opens Dawn with the options of `text`; by default those of the environment, `LONGREAD_DAWN`.
 * @throws InvalidInputError (options) | WebGpuUnavailableError (no adapter: says what there is)
 */
export async function openDawn(text = process.env.LONGREAD_DAWN): Promise<Dawn> {
  const options = parseDawnOptions(text);
  checkToggles(options);
  const gpu = create(dawnFlags(options));
  const adapter = await gpu.requestAdapter().catch((cause: unknown) => {
    throw noAdapter(cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (adapter === null) throw noAdapter('it offers none');
  return { gpu, options, info: adapter.info, features: adapter.features };
}

/** Opens Dawn and gives it to all code of this process as a browser would: `navigator.gpu` and WebGPU's constants. */
export async function installDawn(text?: string): Promise<Dawn> {
  const dawn = await openDawn(text);
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.gpu }, configurable: true });
  return dawn;
}

/** The package that holds Dawn, and its binary for this system: what a pack for another machine takes along. */
export function dawnFiles(): { readonly folder: string; readonly binary: string } {
  const folder = dirname(createRequire(import.meta.url).resolve('webgpu'));
  const platform = `${process.platform}-${process.platform === 'darwin' ? 'universal' : process.arch}`;
  return { folder, binary: join(folder, 'dist', platform, 'dawn.node') };
}

/** Dawn takes a toggle that it does not know and does nothing. Its toggles' names stand in its binary, each between zero bytes. */
function checkToggles({ enabled, disabled }: DawnOptions): void {
  const binary = readFileSync(dawnFiles().binary);
  const unknown = [...enabled, ...disabled].find((toggle) => !binary.includes(`\0${toggle}\0`));
  if (unknown === undefined) return;
  throw new InvalidInputError(
    `LONGREAD_DAWN names the toggle '${unknown}', which this build of Dawn lacks.`,
    {
      option: unknown,
    },
  );
}

function noAdapter(reason: string, cause?: unknown): WebGpuUnavailableError {
  return new WebGpuUnavailableError(
    `Dawn found no adapter: ${reason}. It needs a graphics driver (on Linux: one with Vulkan, and the loader libvulkan.so.1), ` +
      'or in software Mesa lavapipe, version 25 or later (Debian 13, Ubuntu 25.04: mesa-vulkan-drivers; Debian 12: the same from bookworm-backports).',
    { api: 'requestAdapter' },
    { cause },
  );
}
