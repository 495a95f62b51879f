// What this page lets happen: of Trusted Types script addresses of its own site, of drops none that would take its place.

/** Trusted Types, which the DOM types do not have yet and not every browser has. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): unknown;
}

// `new Worker(url)` takes a script URL. Only this site's own may become one; markup and script text never may.
(globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('default', {
  createScriptURL(url) {
    if (new URL(url, location.href).origin !== location.origin)
      throw new TypeError(`A script from ${url} is refused.`);
    return url;
  },
});

// A file that misses the element would take the place of the page, and of what is being read.
for (const type of ['dragover', 'drop'] as const) {
  document.addEventListener(type, (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  });
}
