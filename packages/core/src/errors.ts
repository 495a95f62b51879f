// Typed errors, one class per remedy (design: what the caller can do about it), and the invariant check for our own bugs.

/** Stable name of a failure's remedy; survives worker boundaries, unlike `instanceof`. */
export type ErrorCode =
  | 'WebGpuUnavailable'
  | 'DeviceLost'
  | 'OutOfMemory'
  | 'LimitExceeded'
  | 'ShaderCompile'
  | 'ModelFormat'
  | 'Integrity'
  | 'Network'
  | 'StorageQuota'
  | 'DocumentInUse'
  | 'Aborted'
  | 'InvalidInput'
  | 'Closed';

/** Plain data that explains a failure: tensor or key name, offset, measured value, limit. Structured-cloneable. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * Base of every error Longread throws on purpose. The message says what happened, the measured value,
 * the limit and what to do; `details` carries the same facts as data.
 */
export abstract class LongreadError extends Error {
  /** Written out in each class: a build that shortens names would shorten the constructor's. */
  abstract override readonly name: string;
  abstract readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.details = details;
  }
}

/** No WebGPU in this browser, or no adapter: use another browser, or turn hardware acceleration on. */
export class WebGpuUnavailableError extends LongreadError {
  override readonly name = 'WebGpuUnavailableError';
  readonly code = 'WebGpuUnavailable';
}
/** The GPU device went away: retry; what was stored is safe as of its last whole chunk. */
export class DeviceLostError extends LongreadError {
  override readonly name = 'DeviceLostError';
  readonly code = 'DeviceLost';
}
/** An allocation failed: choose smaller settings or a smaller model. */
export class OutOfMemoryError extends LongreadError {
  override readonly name = 'OutOfMemoryError';
  readonly code = 'OutOfMemory';
}
/** A device or window limit would be exceeded: the message names the limit and the setting to turn. */
export class LimitExceededError extends LongreadError {
  override readonly name = 'LimitExceededError';
  readonly code = 'LimitExceeded';
}
/** A kernel did not compile on this device: details name the kernel and the line. */
export class ShaderCompileError extends LongreadError {
  override readonly name = 'ShaderCompileError';
  readonly code = 'ShaderCompile';
}
/** The model file is malformed, truncated or of a kind we do not run: details name tensor or key and offset. */
export class ModelFormatError extends LongreadError {
  override readonly name = 'ModelFormatError';
  readonly code = 'ModelFormat';
}
/** Stored or downloaded bytes are not what they should be (checksum, hash, fingerprint). */
export class IntegrityError extends LongreadError {
  override readonly name = 'IntegrityError';
  readonly code = 'Integrity';
}
/** A download the user asked for failed. */
export class NetworkError extends LongreadError {
  override readonly name = 'NetworkError';
  readonly code = 'Network';
}
/** The browser refused to store more: delete documents or allow more space. */
export class StorageQuotaError extends LongreadError {
  override readonly name = 'StorageQuotaError';
  readonly code = 'StorageQuota';
}
/** Another tab, worker or call holds the document or model file: close it there, or wait; details name it. */
export class DocumentInUseError extends LongreadError {
  override readonly name = 'DocumentInUseError';
  readonly code = 'DocumentInUse';
}
/** The caller's AbortSignal fired, whose reason is the `cause`; nothing that was whole is lost. */
export class AbortedError extends LongreadError {
  override readonly name = 'AbortedError';
  readonly code = 'Aborted';
}
/** The caller passed something unusable: an empty document, a binary file, an option out of range. */
export class InvalidInputError extends LongreadError {
  override readonly name = 'InvalidInputError';
  readonly code = 'InvalidInput';
}
/** The engine was disposed or the document was closed: make or open another. */
export class ClosedError extends LongreadError {
  override readonly name = 'ClosedError';
  readonly code = 'Closed';
}

/** What an AbortSignal tells. */
interface Signal {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** Throws AbortedError when `signal` has fired, caused by its reason; `during` names the phase for the message. */
export function throwIfAborted(signal: Signal | undefined, during: string): void {
  if (signal?.aborted)
    throw new AbortedError(`Cancelled during ${during}.`, { during }, { cause: signal.reason });
}

/** Throws InvalidInputError unless the setting `name` is an integer in `low .. high`: what was given, the limit, what to do. */
export function checkInteger(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const range = Number.isFinite(high) ? `from ${low} to ${high}` : `of at least ${low}`;
  const details = { setting: name, value, low, high };
  throw new InvalidInputError(`${name} is ${value}. Set it to a whole number ${range}.`, details);
}

/** Guards against our own bugs (never against input): throws a plain Error when `condition` is false. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Longread bug: ${message}`);
}
