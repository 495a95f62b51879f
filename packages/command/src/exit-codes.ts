// What a command's exit code says: one number for each kind of remedy, so that scripts need not read messages.
import { LongreadError, type ErrorCode } from '@longread/core';
import { UsageError } from './usage.ts';

/** Every code that a command ends with, and what it means. */
export const exitCodes = [
  [0, 'done: answered, listed, deleted, exported or imported'],
  [1, 'anything else'],
  [2, 'the command line is wrong'],
  [3, 'input that cannot be read, or is refused: a document, a model, a name'],
  [4, "it does not fit: the model's window, the memory, the storage"],
  [5, 'no WebGPU, no adapter, or one that failed'],
  [6, 'the network: a download that was asked for failed'],
  [7, 'damaged data: a stored document, an exported file, a model'],
  [130, 'interrupted by Ctrl-C'],
] as const;

export type ExitCode = (typeof exitCodes)[number][0];

const byErrorCode: Readonly<Record<ErrorCode, ExitCode>> = {
  InvalidInput: 3,
  ModelFormat: 3,
  LimitExceeded: 4,
  OutOfMemory: 4,
  StorageQuota: 4,
  WebGpuUnavailable: 5,
  DeviceLost: 5,
  ShaderCompile: 5,
  Network: 6,
  Integrity: 7,
  Aborted: 130,
  DocumentInUse: 1,
  Closed: 1,
};

/** The exit code of a command that ended with `error`. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return 2;
  return error instanceof LongreadError ? byErrorCode[error.code] : 1;
}
