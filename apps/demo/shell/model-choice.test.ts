// What readers type to name a model.
import { expect, test } from 'vitest';
import { Words } from '@longread/element/testing';
import { shell, type Say } from './copy.ts';
import { nameOf, readTyped, recommended } from './model-choice.ts';

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
});

test('what is recommended could be typed', () => {
  for (const { source } of recommended) expect(readTyped(source, say)).toMatchObject({ source });
});
