import { NetworkError } from '@longread/core';

/**
 * A script of this package that is fetched when it is needed; one that did not come is fetched anew at the next call.
 * @throws NetworkError (it did not come), with `details.reason`
 */
export async function lateScript<Script>(load: () => Promise<Script>): Promise<Script> {
  try {
    return await load();
  } catch (cause) {
    throw new NetworkError(
      'A script of Longread could not be fetched. Check the connection and try again; if that does not help, reload the page.',
      { reason: 'script' },
      { cause },
    );
  }
}
