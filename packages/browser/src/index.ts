// A Chromium with WebGPU: found or installed, started with the flags it needs, and asked what its adapter is.
export { describeAdapter, type AdapterReport } from './adapter.ts';
export { chromiumFlags, findInstalledBrowser } from './find-browser.ts';
export { launchBrowser, siteAddress, type BrowserOptions } from './launch.ts';
export { setUpBrowser } from './set-up-browser.ts';
