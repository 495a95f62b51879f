// Gives Node what the kernels' tests expect of a browser: WebGPU, from Dawn. The second lane's adapter (Mesa lavapipe) has
// shader-f16 and subgroups of eight lanes, where Chromium's software adapter has no f16 and subgroups of four.
import { create, globals } from 'webgpu';

const gpu = create([]);
const needed = ['shader-f16', 'subgroups'] as const;

async function checkAdapter(): Promise<void> {
  const adapter = await gpu.requestAdapter();
  const missing = needed.filter((feature) => adapter?.features.has(feature) !== true);
  if (missing.length === 0) return;
  const found = adapter
    ? `the adapter ${adapter.info.description} lacks ${missing.join(' and ')}`
    : 'Dawn found no Vulkan adapter';
  throw new Error(
    `This lane needs an adapter with ${needed.join(' and ')}: ${found}. Install Mesa's lavapipe, version 25 or later ` +
      '(Debian 12: apt-get install -t bookworm-backports mesa-vulkan-drivers; Debian 13, Ubuntu 25.04: mesa-vulkan-drivers).',
  );
}

await checkAdapter();
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
