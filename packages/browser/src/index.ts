// A Chromium with WebGPU: found or installed, started with the flags for an adapter of the machine.
export { chooseAdapter, confirmAdapter, type AdapterChoice } from './choose-adapter.ts';
export { findInstalledBrowser } from './find-browser.ts';
export { adapterKinds, chromiumFlags, testAdapter, type AdapterKind } from './flags.ts';
export { launchBrowser, siteAddress, type BrowserOptions } from './launch.ts';
export { setUpBrowser } from './set-up-browser.ts';
