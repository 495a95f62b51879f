import { expect, test } from 'vitest';
import { fetchListing } from './hub.ts';

const url = 'https://hub.example/api/models/o/r/tree/main';
const giving = (response: () => Promise<Response>) => ({ fetch: response });

test('a listing is its JSON, status and link', async () => {
  const headers = { link: '<x>; rel="next"' };
  const listed = giving(() => Promise.resolve(new Response('[1]', { headers })));
  expect(await fetchListing(url, listed, undefined)).toEqual({ status: 200, link: headers.link, body: [1] });
  const page = giving(() => Promise.resolve(new Response('<html>')));
  expect(await fetchListing(url, page, undefined)).toEqual({ status: 200, link: '', body: undefined });
  const gone = giving(() => Promise.resolve(new Response('[1]', { status: 404 })));
  expect(await fetchListing(url, gone, undefined)).toMatchObject({ status: 404, body: undefined });
});

test('no answer is told by its origin, a cancelled one is cancelled', async () => {
  const none = giving(() => Promise.reject(new TypeError('failed')));
  await expect(fetchListing(url, none, undefined)).rejects.toThrow('no answer from https://hub.example.');
  await expect(fetchListing(url, none, AbortSignal.abort())).rejects.toMatchObject({ code: 'Aborted' });
});
