// Public API of @longread/dawn: WebGPU in Node.
export { installDawn, openDawn, type Dawn } from './dawn.ts';
export { formatDawnOptions, parseDawnOptions, type DawnOptions } from './options.ts';
