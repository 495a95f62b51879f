// Public API of @longread/dawn: WebGPU in Node.
export { dawnFiles, installDawn, openDawn, type Dawn } from './dawn.ts';
export { formatDawnOptions, parseDawnOptions, type DawnOptions } from './options.ts';
