// Asks a hub for a list of files.
import { NetworkError, throwIfAborted } from '@longread/core';
import type { Network } from './network.ts';

/** What a hub answered: its JSON, undefined where it is none. */
export interface Listing {
  readonly status: number;
  readonly link: string;
  readonly body: unknown;
}

/** @throws NetworkError (no answer) | AbortedError */
export async function fetchListing(
  url: string,
  network: Pick<Network, 'fetch'>,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  try {
    const response = await network.fetch(url, { cache: 'no-store', ...(signal && { signal }) });
    const { status, headers } = response;
    const body: unknown = status === 200 ? await response.json().catch(() => undefined) : undefined;
    if (status !== 200) await response.body?.cancel();
    return { status, link: headers.get('link') ?? '', body };
  } catch (cause) {
    throwIfAborted(signal, 'fetch');
    throw new NetworkError(
      `There was no answer from ${new URL(url).origin}. Check the connection, and that the page's content-security-policy lets it ask there (connect-src).`,
      { url },
      { cause },
    );
  }
}
