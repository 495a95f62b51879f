// What the commands of all apps share: how they are typed, what they print while they work, which files a user may name.
export { causesOf, reasonOf } from './causes.ts';
export { createProgressBars, createSetUpNotes, note } from './console.ts';
export { exitCodeOf, exitCodes } from './exit-codes.ts';
export { checkFile, explainAbsence, isFolder, isThere, unreadable } from './named-file.ts';
export { descriptorNamed, readDescriptor, readPipe } from './pipe.ts';
export { cacheFolder, rootFolder, userPath } from './root.ts';
export type { ProgressBars } from './progress-bars.ts';
export type { OnSetUp, SetUpEvent } from './set-up-event.ts';
export { parse, parseChoice, parseCount, UsageError } from './usage.ts';
