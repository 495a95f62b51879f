// Options that would be passed over without a word.
import { afterEach, expect, test, vi } from 'vitest';
import { parse, UsageError } from './usage.ts';

const options = {
  model: { type: 'string' },
  json: { type: 'boolean' },
  only: { type: 'string', multiple: true },
} as const;
const read = (...args: string[]) => parse('usage', { args, options }).values;

afterEach(() => vi.unstubAllEnvs());

test('an option that npm kept for itself is named', () => {
  vi.stubEnv('npm_config_model', 'x.gguf');
  expect(() => read()).toThrow(UsageError);
  expect(() => read()).toThrow('npm took --model');
});

test("npm's own settings are no such options", () => {
  vi.stubEnv('npm_config_json', 'true');
  expect(read('--model', 'x')).toEqual({ model: 'x' });
});

test('an option given twice is an error, unless it may be', () => {
  expect(() => read('--model', 'a', '--model=b')).toThrow('--model is given twice');
  expect(read('--only', 'a', '--only', 'b')).toEqual({ only: ['a', 'b'] });
});

test.each([
  ['--modle', "Unknown option '--modle'. Did you mean --model?"],
  ['--model-file', "Unknown option '--model-file'. Did you mean --model?"],
  ['--mod', "Unknown option '--mod'. Did you mean --model?"],
  ['--JSON', "Unknown option '--JSON'. Did you mean --json?"],
  ['-j', "Unknown option '-j'."],
  ['--verbose', "Unknown option '--verbose'."],
])('%s is unknown, and the nearest is named', (typed, said) => {
  expect(() => read(typed)).toThrow(new UsageError(said, 'usage'));
});
