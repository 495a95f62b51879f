// Questions and answers as text to keep elsewhere.
import { expect, test } from 'vitest';
import { exchangeAsText, threadAsMarkdown } from './thread-text.ts';
import { Words } from './words.ts';

const passage = (start: number, text: string) => ({
  start,
  end: start + text.length,
  score: 1,
  place: { fraction: start / 1000 },
  text,
});
const exchange = {
  id: '1',
  question: 'Who?',
  text: ' Ahab. ',
  evidence: [
    { ...passage(500, 'Captain\nAhab.'), place: { fraction: 0.5, heading: '*Ahab*', page: '41' } },
    passage(100, '# not a heading <b>'),
  ],
};

test('an answer is copied with its passages, by their numbers and places', () => {
  expect(exchangeAsText(exchange, new Words())).toBe(
    'Who?\n\nAhab.\n\n[1] “# not a heading <b>” (10% into the text)\n\n[2] “Captain Ahab.” (*Ahab* · p. 41)',
  );
});

test('in Markdown nothing of a document or an answer is markup', () => {
  const text = threadAsMarkdown(
    'A [title]',
    [{ ...exchange, text: '- *one*\n1. two\n<script>' }],
    new Words(),
  );
  expect(text).toBe(
    [
      '# A \\[title\\]',
      '## Who?',
      '\\- \\*one\\*\n1\\. two\n\\<script\\>',
      '> 1. \\# not a heading \\<b\\>  \n> 10% into the text',
      '> 2. Captain Ahab.  \n> \\*Ahab\\* · p. 41',
    ].join('\n\n') + '\n',
  );
});
