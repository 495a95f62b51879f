// Starts the engine's worker from its script: the one beside the engine's own, or the one that the page names. A browser starts no
// worker from another origin's script; a module of this origin that imports it does.
import { NetworkError } from '@longread/core';
import { absoluteUrl, trustedTypes } from '../platform.ts';
import besideThis from './worker.ts?worker&url';

export interface StartedWorker {
  readonly worker: Worker;
  /** The address of its script. */
  readonly script: string;
  /** Frees what was only needed until the script has run. */
  release(): void;
}

/** @throws InvalidInputError (an address that is none) | NetworkError where the page may not start it */
export function startWorker(workerUrl: string | URL | undefined): StartedWorker {
  const script = workerUrl === undefined ? new URL(besideThis, import.meta.url).href : absoluteUrl(workerUrl);
  const isFromElsewhere = new URL(script).origin !== location.origin;
  const url = isFromElsewhere ? moduleThatImports(script) : script;
  const release = () => {
    if (isFromElsewhere) URL.revokeObjectURL(url);
  };
  try {
    return { worker: new Worker(allow(url), { type: 'module', name: 'longread' }), script, release };
  } catch (cause) {
    release();
    throw scriptNotLoaded(script, cause);
  }
}

function moduleThatImports(script: string): string {
  return URL.createObjectURL(new Blob([`import ${JSON.stringify(script)};`], { type: 'text/javascript' }));
}

/** What may become a worker, and nothing else. */
const allowed = new Set<string>();

/**
 * The policy `longread`. A page lets a name be taken once, and so it is kept: with the first worker, and not where the page judges
 * scripts itself by a default policy.
 */
let policy: { createScriptURL(url: string): unknown } | undefined;

/** The address as a page with Trusted Types wants it. Whether one does cannot be asked: others take it as well as a string. */
function allow(url: string): string {
  if (!policy && trustedTypes?.defaultPolicy) return url;
  try {
    policy ??= trustedTypes?.createPolicy('longread', {
      createScriptURL: (wanted) => {
        if (allowed.has(wanted)) return wanted;
        throw new TypeError(`Longread starts no worker from ${wanted}.`);
      },
    });
  } catch {
    return url; // the page allows no policy of this name; if it asks for one too, the worker's start says so
  }
  allowed.add(url);
  // The DOM's types do not know that `Worker` takes it.
  return (policy?.createScriptURL(url) ?? url) as string;
}

/** @param cause where the browser says why. */
export function scriptNotLoaded(script: string, cause?: unknown): NetworkError {
  return new NetworkError(
    `The script of the engine's worker could not be loaded from ${script}. Check the network and what your server answers for it; if the ` +
      "page's content-security-policy forbids it, allow it (worker-src, with blob: and the script's origin where it is another; trusted-types " +
      'longread where types are required), serve the script from this origin and name it (`workerUrl`), or create the engine with `worker: false`.',
    { script },
    cause === undefined ? undefined : { cause },
  );
}
