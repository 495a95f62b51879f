import { UsageError } from '@longread/command';
import { expect, it } from 'vitest';
import { parseMillion } from './options.ts';

it('reads to a million tokens by default and ends the browser on the way', () => {
  expect(parseMillion([])).toMatchObject({ preset: 'skim', gather: 2048, crashAt: 666_667, keep: false });
  expect(parseMillion([])?.lengths.at(-1)).toBe(1_000_000);
});

it('takes other lengths, and none of the ending', () => {
  const command = parseMillion(['--', '--lengths', '2048, 4096', '--crash-at', '0', '--answers', '0']);
  expect(command).toMatchObject({ lengths: [2048, 4096], crashAt: 0, answers: 0 });
});

it.each([
  ['--lengths', '4096,2048'],
  ['--lengths', ''],
  ['--lengths', '1e6'],
  ['--crash-at', '-1'],
  ['--preset', 'slow'],
  ['--answers', 'x'],
])('refuses %s %s', (option, value) => {
  expect(() => parseMillion([option, value])).toThrow(UsageError);
});
