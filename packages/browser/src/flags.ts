// Which adapter a browser is to use, and the flags for it. Imports no workspace package: vite.config.ts and
// playwright.config.ts load this file, and a config's bare imports are not compiled.

/** `software` is Chromium's SwiftShader, the same on every machine; `system` a GPU with its driver. */
export const adapterKinds = ['software', 'system'] as const;

export type AdapterKind = (typeof adapterKinds)[number];

/** New headless mode (the old headless shell has no WebGPU), and no traffic of the browser's own. */
const everyBrowser = [
  '--headless=new',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/**
 * On Linux a browser without a display takes a GPU only through Vulkan, and only without a surface to draw on; the blocklist
 * leaves out drivers that compute well. Elsewhere Chromium finds the GPU by itself.
 * Sources: developer.chrome.com/blog/supercharge-web-ai-testing; gpuweb/gpuweb#5022 for the features that ANGLE needs too.
 */
const systemFlags = [
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux'
    ? [
        '--use-angle=vulkan',
        '--enable-features=Vulkan,VulkanFromANGLE,DefaultANGLEVulkan',
        '--disable-vulkan-surface',
      ]
    : []),
];

/** Nor does drawing pages take threads from the kernels: there is no one to look at them. */
const softwareFlags = ['--use-webgpu-adapter=swiftshader', '--disable-gpu-compositing'];

/** Flags for a full Chromium. Launch it with Playwright's `headless: false`. */
export function chromiumFlags(adapter: AdapterKind): string[] {
  return [...everyBrowser, ...(adapter === 'software' ? softwareFlags : systemFlags)];
}

/** `LONGREAD_ADAPTER`, or software, on which tests are the same everywhere. @throws Error for any other value */
export function testAdapter(): AdapterKind {
  const named = process.env.LONGREAD_ADAPTER ?? '';
  const adapter = adapterKinds.find((kind) => kind === (named || 'software'));
  if (adapter !== undefined) return adapter;
  throw new Error(`LONGREAD_ADAPTER is '${named}'. Use one of ${adapterKinds.join(', ')}.`);
}
