// What to make of an HTTP status that a server of model files gives.

const meanings: Readonly<Record<number, string>> = {
  401: 'it is private, gated, or not there at all. Of a gated one accept the terms in a browser, download the file there and choose it',
  403: 'it may not be had from here. Where it is gated accept its terms in a browser, download the file there and choose it',
  404: 'there is no such file. Check its name',
  410: 'the file is there no more',
  416: 'the file is empty',
  429: 'too many requests came from here. Wait some minutes, then try again',
};

/** What a status says of a file, as the rest of a sentence; empty where it says no more than itself. */
export function statusMeaning(status: number): string {
  return meanings[status] ?? '';
}
