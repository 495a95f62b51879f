// What to do where a browser has no WebGPU, by which browser it is. Pure: it is given what the browser says of itself.

/** What tells why there is no WebGPU. */
export interface BrowserFacts {
  /** `navigator.userAgent`. */
  readonly userAgent: string;
  /** Browsers give WebGPU to pages of `https:` and of this machine only. */
  readonly isSecure: boolean;
  /** There is WebGPU, but it found no adapter. */
  readonly hasWebGpu: boolean;
}

/** One or two sentences for the reader of this page, in this browser. */
export function webGpuFix({ userAgent, isSecure, hasWebGpu }: BrowserFacts): string {
  if (!isSecure)
    return 'This page was opened over plain http. Open it over https, or from this computer itself (localhost).';
  const isLinux = /Linux|X11/.test(userAgent) && !userAgent.includes('Android');
  if (/iPhone|iPad/.test(userAgent))
    return 'Update this device to iOS or iPadOS 26 or newer, then open the page again.';
  if (userAgent.includes('Firefox/'))
    return isLinux
      ? 'Open about:config, set dom.webgpu.enabled to true and restart Firefox; or use a current Chrome or Edge.'
      : 'Update Firefox to its current version, or use a current Chrome or Edge.';
  const chromium = userAgent.includes('Edg/') ? 'edge' : userAgent.includes('Chrome/') ? 'chrome' : undefined;
  if (chromium === undefined && userAgent.includes('Safari/'))
    return 'Update to Safari 26 or newer, or use a current Chrome, Edge or Firefox.';
  if (chromium === undefined) return 'Use a current Chrome, Edge, Firefox or Safari.';
  if (userAgent.includes('Android'))
    return 'Update the browser and Android (12 or newer); some devices have no graphics driver for it, so try another one too.';
  const switchOn = hasWebGpu
    ? `Open ${chromium}://settings/system, turn on “Use graphics acceleration when available” and restart the browser.`
    : 'Update the browser to its current version.';
  const flags = `On Linux also open ${chromium}://flags, turn on “Unsafe WebGPU Support” and “Vulkan”, and restart.`;
  return isLinux ? `${switchOn} ${flags}` : switchOn;
}
