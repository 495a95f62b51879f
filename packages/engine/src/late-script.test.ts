import { expect, test, vi } from 'vitest';
import { lateScript } from './late-script.ts';

test('a script that does not come is a NetworkError, and is asked for again', async () => {
  const cause = new TypeError('Failed to fetch dynamically imported module: https://example.org/join.js');
  const load = vi.fn(() => Promise.resolve('there')).mockRejectedValueOnce(cause);
  await expect(lateScript(load)).rejects.toMatchObject({
    code: 'Network',
    message: expect.stringContaining('try again') as string,
    details: { reason: 'script' },
    cause,
  });
  expect(await lateScript(load)).toBe('there');
});
