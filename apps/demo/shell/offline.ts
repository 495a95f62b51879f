// Registers the service worker of a built page, and tells when a newer version of the page waits: it is taken when the reader wants it.

/** @param onNewer called with what takes the newer version and loads the page again. */
export async function keepPage(onNewer: (use: () => void) => void): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  let isWanted = false;
  serviceWorker.addEventListener('controllerchange', () => {
    if (isWanted) location.reload();
  });
  // Private windows and full disks refuse: the page works without, while there is a network.
  const registration = await serviceWorker.register('./service-worker.js').catch(() => undefined);
  if (!registration) return;
  const tell = (worker: ServiceWorker | null): void => {
    // The first one replaces nothing.
    if (worker?.state !== 'installed' || serviceWorker.controller === null) return;
    onNewer(() => {
      isWanted = true;
      worker.postMessage('use-newest');
    });
  };
  tell(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => tell(installing));
  });
}
