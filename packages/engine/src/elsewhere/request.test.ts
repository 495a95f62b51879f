// What is refused of a server that is to answer, and of what it is asked: before anything is looked for, and without a secret in the error.
import { expect, test } from 'vitest';
import { answerElsewhere } from './answer-elsewhere.ts';

const key = 'sk-very-secret';

test.for([
  { who: { url: 'file:///etc/passwd' }, setting: 'answerWith.url' },
  { who: { url: 'javascript:alert(1)' }, setting: 'answerWith.url' },
  { who: { url: 'localhost', model: 'x' }, setting: 'answerWith.url' },
  { who: { url: `http://me:${key}@localhost/v1` }, setting: 'answerWith.url' },
  { who: { model: '' }, setting: 'answerWith.model' },
  { who: { apiKey: `${key}\n` + 'X: y' }, setting: 'answerWith.apiKey' },
  { who: { headers: { 'X-Own': `${key}\0` } }, setting: "answerWith.headers['X-Own']" },
  { who: { headers: { 'not a name': 'x' } }, setting: "answerWith.headers['not a name']" },
  { settings: { topK: 5 }, setting: 'topK' },
  { settings: { thinking: true }, setting: 'thinking' },
  { settings: { repetitionPenalty: 1.1 }, setting: 'repetitionPenalty' },
  { settings: { maxNewTokens: 0 }, setting: 'maxNewTokens' },
])('$who $settings', async ({ who, settings = {}, setting }) => {
  let hasLooked = false;
  const gather = () => {
    hasLooked = true;
    return Promise.reject(new Error('asked all the same'));
  };
  const server = { url: 'http://127.0.0.1:9/v1', model: 'big', ...who };
  const failure: unknown = await answerElsewhere(server, 'Who?', settings, {}, { gather }).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: 'InvalidInput', details: { setting } });
  const { message, stack, cause } = failure as Error;
  for (const shown of [message, stack, String(cause)]) expect(shown).not.toContain(key);
  expect(hasLooked).toBe(false);
});
