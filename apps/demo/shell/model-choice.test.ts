// What readers type to name a model.
import { recommendModels } from 'longread';
import { expect, test } from 'vitest';
import { Words } from '@longread/element/testing';
import { shell, type Say } from './copy.ts';
import { choiceRecommended, nameOf, readTyped } from './model-choice.ts';

const say: Say = (key, values) => new Words().sayOf(shell, key, values);

test.for([
  ['owner/name', 'hf:owner/name'],
  [' hf:owner/name:Q8_0 ', 'hf:owner/name:Q8_0'],
  ['owner/name/file.gguf@main', 'hf:owner/name/file.gguf@main'],
  ['https://models.example/a.gguf?download=true', 'https://models.example/a.gguf?download=true'],
  ['https://hub.example/owner/name/blob/main/a.gguf', 'https://hub.example/owner/name/resolve/main/a.gguf'],
  ['http://localhost:8080/a.gguf', 'http://localhost:8080/a.gguf'],
] as const)('%s is %s', ([typed, source]) => {
  expect(readTyped(typed, say)).toMatchObject({ source });
});

test.for([
  ['', 'owner/name'],
  ['a model', 'no address'],
  ['http://models.example/a.gguf', 'https://'],
  ['javascript:alert(1)', 'https://'],
  ['file:///etc/passwd', 'https://'],
  ['http://localhost.models.example/a.gguf', 'https://'],
] as const)('%s is refused', ([typed, reason]) => {
  expect(readTyped(typed, say)).toContain(reason);
});

test('names are those of files and repositories', () => {
  expect(nameOf('https://models.example/My%20model.gguf?x=1')).toBe('My model');
  expect(nameOf('https://models.example/100%.gguf')).toBe('100%');
  expect(nameOf('hf:owner/name')).toBe('name');
  expect(nameOf('hf:owner/name@main')).toBe('name');
  expect(nameOf('hf:owner/name/a.b-Q4_K_M.gguf@refs/pr/1')).toBe('a.b-Q4_K_M');
  expect(nameOf('https://models.example/a@b.gguf')).toBe('a@b');
});

test('what is recommended could be typed', async () => {
  const { models } = await recommendModels();
  expect(models.length).toBeGreaterThan(3);
  for (const { source, name, sizeBytes } of models.map(choiceRecommended)) {
    expect(readTyped(source, say)).toMatchObject({ source });
    expect(name).not.toBe('');
    expect(sizeBytes).toBeGreaterThan(0);
  }
});
