// What a response says about the file behind an address: its length, what tells it from a later file at the same address, and
// whether a partial response continues what is there already.

/** Which file bytes are of. Empty strings: the server did not say. */
export interface DownloadSource {
  /** 0 while unknown. */
  readonly totalBytes: number;
  readonly etag: string;
  readonly lastModified: string;
}

export function sourceOf({ headers }: Response): DownloadSource {
  return {
    // The length of a compressed body is not the file's.
    totalBytes: headers.has('content-encoding') ? 0 : lengthOf(headers),
    etag: headers.get('etag') ?? '',
    lastModified: headers.get('last-modified') ?? '',
  };
}

/** Without a validator nothing would tell that the rest is of another file. */
export function hasValidator({ etag, lastModified }: DownloadSource): boolean {
  return etag !== '' || lastModified !== '';
}

/**
 * The file's length when the response continues `source` at byte `from`; undefined when it does not. Another origin may hide
 * `ETag` and `Content-Range` from scripts, but neither `Last-Modified` nor `Content-Length` (the CORS-safelisted headers).
 */
export function continuedLength(
  response: Response,
  source: DownloadSource,
  from: number,
): number | undefined {
  if (response.status !== 206 || response.headers.has('content-encoding')) return undefined;
  const { totalBytes } = source;
  if (!isSameFile(source, sourceOf(response))) return undefined;
  const range = response.headers.get('content-range');
  if (range === null) return from + lengthOf(response.headers) === totalBytes ? totalBytes : undefined;
  const [, start = '', total = ''] = /^bytes (\d+)-\d+\/(\d+)$/.exec(range) ?? [];
  if (total === '' || Number(start) !== from) return undefined;
  return totalBytes === 0 || totalBytes === Number(total) ? Number(total) : undefined;
}

/** At least one validator is known of both, and none differs. */
function isSameFile(a: DownloadSource, b: DownloadSource): boolean {
  const pairs = [
    [a.etag, b.etag],
    [a.lastModified, b.lastModified],
  ].filter((pair) => !pair.includes(''));
  return pairs.length > 0 && pairs.every(([one, other]) => one === other);
}

/** The file that a partial response is the beginning of; undefined for any other response, and where another origin hides the range. */
export function rangeFromStart(response: Response): DownloadSource | undefined {
  if (response.status !== 206 || response.headers.has('content-encoding')) return undefined;
  const range = response.headers.get('content-range') ?? '';
  const total = Number(/^bytes 0-\d+\/(\d+)$/.exec(range)?.[1] ?? 0);
  if (!Number.isSafeInteger(total) || total === 0) return undefined;
  return { ...sourceOf(response), totalBytes: total };
}

function lengthOf(headers: Headers): number {
  const length = Number(headers.get('content-length') ?? 0);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}
