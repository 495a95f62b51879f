// Memory of large buffers.

/**
 * Gives a buffer's memory back now where the platform can (browsers since 2024, Node 21): a download or a load passes a file's
 * size through several times, faster than the collector comes, and so does a search with a document's embeddings. `bytes` must be all of its buffer to be freed; not to be used after.
 */
export function freeBytes(bytes: ArrayBufferView<ArrayBuffer>): void {
  const { buffer } = bytes;
  if (bytes.byteLength === buffer.byteLength && 'transfer' in buffer) buffer.transfer(0);
}
