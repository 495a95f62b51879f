// What is stored of a document, read past the engine: a hash of its embeddings, tokens, texts and state, without what differs from one
// reading to the next: ids, times, and the checksums that cover them.
const objectStore = 'records';

function requestOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('request failed'));
  });
}

function partsOf(value: unknown): BlobPart[] {
  if (ArrayBuffer.isView(value)) return [value as ArrayBufferView<ArrayBuffer>];
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  return Object.entries(value)
    .filter(([key]) => key !== 'checksum' && key !== 'previous')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, field]) => [key, ...partsOf(field)]);
}

/** SHA-256, hex, of all embeddings, tokens and texts in order and the state. */
export async function storedHash(database: string, id: string): Promise<string> {
  const db = await requestOf(indexedDB.open(database));
  try {
    const store = db.transaction(objectStore).objectStore(objectStore);
    const [keys, values] = await Promise.all([requestOf(store.getAllKeys()), requestOf(store.getAll())]);
    const entries = keys.map((key, i) => [key as string, values[i] as unknown] as const);
    const ofKind = (kind: string) =>
      entries
        .filter(([key]) => key.startsWith(`${kind}/${id}/`))
        .sort(([a], [b]) => Number(a.split('/').at(-1)) - Number(b.split('/').at(-1)));
    const records = ['embeddings', 'tokens', 'text', 'state'].flatMap(ofKind);
    const bytes = await new Blob(records.flatMap(([, value]) => partsOf(value))).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  } finally {
    db.close();
  }
}
