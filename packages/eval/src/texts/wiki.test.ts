import { expect, test } from 'vitest';
import { wikiTexts } from './wiki.ts';

const questionsOf = (title: string, topic: string, extract: string) => {
  const [lead] = wikiTexts([{ title, topic, extract }]);
  return lead?.questions.map(({ question, answers, evidence }) => ({
    question,
    answers,
    told: evidence.map(({ start, end }) => lead.text.slice(start, end)).join(),
  }));
};

test.each([
  [
    'Ana Testova',
    'People',
    'Ana M. Testova was a Danish chemist. She won the 1931 Nobel Prize in Chemistry for her work. She died in 1950.',
    [
      ['What nationality is given for Ana Testova?', ['Danish'], 'Ana M. Testova was a Danish chemist.'],
      [
        'In which year did Ana Testova get the Nobel Prize in Chemistry?',
        ['1931'],
        'She won the 1931 Nobel Prize in Chemistry for her work.',
      ],
    ],
  ],
  [
    'Testgrad',
    'Geography',
    'Testgrad is the capital and largest city of Testland, in the south. It is old.',
    [
      [
        'Which city is the capital of Testland?',
        ['Testgrad'],
        'Testgrad is the capital and largest city of Testland, in the south.',
      ],
    ],
  ],
  [
    'Testland',
    'Geography',
    'Testland is a country. Its capital and largest city is Port Test.',
    [['What is the capital of Testland?', ['Port Test'], 'Its capital and largest city is Port Test.']],
  ],
  [
    'The Test',
    'Arts',
    'The Test is an 1899 novel by the English author Ann van Dyke, published in parts.',
    [
      [
        'Who made the novel The Test?',
        ['Ann van Dyke', 'Dyke'],
        'The Test is an 1899 novel by the English author Ann van Dyke, published in parts.',
      ],
    ],
  ],
  [
    'Testium',
    'Physical sciences',
    'Testium is a chemical element; it has symbol Tt and atomic number 140. It is heavy.',
    [
      [
        'What is the atomic number of testium?',
        ['140'],
        'Testium is a chemical element; it has symbol Tt and atomic number 140.',
      ],
    ],
  ],
  [
    'Test University',
    'Society',
    'Test University is large. It was founded in 1902 by monks.',
    [['In which year was Test University founded?', ['1902'], 'It was founded in 1902 by monks.']],
  ],
  [
    'Battle of Test',
    'History',
    'The Battle of Test was fought on 3 May 1702 near Test.',
    [
      [
        'In which year was the Battle of Test fought?',
        ['1702'],
        'The Battle of Test was fought on 3 May 1702 near Test.',
      ],
    ],
  ],
])('%s', (title, topic, extract, want) => {
  expect(questionsOf(title, topic, extract)).toEqual(
    want.map(([question, answers, told]) => ({ question, answers, told })),
  );
});

test.each([
  ['Hero', 'Arts', 'Hero appears in American comic books published by Test Comics.'],
  ['Opera', 'Arts', 'The Opera is an opera by Anton Test with a libretto by Bert Test.'],
  ['Tool', 'Technology', 'Tool is an operating system by Test.'],
  ['Firm', 'Society', 'Firm is a firm. It was founded by Ann Test and incorporated on 3 May 1902.'],
  ['Statesman', 'People', 'Statesman was an American politician.'],
  ['Test City', 'Geography', 'Test City is the capital of Test City State.'],
  ['River', 'Geography', 'River enters the 1,500 km long loop.'],
])('%s: a form that may mislead asks nothing', (title, topic, extract) => {
  const found = questionsOf(title, topic, extract) ?? [];
  // The opera's composer may be asked for, never who wrote its words.
  expect(found.filter(({ answers }) => answers[0] !== 'Anton Test')).toEqual([]);
});
