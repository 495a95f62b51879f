// Copy of failures, in English: what happened, and under the same name with `Remedy` what the reader can do. It comes with what explains
// them (shell/explain.ts); a page replaces any of it through the property `strings`, as all copy. `{name}` is the file or address.

export const failures = {
  wrongNumbers: 'The graphics of this device compute wrong numbers, so they are not used.',
  wrongNumbersRemedy: 'Update the graphics driver or the browser, or use another browser.',
  noAdapter: 'This browser found no graphics that it could compute with.',
  noWebGpu: 'This browser does not offer WebGPU, with which the reading model runs.',
  tabClosed: 'The tab in which the reading model ran was closed.',
  tabClosedRemedy:
    'This one goes on with it, and what was read is kept. Try again: the model is loaded here first.',
  lost: 'The graphics of this device stopped.',
  lostAt: 'The graphics of this device stopped at {name}.',
  lostRemedy: 'What was read is kept. Close other pages that use the graphics, then try again.',
  outOfMemory: 'There is not enough graphics memory.',
  outOfMemoryAt: 'There is not enough graphics memory for {name}.',
  outOfMemoryRemedy: 'Close other pages that use the graphics, or choose a smaller model in the settings.',
  tooSmall: 'The graphics of this device are too small for a reading model.',
  tooSmallRemedy: 'Use another device or browser.',
  unprepared: 'This browser could not prepare its graphics for the reading model.',
  unpreparedRemedy:
    'Update the browser and the graphics driver, or use another browser. What was read is kept.',
  webPage: '{name} is a web page and no model; it may ask to log in.',
  webPageRemedy:
    'Open the address in a tab of its own, download the file there, and choose it here as a file of your own.',
  notModel: '{name} is no model that Longread can run.',
  notModelRemedy:
    'Choose one of the recommended models, or another file (.gguf, or a folder with .safetensors).',
  damaged: '{name} is damaged, or is not what it was.',
  damagedRemedy: 'Delete it here and give it again: a document is read anew, a model fetched anew.',
  offline: '{name} could not be fetched: this device is offline.',
  aScript: 'A part of Longread',
  offlineRemedy: 'Connect it and try again. What is kept in this browser opens without a connection.',
  missing: 'There is no file at {name}.',
  missingRemedy: 'Check the address, or choose another model.',
  closedOff: '{name} is not open to everybody: the server asks who you are.',
  closedOffRemedy:
    'Log in there in a tab of its own, download the file, and choose it here as a file of your own.',
  busy: 'The server of {name} is busy or out of order.',
  busyRemedy: 'Try again in some minutes.',
  unfetched: '{name} could not be fetched.',
  unfetchedRemedy:
    'Check the connection and the address, and whether its server lets other pages read it (CORS); then try again. What arrived is kept.',
  full: 'This browser has no room left.',
  fullAt: 'This browser has no room left for {name}.',
  fullRemedy: 'Delete documents or models in the settings, then try again: reading goes on where it stopped.',
  inUse: '{name} is in use in another tab.',
  inUseRemedy: 'Close it there, or wait until that tab is done, then try again.',
  aborted: '{name} was stopped.',
  abortedRemedy: 'What was read until then is kept; open it again to go on.',
  closed: '{name} was closed meanwhile.',
  closedRemedy: 'Open it again.',
  unexpected: 'Something went wrong in Longread itself.',
  unexpectedAt: 'Something went wrong in Longread itself with {name}.',
  unexpectedRemedy:
    'Reload the page and try again: what was read is kept. If it happens again, report the small print.',
  // In the place of a name, where there is none.
  theAddress: 'The address',
  thatFile: 'That file',
  storedFile: 'A stored file',
  theFile: 'The file',
  ofThatFile: 'that file',
  thatAddress: 'that address',
  thatDocument: 'That document',
  it: 'It',
  // What to do where a browser has no WebGPU.
  fixInsecure:
    'This page was opened over plain http. Open it over https, or from this computer itself (localhost).',
  fixIos: 'Update this device to iOS or iPadOS 26 or newer, then open the page again.',
  fixFirefoxLinux:
    'Open about:config, set dom.webgpu.enabled to true and restart Firefox; or use a current Chrome or Edge.',
  fixFirefox: 'Update Firefox to its current version, or use a current Chrome or Edge.',
  fixSafari: 'Update to Safari 26 or newer, or use a current Chrome, Edge or Firefox.',
  fixOther: 'Use a current Chrome, Edge, Firefox or Safari.',
  fixAndroid:
    'Update the browser and Android (12 or newer); some devices have no graphics driver for it, so try another one too.',
  fixSwitch:
    'Open {browser}://settings/system, turn on “Use graphics acceleration when available” and restart the browser.',
  fixUpdate: 'Update the browser to its current version.',
  fixFlags:
    'On Linux also open {browser}://flags, turn on “Unsafe WebGPU Support” and “Vulkan”, and restart.',
} as const;
