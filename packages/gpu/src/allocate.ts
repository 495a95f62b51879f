// The one place that allocates buffers: within an error scope, so that nothing goes on with a buffer that the device had no room for.
import { OutOfMemoryError } from '@longread/core';

export interface Allocation {
  readonly buffer: GPUBuffer;
  /** Resolves to the error when the device has no room: the buffer is none then, though it has to be destroyed. */
  readonly refused: Promise<OutOfMemoryError | undefined>;
}

/**
 * @param noRoom the error to give, over what the browser says.
 * @throws OutOfMemoryError where the browser has no room itself
 */
export function allocate(
  handle: GPUDevice,
  descriptor: GPUBufferDescriptor,
  noRoom: (options: { readonly cause: unknown }) => OutOfMemoryError,
): Allocation {
  handle.pushErrorScope('out-of-memory');
  let buffer: GPUBuffer;
  try {
    buffer = handle.createBuffer(descriptor);
  } catch (cause) {
    handle.popErrorScope().catch(() => undefined);
    throw cause instanceof TypeError ? cause : noRoom({ cause }); // a wrong descriptor is our bug
  }
  const refused = handle
    .popErrorScope()
    .then((error) => (error === null ? undefined : noRoom({ cause: causeOf(error) })));
  refused.catch(() => undefined); // whoever waits for it sees it: a lost device may refuse to tell
  return { buffer, refused };
}

/** A GPUError as an Error, which it is not. */
export function causeOf(error: GPUError): Error {
  const cause = new Error(error.message);
  cause.name = error.constructor.name;
  return cause;
}
