// Preferences as they may be found in a browser: of another version, damaged, or put there by somebody.
import { expect, test } from 'vitest';
import { parsePreferences, usual } from './preferences.ts';

test.for([
  ['nothing', null],
  ['no JSON', '{'],
  ['no object', '7'],
  ['null', 'null'],
  ['a list', '[1]'],
  ['values of another version', '{"theme":"sepia","textSize":3,"answerLength":null,"model":{}}'],
  ['a model without end', JSON.stringify({ model: 'x'.repeat(2001) })],
] as const)('%s is the usual', ([, stored]) => {
  expect(parsePreferences(stored)).toEqual(usual);
});

test('what is known is kept beside what is not', () => {
  expect(parsePreferences('{"theme":"dark","textSize":"vast","model":"hf:a/b","more":1}')).toEqual({
    ...usual,
    theme: 'dark',
    model: 'hf:a/b',
  });
});
