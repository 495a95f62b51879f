// Chooses the adapter that a command runs on: the one that was named, else the system's where it has one, else the software one.
// Looking for it starts a browser, so the outcome is remembered as long as browser and drivers stay what they are.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from '@longread/command';
import { WebGpuUnavailableError } from '@longread/core';
import type { Page } from 'playwright';
import { adapterOf, probeAdapter, type FoundAdapter } from './adapter.ts';
import { chromiumFlags, type AdapterKind } from './flags.ts';

export interface AdapterChoice {
  readonly kind: AdapterKind;
  /** How it was chosen, for a report: `software, as asked for`. */
  readonly how: string;
}

interface Remembered {
  /** Of browser, flags and drivers. */
  readonly state: string;
  readonly found: FoundAdapter | null;
}

const rememberedPath = join(cacheFolder, 'system-adapter.json');

/** Where Linux shows GPUs and their Vulkan drivers; nothing elsewhere, where they come and go with the system. */
const driverFolders = ['/dev/dri', '/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d'];

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // none
  }
}

function stateOf(browserPath: string): string {
  const { size, mtimeMs } = statSync(browserPath);
  const devices = namesIn('/dev').filter((name) => name.startsWith('nvidia'));
  const drivers = [devices, ...driverFolders.map(namesIn), process.env.VK_ICD_FILENAMES ?? ''];
  return JSON.stringify([browserPath, size, mtimeMs, chromiumFlags('system'), drivers]);
}

function remembered(state: string): Remembered | undefined {
  try {
    const kept = JSON.parse(readFileSync(rememberedPath, 'utf8')) as Remembered;
    return kept.state === state ? kept : undefined;
  } catch {
    return undefined; // nothing is kept yet, or not whole
  }
}

async function findSystemAdapter(browserPath: string, isAsked: boolean): Promise<FoundAdapter | null> {
  const state = stateOf(browserPath);
  const kept = remembered(state);
  // Who asks for a GPU may just have mended what hid it.
  if (kept !== undefined && (!isAsked || isGpu(kept.found))) return kept.found;
  const found = await probeAdapter(browserPath, 'system');
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(rememberedPath, JSON.stringify({ state, found } satisfies Remembered));
  return found;
}

function isGpu(found: FoundAdapter | null): found is FoundAdapter {
  return found !== null && !found.isSoftware;
}

function refusal(browserPath: string, found: FoundAdapter | null): WebGpuUnavailableError {
  const offered =
    found === null ? 'no adapter at all' : `only ${found.name}, which computes on the processor`;
  return new WebGpuUnavailableError(
    `There is no system adapter: the browser at ${browserPath} offers ${offered}. Install the GPU's driver (on Linux with Vulkan), ` +
      'set CHROME_PATH to another browser, or use --adapter software.',
    { path: browserPath, adapter: found?.name ?? '' },
  );
}

/**
 * The adapter to start browsers with; undefined for `named` is whichever works.
 * @throws WebGpuUnavailableError when the system's adapter was named and there is none: software never stands in for it
 */
export async function chooseAdapter(
  browserPath: string,
  named: AdapterKind | undefined,
): Promise<AdapterChoice> {
  if (named === 'software') return { kind: 'software', how: 'software, as asked for' };
  const found = await findSystemAdapter(browserPath, named === 'system');
  if (isGpu(found))
    return { kind: 'system', how: named ? 'system, as asked for' : 'system, since there is one' };
  if (named === 'system') throw refusal(browserPath, found);
  return { kind: 'software', how: 'software, since no system adapter was found' };
}

/** Makes sure that a page has what was chosen: a driver may have gone since. @throws WebGpuUnavailableError */
export async function confirmAdapter(
  page: Page,
  browserPath: string,
  { kind }: AdapterChoice,
): Promise<void> {
  if (kind === 'software') return;
  const found = await adapterOf(page);
  if (!isGpu(found)) throw refusal(browserPath, found);
}
