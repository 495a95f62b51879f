// Public API of @longread/dawn: WebGPU in Node.
export { compileOnNull, type WgslModule } from './compile-on-null.ts';
export { dawnFiles, installDawn, openDawn, type Dawn } from './dawn.ts';
export { formatDawnOptions, parseDawnOptions, type DawnOptions } from './options.ts';
