// Who is told of changes: this store's own listeners, and through the driver those of other tabs and workers.
import type { DocumentChange } from './document-store.ts';
import type { StorageDriver } from './drivers/driver.ts';

export interface Notices {
  send(change: DocumentChange): void;
  listen(listener: (change: DocumentChange) => void): () => void;
  close(): void;
}

export function createNotices({ notices }: StorageDriver): Notices {
  const listeners = new Set<(change: DocumentChange) => void>();
  const tell = (change: DocumentChange): void => listeners.forEach((listener) => listener(change));
  let listensToOthers = false;
  return {
    send(change) {
      notices.send(change);
      tell(change);
    },
    listen(listener) {
      if (!listensToOthers) notices.listen((change) => isChange(change) && tell(change));
      listensToOthers = true;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => listeners.clear(),
  };
}

/** Any script of the origin can send on the channel. */
function isChange(data: unknown): data is DocumentChange {
  if (typeof data !== 'object' || data === null || !('id' in data) || !('kind' in data)) return false;
  return typeof data.id === 'string' && (data.kind === 'stored' || data.kind === 'deleted');
}
