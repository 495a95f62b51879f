// Text in pieces as whole sentences.
import { expect, test } from 'vitest';
import { Sentences } from './sentences.ts';

test('a sentence is given when the next begins, the last at the end', () => {
  const sentences = new Sentences();
  const given = ['Cap', 'tain Ahab. ', 'He sai', 'led. The', ' end'].map((piece) => sentences.add(piece));
  expect(given).toEqual(['', '', 'Captain Ahab.', 'He sailed.', '']);
  expect(sentences.rest()).toBe('The end');
  expect(sentences.rest()).toBe('');
});
