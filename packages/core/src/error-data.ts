// Errors as plain data, for worker boundaries: classes and causes do not survive messages. Bounded in depth and size, because what
// an error holds may come from anywhere.
import {
  AbortedError,
  ClosedError,
  DeviceLostError,
  DocumentInUseError,
  IntegrityError,
  InvalidInputError,
  LimitExceededError,
  LongreadError,
  ModelFormatError,
  NetworkError,
  OutOfMemoryError,
  ShaderCompileError,
  StorageQuotaError,
  WebGpuUnavailableError,
  type ErrorCode,
  type ErrorDetails,
} from './errors.ts';

/** An error and what caused it. Structured-cloneable. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Of a LongreadError, with `details`. */
  readonly code?: ErrorCode;
  readonly details?: ErrorDetails;
  readonly cause?: ErrorData;
}

/** Errors in one chain of causes; what lies deeper is left out. */
const maxDepth = 8;
/** Longest name, message, stack and text in `details`, in UTF-16 code units; the rest is cut off. */
const maxChars = 8192;
const maxDetails = 64;

type LongreadErrorClass = new (
  message: string,
  details?: ErrorDetails,
  options?: ErrorOptions,
) => LongreadError;

const classByCode: Readonly<Record<ErrorCode, LongreadErrorClass>> = {
  WebGpuUnavailable: WebGpuUnavailableError,
  DeviceLost: DeviceLostError,
  OutOfMemory: OutOfMemoryError,
  LimitExceeded: LimitExceededError,
  ShaderCompile: ShaderCompileError,
  ModelFormat: ModelFormatError,
  Integrity: IntegrityError,
  Network: NetworkError,
  StorageQuota: StorageQuotaError,
  DocumentInUse: DocumentInUseError,
  Aborted: AbortedError,
  InvalidInput: InvalidInputError,
  Closed: ClosedError,
};

/** Flattens whatever was thrown, with its causes, so that it survives `postMessage`. Never throws. */
export function errorToData(thrown: unknown): ErrorData {
  return dataOf(thrown, new Set());
}

/** Rebuilds the error that {@link errorToData} flattened: a LongreadError as its class, any other as an Error of its name. */
export function errorFromData({ name, message, stack, code, details, cause }: ErrorData): Error {
  const options = cause && { cause: errorFromData(cause) };
  const error =
    code === undefined ? new Error(message, options) : new classByCode[code](message, details, options);
  // As engines define them: not enumerable.
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true });
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

/** @param above the errors that this one caused: a chain may be a circle. */
function dataOf(thrown: unknown, above: ReadonlySet<unknown>): ErrorData {
  if (!isErrorLike(thrown)) return { name: 'Error', message: textOf(() => thrown) };
  const stack = attempt(() => thrown.stack);
  const cause = attempt(() => thrown.cause);
  const seen = new Set(above).add(thrown);
  const hasCause = cause !== undefined && !seen.has(cause) && seen.size < maxDepth;
  return {
    name: textOf(() => thrown.name ?? thrown.constructor.name),
    message: textOf(() => thrown.message),
    ...(typeof stack === 'string' && { stack: cut(stack) }),
    ...(thrown instanceof LongreadError && { code: thrown.code, details: boundedDetails(thrown.details) }),
    ...(hasCause && { cause: dataOf(cause, seen) }),
  };
}

/** An Error, or what platforms use for one: a DOMException, a GPUError. */
interface ErrorLike {
  readonly name?: unknown;
  readonly message: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
}

function isErrorLike(thrown: unknown): thrown is ErrorLike {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return thrown instanceof Error || typeof attempt(() => (thrown as ErrorLike).message) === 'string';
}

function boundedDetails(details: ErrorDetails): ErrorDetails {
  const isPlain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  const entries = Object.entries(details).filter(([, value]) => isPlain(value));
  return Object.fromEntries(
    entries
      .slice(0, maxDetails)
      .map(([key, value]) => [cut(key), typeof value === 'string' ? cut(value) : value]),
  );
}

function textOf(value: () => unknown): string {
  return cut(attempt(() => String(value())) ?? 'an error that cannot be shown');
}

function cut(text: string): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1)}…`;
}

/** A getter or a proxy may throw. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
